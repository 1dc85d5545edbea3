/** Distributions on integers, scaled so that nothing underflows; the binomial one. */

/** P(X = low + i) is `p[i]`; what lies outside is too improbable to count. */
export interface Pmf {
  readonly low: number;
  readonly p: Float64Array;
}

/** Terms below this share of the largest are left out. */
const negligible = 1e-18;

/**
 * A distribution on the integers from `low` to `high` as far as its terms count: from the mode outwards by the ratio
 * P(x + 1) / P(x) of neighbours, then scaled to a sum of 1. Relative error about the number of terms times the
 * machine's precision.
 */
export function pmfOf(mode: number, low: number, high: number, ratio: (x: number) => number): Pmf {
  const down = [];
  for (let x = mode, term = 1; x > low; x--) {
    term /= ratio(x - 1);
    if (term < negligible) break;
    down.push(term);
  }
  const up = [];
  for (let x = mode, term = 1; x < high; x++) {
    term *= ratio(x);
    if (term < negligible) break;
    up.push(term);
  }
  const p = Float64Array.from([...down.reverse(), 1, ...up]);
  let sum = 0;
  for (const term of p) sum += term;
  return { low: mode - down.length, p: p.map((term) => term / sum) };
}

/** Binomial(m, rate), rate in (0, 1). */
export function binomialPmf(m: number, rate: number): Pmf {
  const mode = Math.min(m, Math.floor((m + 1) * rate));
  const odds = rate / (1 - rate);
  return pmfOf(mode, 0, m, (x) => ((m - x) * odds) / (x + 1));
}

/** P(X = x). */
export function probability({ low, p }: Pmf, x: number): number {
  return p[x - low] ?? 0;
}
