/** Exact n@k, where there is a formula or an affordable sum. */
import { type Behaviours, type Pool, votesIn } from './behaviours.ts';
import { probability } from './binomial.ts';
import { hypergeometricPmf } from './hypergeometric.ts';
import { exactMajority } from './majority-exact.ts';
import { passAtK } from './pass-at-k.ts';
import { solvedChance } from './submissions.ts';

/**
 * Expectation over all k-subsets of the candidates. Undefined where there is no formula, or the sum would take more
 * than `budget` multiplications.
 */
export function exactNAtK(
  { n: candidates, kept, instead }: Behaviours,
  n: number,
  k: number,
  cluster: boolean,
  budget: number,
): number | undefined {
  const selected = fromPool(kept, candidates, n, k, cluster, budget);
  // Where nothing is kept, the k are a uniform subset of the others.
  const others = candidates - kept.size;
  if (selected === undefined || instead.size === 0 || k > others) return selected;
  const fallback = fromPool(instead, others, n, k, cluster, budget);
  if (fallback === undefined) return undefined;
  const noneKept = probability(hypergeometricPmf(candidates, kept.size, k), 0);
  return Math.min(1, selected + noneKept * fallback);
}

/** Chance that submissions from the pool's candidates among k of `candidates` solve the problem. */
function fromPool(
  pool: Pool,
  candidates: number,
  n: number,
  k: number,
  cluster: boolean,
  budget: number,
): number | undefined {
  if (pool.correct === 0) return 0;
  // All that are drawn of the pool are submitted.
  if (n >= Math.min(k, pool.size)) return passAtK(candidates, pool.correct, k);
  const alike = pool.correct === pool.size || pool.sizes.length === 1 || pool.sizes[0] === 1;
  if (!cluster || alike) return atRandom(pool, candidates, n, k);
  if (k === candidates) return solvedChance(pool, pool.sizes, n);
  return n === 1 ? exactMajority(votesIn(pool, candidates), k, budget) : undefined;
}

/**
 * Submissions drawn at random. Given that x of the pool's `size` candidates are among the k, they are a uniform
 * x-subset of the pool, and what is submitted of them is a uniform min(n, x)-subset of it:
 *
 *   sum over x of P(x) · pass@min(n, x) of (size, correct), x hypergeometric (candidates, size, k)
 */
function atRandom({ size, correct }: Pool, candidates: number, n: number, k: number): number {
  const { low, p } = hypergeometricPmf(candidates, size, k);
  const enough = passAtK(size, correct, n);
  let sum = 0;
  p.forEach((chance, i) => {
    const x = low + i;
    if (x > 0) sum += chance * (x < n ? passAtK(size, correct, x) : enough);
  });
  return Math.min(1, sum);
}
