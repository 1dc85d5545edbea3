/** Binomial probabilities, scaled so that no n or p underflows. */

/** P(X = low + i) is `p[i]`; what lies outside is too improbable to count. */
export interface Pmf {
  readonly low: number;
  readonly p: Float64Array;
}

/** Terms below this share of the largest are left out. */
const negligible = 1e-18;

/**
 * Binomial(m, rate), rate in (0, 1), as far as its terms count: from the mode outwards by the ratio of neighbours,
 * then scaled to a sum of 1. Relative error about the number of terms times the machine's precision.
 */
export function binomialPmf(m: number, rate: number): Pmf {
  const mode = Math.min(m, Math.floor((m + 1) * rate));
  const odds = rate / (1 - rate);
  const down = [];
  for (let x = mode, term = 1; x > 0; x--) {
    term *= x / ((m - x + 1) * odds);
    if (term < negligible) break;
    down.push(term);
  }
  const up = [];
  for (let x = mode, term = 1; x < m; x++) {
    term *= ((m - x) * odds) / (x + 1);
    if (term < negligible) break;
    up.push(term);
  }
  const p = Float64Array.from([...down.reverse(), 1, ...up]);
  let sum = 0;
  for (const term of p) sum += term;
  return { low: mode - down.length, p: p.map((term) => term / sum) };
}

/** P(X = x). */
export function probability({ low, p }: Pmf, x: number): number {
  return p[x - low] ?? 0;
}
