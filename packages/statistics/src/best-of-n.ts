/** Best-of-N: what picking the candidate with the highest score among k gets. */
import { requireScored, sortedScores } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';
import {
  ratesOf,
  type SubsetOptions,
  type SubsetRates,
  type SubsetTable,
  subsetTable,
} from './subset-rates.ts';

/**
 * Best-of-N at every k: k of a problem's candidates are drawn without replacement, and the one with the highest score
 * is chosen, uniformly among those of equal score. The estimate is the mean over problems of the expectation over
 * k-subsets, always exact; it does not depend on the order of candidates.
 *
 * RangeError where a score is not finite or problems do not fit together (see `ScoredProblem`), ks do not ascend, or a
 * k exceeds a problem's candidates (see `OnShort`).
 */
export function bestOfNAtK(
  problems: readonly ScoredProblem[],
  ks: ArrayLike<number>,
  options: SubsetOptions = {},
): SubsetRates {
  return ratesOf(bestOfNTable(problems, ks, options));
}

export function bestOfNTable(
  problems: readonly ScoredProblem[],
  ks: ArrayLike<number>,
  options: SubsetOptions,
): SubsetTable {
  requireScored(problems);
  const chances = chancesByRank();
  const exact = ({ n, ranks, shares }: Ranked, k: number) => {
    const p = chances(n, k);
    let sum = 0;
    for (let i = 0; i < ranks.length; i++) {
      const rank = ranks[i] as number;
      if (rank >= p.length) break;
      sum += (p[rank] as number) * (shares[i] as number);
    }
    return Math.min(1, sum);
  };
  return subsetTable(problems.map(rankedOf), ks, { exact }, options);
}

/** Candidates by rank, 0 for the best. */
interface Ranked {
  readonly n: number;
  /** Ascending: the ranks of all that have the score of a correct candidate. */
  readonly ranks: Uint32Array;
  /** For each of `ranks`, the share of correct ones among the candidates of that score. */
  readonly shares: Float64Array;
}

function rankedOf(problem: ScoredProblem): Ranked {
  const { high, low } = sortedScores([problem]);
  const n = high.length + low.length;
  const ranks = new Uint32Array(n);
  const shares = new Float64Array(n);
  let filled = 0;
  let h = high.length;
  let l = low.length;
  while (h > 0) {
    const score = high[h - 1] as number;
    while (l > 0 && (low[l - 1] as number) > score) l--;
    const first = n - h - l;
    const before = h;
    while (h > 0 && high[h - 1] === score) h--;
    while (l > 0 && low[l - 1] === score) l--;
    const end = n - h - l;
    const share = (before - h) / (end - first);
    for (let rank = first; rank < end; rank++) {
      ranks[filled] = rank;
      shares[filled++] = share;
    }
  }
  return { n, ranks: ranks.subarray(0, filled), shares: shares.subarray(0, filled) };
}

/** What is left of the chances, in sum, is too improbable to count. */
const negligible = 2 ** -60;

/**
 * The chance that the candidate of each rank, from the best, is the best of a k-subset: C(n - 1 - rank, k - 1) / C(n, k),
 * as far as it counts. By the ratio of neighbours, (n - k - rank) / (n - 1 - rank): every term is positive and at most
 * 1, so that nothing cancels or overflows; relative error about the rank times the machine's precision. Equal scores
 * are ranked in any order and share their chances. Problems of equal n share the result.
 */
function chancesByRank(): (n: number, k: number) => Float64Array {
  const known = new Map<string, Float64Array>();
  return (n, k) => {
    const key = `${n} ${k}`;
    let p = known.get(key);
    if (p === undefined) {
      const terms = [];
      let term = k / n;
      for (let rank = 0; rank <= n - k; rank++) {
        terms.push(term);
        // What all later ranks have together: none of the first ones is drawn.
        if ((term * (n - k - rank)) / k < negligible) break;
        term *= (n - k - rank) / (n - 1 - rank);
      }
      p = Float64Array.from(terms);
      known.set(key, p);
    }
    return p;
  };
}
