/** Hypergeometric probabilities. */
import { type Pmf, pmfOf } from './binomial.ts';

/**
 * How many of `marked` among `n` candidates are in a uniform k-subset: C(marked, x) C(n - marked, k - x) / C(n, k),
 * as far as its terms count. 0 <= marked, k <= n.
 */
export function hypergeometricPmf(n: number, marked: number, k: number): Pmf {
  const others = n - marked;
  const low = Math.max(0, k - others);
  const high = Math.min(marked, k);
  const mode = Math.floor(((k + 1) * (marked + 1)) / (n + 2));
  return pmfOf(Math.min(high, Math.max(low, mode)), low, high, (x) => {
    return ((marked - x) * (k - x)) / ((x + 1) * (others - k + x + 1));
  });
}
