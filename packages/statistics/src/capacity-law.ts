/** Fit of the Universal Scalability Law. */
import type { ScalabilityLaw } from './capacity.ts';
import { solve } from './logistic.ts';

/** Throughput x, per second, with n in flight. */
export interface ScalabilityPoint {
  readonly n: number;
  readonly x: number;
}

type Vector = [lambda: number, sigma: number, kappa: number];

/** Steps of a fit; it needs about ten. */
const maxSteps = 500;

/**
 * Least squares on throughput, with λ > 0 and σ, κ ≥ 0: Levenberg-Marquardt steps in the parameters that are not held
 * at their bound, from several starts. `peak` is √((1 - σ) / κ), and no less than 1.
 *
 * @param points at least three different n ≥ 1, with x ≥ 0 and not all 0.
 * @throws RangeError where they are not so.
 */
export function fitScalability(points: readonly ScalabilityPoint[]): ScalabilityLaw {
  if (!points.every(({ n, x }) => n >= 1 && Number.isFinite(n) && x >= 0 && Number.isFinite(x))) {
    throw new RangeError('points have an n below 1, an x below 0, or no number; give throughputs');
  }
  if (new Set(points.map(({ n }) => n)).size < 3 || points.every(({ x }) => x === 0)) {
    throw new RangeError('points have fewer than three different n, or no throughput; measure more');
  }
  let best: Vector | undefined;
  for (const sigma of [0, 0.01, 0.3]) {
    for (const kappa of [0, 1e-5, 1e-2]) {
      const fitted = descend(points, [scaleOf(points, sigma, kappa), sigma, kappa]);
      if (best === undefined || lossOf(points, fitted) < lossOf(points, best)) best = fitted;
    }
  }
  const [lambda, sigma, fitted] = best as Vector;
  const most = points.reduce((greatest, { n }) => Math.max(greatest, n), 0);
  // What changes nothing over all points is rounding, and tells of no peak.
  const kappa = fitted * most * most < 1e-9 ? 0 : fitted;
  const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  return {
    lambda,
    sigma,
    kappa,
    peak: kappa === 0 ? null : Math.sqrt(Math.max(1, (1 - sigma) / kappa)),
    r2: spread === 0 ? 1 : 1 - lossOf(points, [lambda, sigma, kappa]) / spread,
  };
}

/** Throughput that the law gives for n in flight. */
export function scalabilityAt({ lambda, sigma, kappa }: ScalabilityLaw, n: number): number {
  return lambda * shape(n, sigma, kappa);
}

function shape(n: number, sigma: number, kappa: number): number {
  return n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/** The best λ for the other two. */
function scaleOf(points: readonly ScalabilityPoint[], sigma: number, kappa: number): number {
  let [xf, ff] = [0, 0];
  for (const { n, x } of points) {
    const f = shape(n, sigma, kappa);
    xf += x * f;
    ff += f * f;
  }
  return xf / ff;
}

function lossOf(points: readonly ScalabilityPoint[], [lambda, sigma, kappa]: Vector): number {
  return points.reduce((sum, { n, x }) => sum + (x - lambda * shape(n, sigma, kappa)) ** 2, 0);
}

function descend(points: readonly ScalabilityPoint[], start: Vector): Vector {
  let at = start;
  let loss = lossOf(points, at);
  let damping = 1e-3;
  for (let step = 0; step < maxSteps && damping < 1e12; step++) {
    const next = moved(points, at, damping);
    const reached = lossOf(points, next);
    if (!(reached < loss)) {
      damping *= 10;
      continue;
    }
    const gain = (loss - reached) / loss;
    [at, loss] = [next, reached];
    damping = Math.max(1e-12, damping / 10);
    if (gain < 1e-14) break;
  }
  return at;
}

/** One damped Gauss-Newton step, in parameters scaled by the length of their derivatives. */
function moved(points: readonly ScalabilityPoint[], at: Vector, damping: number): Vector {
  const [lambda, sigma, kappa] = at;
  const slopes: [number[], number[], number[]] = [[], [], []];
  const residuals: number[] = [];
  for (const { n, x } of points) {
    const f = shape(n, sigma, kappa);
    const bySigma = (-lambda * f * f * (n - 1)) / n;
    slopes[0].push(f);
    slopes[1].push(bySigma);
    slopes[2].push(bySigma * n);
    residuals.push(x - lambda * f);
  }
  const lengths = slopes.map((slope) => Math.sqrt(dot(slope, slope)));
  const downhill = slopes.map((slope, i) => dot(slope, residuals) / (lengths[i] as number));
  // A parameter at its bound that would go below it is held there.
  const free = [0, 1, 2].filter((i) => (at[i] as number) > 0 || (downhill[i] as number) > 0);
  const normal = free.flatMap((i) =>
    free.map((j) => {
      const cosine = dot(slopes[i] as number[], slopes[j] as number[]) / (lengths[i] as number);
      return cosine / (lengths[j] as number) + (i === j ? damping : 0);
    }),
  );
  const delta = solve(
    Float64Array.from(normal),
    Float64Array.from(free, (i) => downhill[i] as number),
  );
  const next: Vector = [...at];
  for (const [position, i] of free.entries()) {
    next[i] = Math.max(0, (at[i] as number) + (delta[position] as number) / (lengths[i] as number));
  }
  return next;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
