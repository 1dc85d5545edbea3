/** Problems whose chances come from a beta distribution: its most likely parameters. */
import { digamma, logRising, trigamma } from './gamma.ts';
import type { Observed } from './scaling-counts.ts';

/** Parameters stay within these: at the bounds the distribution is, to any use, at its limit. */
const bounds = [Math.log(1e-9), Math.log(1e9)] as const;

/** 1 - B(α, β + k) / B(α, β). */
export function betaBinomialCoverage(alpha: number, beta: number, k: number): number {
  // Γ(β + k) Γ(α + β) / (Γ(β) Γ(α + β + k)) is symmetric in α and k: large ones cancel least in this order.
  const [few, many] = [Math.min(alpha, k), Math.max(alpha, k)];
  return -Math.expm1(logRising(beta, few) - logRising(beta + many, few));
}

/**
 * Maximum of the likelihood Π B(α + c, β + n - c) / B(α, β) over α and β, n unequal or not: Newton's method on their
 * logarithms, damped after Levenberg and Marquardt wherever the full step would not climb. `start`: [α, β].
 */
export function fitBetaBinomial(
  { counts, weights }: Pick<Observed, 'counts' | 'weights'>,
  start = startOf(counts, weights),
): { alpha: number; beta: number } {
  let at = start.map((value) => inBounds(Math.log(value))) as [number, number];
  let here = logLikelihood(counts, weights, at);
  let damping = 0;
  for (let step = 0; step < 100; step++) {
    const { gradient, hessian } = derivatives(counts, weights, at);
    const [g0, g1] = gradient;
    const [h00, h01, h11] = hessian;
    const scale = Math.max(Math.abs(h00), Math.abs(h11), 1e-300);
    for (let tries = 0; ; tries++) {
      const [a, d] = [h00 - damping * scale, h11 - damping * scale];
      const determinant = a * d - h01 * h01;
      const isDown = a < 0 && determinant > 0;
      const move = [(h01 * g1 - d * g0) / determinant, (h01 * g0 - a * g1) / determinant];
      const next = at.map((value, i) => inBounds(value + limited(move[i] as number))) as [number, number];
      const there = isDown ? logLikelihood(counts, weights, next) : Number.NaN;
      // Rounding of the likelihood must not stop it short of the maximum.
      if (there >= here - 1e-13 * Math.abs(here)) {
        const moved = Math.max(...next.map((value, i) => Math.abs(value - (at[i] as number))));
        [at, here] = [next, there];
        damping = damping < 1e-4 ? 0 : damping / 10;
        if (moved < 1e-8) return { alpha: Math.exp(at[0]), beta: Math.exp(at[1]) };
        break;
      }
      if (tries === 40) return { alpha: Math.exp(at[0]), beta: Math.exp(at[1]) };
      damping = damping === 0 ? 1e-3 : damping * 4;
    }
  }
  return { alpha: Math.exp(at[0]), beta: Math.exp(at[1]) };
}

function inBounds(value: number): number {
  return Math.min(bounds[1], Math.max(bounds[0], value));
}

function limited(move: number): number {
  return Math.min(2, Math.max(-2, move));
}

/** By the mean and the variance of the problems' rates. */
function startOf({ n, c }: Observed['counts'], weights: Float64Array): [number, number] {
  let [problems, sum, squares] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const [weight, rate] = [weights[i] as number, (c[i] as number) / (n[i] as number)];
    problems += weight;
    sum += weight * rate;
    squares += weight * rate * rate;
  }
  const centre = Math.min(1 - 1e-6, Math.max(1e-6, sum / problems));
  const spread = squares / problems - (sum / problems) ** 2;
  const size = Math.min(1e4, Math.max(0.1, (centre * (1 - centre)) / Math.max(spread, 1e-12) - 1));
  return [centre * size, (1 - centre) * size];
}

function logLikelihood({ n, c }: Observed['counts'], weights: Float64Array, at: [number, number]): number {
  const [alpha, beta] = [Math.exp(at[0]), Math.exp(at[1])];
  let sum = 0;
  let known = Number.NaN;
  let ofN = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const [candidates, successes] = [n[i] as number, c[i] as number];
    if (candidates !== known) ofN = logRising(alpha + beta, candidates);
    known = candidates;
    sum += weight * (logRising(alpha, successes) + logRising(beta, candidates - successes) - ofN);
  }
  return sum;
}

/** First and second derivatives of the log likelihood by ln α and ln β. */
function derivatives({ n, c }: Observed['counts'], weights: Float64Array, at: [number, number]) {
  const [alpha, beta] = [Math.exp(at[0]), Math.exp(at[1])];
  let [g0, g1, h00, h11, both, shared, problems] = [0, 0, 0, 0, 0, 0, 0];
  let known = Number.NaN;
  let [first, second] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const [candidates, successes] = [n[i] as number, c[i] as number];
    if (candidates !== known) {
      first = digamma(alpha + beta + candidates);
      second = trigamma(alpha + beta + candidates);
      known = candidates;
    }
    problems += weight;
    shared += weight * first;
    both += weight * second;
    g0 += weight * digamma(alpha + successes);
    h00 += weight * trigamma(alpha + successes);
    g1 += weight * digamma(beta + candidates - successes);
    h11 += weight * trigamma(beta + candidates - successes);
  }
  shared -= problems * digamma(alpha + beta);
  both -= problems * trigamma(alpha + beta);
  g0 = alpha * (g0 - problems * digamma(alpha) - shared);
  g1 = beta * (g1 - problems * digamma(beta) - shared);
  h00 = alpha * alpha * (h00 - problems * trigamma(alpha) - both) + g0;
  h11 = beta * beta * (h11 - problems * trigamma(beta) - both) + g1;
  return { gradient: [g0, g1] as const, hessian: [h00, -alpha * beta * both, h11] as const };
}
