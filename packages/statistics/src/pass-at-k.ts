/** pass@k of one problem, and of many problems at many k. */
import { requireInteger, requireProblems } from './check.ts';

/** Candidates and successes, one entry per problem; problems may have different n. */
export interface Counts {
  /** Judged candidates of each problem. */
  readonly n: ArrayLike<number>;
  /** Successes among them. */
  readonly c: ArrayLike<number>;
}

/**
 * Unbiased estimate of the chance that at least one of k candidates is a success, from c successes among n:
 * 1 - C(n-c, k) / C(n, k) (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv:2107.03374).
 *
 * RangeError unless 0 <= c <= n and 1 <= k <= n are integers: k > n is refused, not extrapolated.
 */
export function passAtK(n: number, c: number, k: number): number {
  requireInteger('n (candidates)', n, 1);
  requireInteger('c (successes)', c, 0, n);
  requireInteger('k (pass@k needs k <= n)', k, 1, n);
  return estimate(n, c, k);
}

/**
 * pass@k of every problem at every k, in problem-major order: entry `problem * ks.length + i` is for `ks[i]`.
 * RangeError as `passAtK`, naming the problem.
 */
export function passAtKTable({ n, c }: Counts, ks: ArrayLike<number>): Float64Array {
  const problems = requireProblems({ n, c });
  const table = new Float64Array(problems * ks.length);
  for (let problem = 0, at = 0; problem < problems; problem++) {
    const candidates = n[problem] as number;
    const successes = c[problem] as number;
    requireInteger(`n of problem ${problem}`, candidates, 1);
    requireInteger(`c of problem ${problem}`, successes, 0, candidates);
    for (let i = 0; i < ks.length; i++) {
      const k = ks[i] as number;
      requireInteger(`k for problem ${problem} (n = ${candidates})`, k, 1, candidates);
      table[at++] = estimate(candidates, successes, k);
    }
  }
  return table;
}

/**
 * The formula is symmetric in c and k, so it is the chance that `few` draws without replacement hit one of `many`
 * marked candidates: the sum over draws of P(no hit so far) · P(hit now). Every term is positive, so nothing cancels
 * and even the tiniest value keeps its relative accuracy. It takes at most about √(37 n) draws (600 for n = 10,000)
 * until what is left of P(no hit) no longer counts.
 */
function estimate(n: number, c: number, k: number): number {
  if (k > n - c) return 1;
  const few = Math.min(c, k);
  const many = Math.max(c, k);
  let hit = 0;
  let none = 1;
  for (let draw = 0; draw < few; draw++) {
    if (none < 2 ** -54) return 1;
    const now = (none * many) / (n - draw);
    hit += now;
    none -= now;
  }
  return Math.min(hit, 1);
}
