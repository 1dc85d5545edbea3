/** The three laws, each fitted to observed coverage or counts. */
import type { LawName } from './scaling.ts';
import { betaBinomialCoverage, fitBetaBinomial } from './scaling-beta-binomial.ts';
import type { Observed } from './scaling-counts.ts';
import { total } from './summary.ts';

export interface Fit {
  readonly parameters: Readonly<Record<string, number>>;
  /** Coverage at k. */
  at(k: number): number;
}

/** Null: these observations do not tell. `near`: a fit to similar ones, to start from. */
type Fitter = (observed: Observed, near?: Fit) => Fit | null;

export const fitters: Readonly<Record<LawName, Fitter>> = {
  'exponentiated-power': exponentiatedPower,
  'beta-binomial': betaBinomial,
  power,
};

/** Exponents that are tried first: the sum of squares has one minimum, and this brackets it. */
const exponents = Array.from({ length: 61 }, (_, i) => -50 * 10 ** (-i / 10));

/**
 * Least squares of log c - a k^b over the ks. As a is linear for a given b, it is a search over b alone, by golden
 * sections around the best of few.
 */
function exponentiatedPower({ ks, curve }: Observed): Fit | null {
  if (isFlat(curve)) return null;
  const logs = ks.map(Math.log);
  const y = Array.from(curve, Math.log);
  const given = (b: number) => {
    let [xy, xx] = [0, 0];
    for (let i = 0; i < logs.length; i++) {
      const x = Math.exp(b * (logs[i] as number));
      xy += x * (y[i] as number);
      xx += x * x;
    }
    // The residual sum of squares is Σy² - explained.
    return { a: xy / xx, explained: (xy * xy) / xx };
  };
  const tried = exponents.map((b) => given(b).explained);
  const best = tried.indexOf(Math.max(...tried));
  let [low, high] = [exponents[Math.max(0, best - 1)] as number, exponents[best + 1] ?? 0];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-9 * -low) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (given(left).explained > given(right).explained) high = right;
    else low = left;
  }
  const b = (low + high) / 2;
  const { a } = given(b);
  return { parameters: { a, b }, at: (k) => Math.exp(a * k ** b) };
}

function betaBinomial(observed: Observed, near?: Fit): Fit | null {
  const { counts, weights, curve } = observed;
  if (isFlat(curve) || total(weights) < 2 || !tellsSpread(observed)) return null;
  const start = near?.parameters;
  const { alpha, beta } = fitBetaBinomial(
    { counts, weights },
    start && [start.alpha as number, start.beta as number],
  );
  return { parameters: { alpha, beta }, at: (k) => betaBinomialCoverage(alpha, beta, k) };
}

/**
 * Whether any problem has two successes. Else nothing tells how chances spread: the likelihood is greatest where all
 * problems are alike (an infinite alpha), and hardly less where few of them have any chance.
 */
export function tellsSpread({ counts, weights }: Pick<Observed, 'counts' | 'weights'>): boolean {
  return weights.some((weight, i) => weight > 0 && (counts.c[i] as number) > 1);
}

export const noSpread = 'no problem has two successes, and nothing tells how their chances spread';

/** Too short to be a curve, or nothing, or everything, is correct. */
function isFlat(curve: Float64Array): boolean {
  return curve.length < 3 || curve[0] === 0 || curve[0] === 1;
}

/** The straight line of least squares through log(-log c) over log k. */
function power(observed: Observed): Fit | null {
  const points = logLog(observed);
  if (points.length < 3) return null;
  const { intercept, slope } = line(points);
  const [A, b] = [Math.exp(intercept), -slope];
  return { parameters: { A, b }, at: (k) => Math.exp(-A * k ** -b) };
}

export type Point = readonly [x: number, y: number];

/**
 * (log k, log(-log c)), on which a power law is a line. Without the ks at which less than half a problem is left to be
 * solved: there the curve is that of the hardest problem alone, and falls faster than any power.
 */
export function logLog({ ks, curve, weights }: Pick<Observed, 'ks' | 'curve' | 'weights'>): Point[] {
  const problems = total(weights);
  return ks.flatMap((k, i) => {
    const c = curve[i] as number;
    return c > 0 && (1 - c) * problems >= 0.5 ? [[Math.log(k), Math.log(-Math.log(c))] as const] : [];
  });
}

export function line(points: readonly Point[]): { intercept: number; slope: number } {
  const middle = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const height = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  let [xy, xx] = [0, 0];
  for (const [x, y] of points) {
    xy += (x - middle) * (y - height);
    xx += (x - middle) ** 2;
  }
  return { intercept: height - (xy / xx) * middle, slope: xy / xx };
}
