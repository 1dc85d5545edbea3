/** Majority vote: what picking the most frequent answer class among k candidates gets. */
import { requireInteger } from './check.ts';
import { exactMajority } from './majority-exact.ts';
import { resampledMajority } from './majority-resampled.ts';
import {
  ratesOf,
  type SubsetOptions,
  type SubsetPoint,
  type SubsetRates,
  type SubsetTable,
  subsetTable,
} from './subset-rates.ts';
import { type ClassTable, votesOf } from './votes.ts';

export type MajorityOptions = SubsetOptions;
export type MajorityPoint = SubsetPoint;
export type Majority = SubsetRates;

/**
 * Majority (plurality) vote at every k: k of a problem's candidates are drawn without replacement, the class with
 * most of them is chosen, and one of its candidates is a success with the class's share of correct ones (a class can
 * be mixed). Abstaining candidates are drawn and do not vote; a subset without a vote is a failure. The estimate is
 * the mean over problems of the expectation over k-subsets; it does not depend on the order of candidates.
 *
 * A problem's value at k depends on nothing but its own table, its index, the seed, and the ks.
 * RangeError where a table does not fit together, ks do not ascend, or a k exceeds a problem's n (see `OnShort`).
 */
export function majorityAtK(
  problems: readonly ClassTable[],
  ks: ArrayLike<number>,
  options: MajorityOptions = {},
): Majority {
  return ratesOf(majorityTable(problems, ks, options));
}

export function majorityTable(
  problems: readonly ClassTable[],
  ks: ArrayLike<number>,
  options: MajorityOptions,
): SubsetTable {
  requireInteger('problems', problems.length, 1);
  const method = { exact: exactMajority, resampled: resampledMajority };
  return subsetTable(problems.map(votesOf), ks, method, options);
}
