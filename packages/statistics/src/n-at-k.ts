/** n@k: what submitting n of k candidates gets, chosen by example tests and by behaviour. */
import { type Behaviours, type BehaviourTable, behavioursOf, type Filtering } from './behaviours.ts';
import { requireInteger } from './check.ts';
import { exactNAtK } from './n-at-k-exact.ts';
import { resampledNAtK } from './n-at-k-resampled.ts';
import { ratesOf, type SubsetOptions, type SubsetRates, subsetTable } from './subset-rates.ts';

export interface NAtKOptions extends SubsetOptions, Partial<Filtering> {
  /** One submission from each of the largest classes; false: submissions at random. True if not given. */
  readonly cluster?: boolean;
}

export interface NAtK extends SubsetRates, Filtering {
  /** Submissions of a problem, at most. */
  readonly n: number;
  readonly cluster: boolean;
}

/**
 * n@k of AlphaCode (Li et al. 2022, "Competition-level code generation with AlphaCode", Science 378:1092-1097,
 * arXiv:2203.07814) at every k: k of a problem's candidates are drawn without replacement, those that pass the filter
 * are kept, and n of them are submitted, or all where there are fewer. With `cluster`, one goes in from each class of
 * equal behaviour, from the largest class to the smallest, then round again. Else they are drawn at random. The
 * problem is solved where any submission is correct.
 *
 * Ties among classes, and the choice within one, are uniformly random, in expectation. Where no candidate of a subset
 * passes, nothing is submitted, which is a failure, unless `noneKept` is 'unfiltered'. The estimate is the mean over
 * problems of the expectation over k-subsets: exact without clusters, and with them at k = all candidates, for n = 1
 * where the sum is affordable, and where clusters make no difference; elsewhere from random subsets.
 *
 * Not extrapolated to k above the number of candidates. `filter` is true and `noneKept` 'fail' if not given.
 * RangeError where a table does not fit together, ks do not ascend, or a k exceeds a problem's candidates (`OnShort`).
 */
export function nAtK(
  problems: readonly BehaviourTable[],
  n: number,
  ks: ArrayLike<number>,
  options: NAtKOptions = {},
): NAtK {
  const { cluster = true, filter = true, noneKept = 'fail' } = options;
  requireInteger('problems', problems.length, 1);
  requireInteger('n (submissions)', n, 1);
  const behaviours = problems.map((table, problem) => behavioursOf(table, problem, { filter, noneKept }));
  const table = subsetTable<Behaviours>(
    behaviours,
    ks,
    {
      exact: (own, k, budget) => exactNAtK(own, n, k, cluster, budget),
      resampled: (own, used, subsets, random) => resampledNAtK(own, n, used, subsets, random),
    },
    options,
  );
  return { n, filter, cluster, noneKept, ...ratesOf(table) };
}
