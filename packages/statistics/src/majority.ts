/** Majority vote: what picking the most frequent answer class among k candidates gets. */
import { requireInteger } from './check.ts';
import { type OnShort, usableKs } from './ks.ts';
import { exactMajority } from './majority-exact.ts';
import { resampledMajority } from './majority-resampled.ts';
import {
  type RateOptions,
  type RatePoint,
  type RateSettings,
  rateSettings,
  ratesOverProblems,
} from './over-problems.ts';
import { createRandom } from './random.ts';
import { type ClassTable, votesOf } from './votes.ts';

export interface MajorityOptions extends RateOptions {
  /** 'refuse' if not given. */
  readonly onShort?: OnShort;
  /** Random subsets per problem where the exact sum is not affordable; 100 if not given, at least 2. */
  readonly subsets?: number;
  /** Multiplications that the exact sum may take for one problem and k; 1e6 (one to three ms) if not given. 0: none. */
  readonly exactBudget?: number;
}

export interface MajorityPoint extends RatePoint {
  /** 'exact': the expectation over all k-subsets of every problem; 'resampled': of some problems a sample of them. */
  readonly method: 'exact' | 'resampled';
  readonly resampledProblems: number;
  /** Standard error that resampling leaves in `estimate`; 0 if exact. The intervals already hold it. */
  readonly resamplingError: number;
}

export interface Majority extends RateSettings {
  /** Among tied classes each is chosen with equal probability, in expectation. */
  readonly ties: 'uniform';
  readonly subsets: number;
  readonly points: MajorityPoint[];
  /** The ks left out under 'drop-k': larger than the smallest number of candidates among the problems. */
  readonly dropped: number[];
}

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
  const { subsets = 100, exactBudget = 1e6 } = options;
  requireInteger('problems', problems.length, 1);
  requireInteger('subsets', subsets, 2);
  const settings = rateSettings(problems.length, options);
  const votes = problems.map(votesOf);
  const { used, dropped } = usableKs(
    votes.map(({ n }) => n),
    ks,
    options.onShort,
  );
  const table = new Float64Array(problems.length * used.length);
  const variance = new Float64Array(used.length);
  const resampledProblems = new Uint32Array(used.length);
  votes.forEach((own, problem) => {
    const row = table.subarray(problem * used.length, (problem + 1) * used.length);
    const left: number[] = [];
    used.forEach((k, i) => {
      const value = exactMajority(own, k, exactBudget);
      if (value === undefined) left.push(i);
      else row[i] = value;
    });
    if (left.length === 0) return;
    // Stream 0 is the bootstrap's.
    const random = createRandom(settings.seed, problem + 1);
    const sample = resampledMajority(
      own,
      left.map((i) => used[i] as number),
      subsets,
      random,
    );
    left.forEach((i, at) => {
      row[i] = sample.mean[at] as number;
      variance[i] = (variance[i] as number) + (sample.variance[at] as number) / subsets;
      resampledProblems[i] = (resampledProblems[i] as number) + 1;
    });
  });
  return {
    ...settings,
    ties: 'uniform',
    subsets,
    points: ratesOverProblems(table, used, settings).map((point, i) => ({
      ...point,
      method: resampledProblems[i] === 0 ? 'exact' : 'resampled',
      resampledProblems: resampledProblems[i] as number,
      resamplingError: Math.sqrt(variance[i] as number) / problems.length,
    })),
    dropped,
  };
}
