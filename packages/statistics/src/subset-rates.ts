/** Rates at k that are exact where that is affordable, and resampled for the problems where it is not. */
import { requireInteger } from './check.ts';
import { type OnShort, usableKs } from './ks.ts';
import {
  type RateOptions,
  type RatePoint,
  type RateSettings,
  rateSettings,
  ratesOverProblems,
} from './over-problems.ts';
import { createRandom, type Random } from './random.ts';
import type { Sample } from './resampling.ts';

export interface SubsetOptions extends RateOptions {
  /** 'refuse' if not given. */
  readonly onShort?: OnShort;
  /** Random subsets per problem where the exact sum is not affordable; 100 if not given, at least 2. */
  readonly subsets?: number;
  /** Multiplications that the exact sum may take for one problem and k; 1e6 (one to three ms) if not given. 0: none. */
  readonly exactBudget?: number;
}

export interface SubsetPoint extends RatePoint {
  /** 'exact': the expectation over all k-subsets of every problem; 'resampled': of some problems a sample of them. */
  readonly method: 'exact' | 'resampled';
  readonly resampledProblems: number;
  /** Standard error that resampling leaves in `estimate`; 0 if exact. The intervals already hold it. */
  readonly resamplingError: number;
}

export interface SubsetRates extends RateSettings {
  /** Among tied classes each is chosen with equal probability, in expectation. */
  readonly ties: 'uniform';
  readonly subsets: number;
  readonly points: SubsetPoint[];
  /** The ks left out under 'drop-k': larger than the smallest number of candidates among the problems. */
  readonly dropped: number[];
}

/** How one problem's values are found. */
export interface SubsetMethod<Problem> {
  /** Expectation over all k-subsets; undefined where that would take more than `budget` multiplications. */
  exact(problem: Problem, k: number, budget: number): number | undefined;
  /** Absent where `exact` has a value whatever the budget. */
  resampled?(problem: Problem, ks: readonly number[], subsets: number, random: Random): Sample;
}

/** What `SubsetRates` are the means of. */
export interface SubsetTable extends Omit<SubsetRates, 'points'> {
  readonly ks: number[];
  /** In problem-major order: entry `problem * ks.length + i` is for `ks[i]`. */
  readonly values: Float64Array;
  /** By k. */
  readonly resampledProblems: Uint32Array;
  /** By k: what resampling leaves, summed over problems. */
  readonly variance: Float64Array;
}

/**
 * A selection's expectation over k-subsets, for every problem. A value at k depends on nothing but the problem's own
 * content, its index, the seed, and the ks. RangeError where ks do not ascend, or a k exceeds a problem's n.
 */
export function subsetTable<Problem extends { readonly n: number }>(
  problems: readonly Problem[],
  ks: ArrayLike<number>,
  { exact, resampled }: SubsetMethod<Problem>,
  options: SubsetOptions,
): SubsetTable {
  const { subsets = 100, exactBudget = 1e6 } = options;
  requireInteger('problems', problems.length, 1);
  requireInteger('subsets', subsets, 2);
  const settings = rateSettings(problems.length, options);
  const { used, dropped } = usableKs(
    problems.map(({ n }) => n),
    ks,
    options.onShort,
  );
  const values = new Float64Array(problems.length * used.length);
  const variance = new Float64Array(used.length);
  const resampledProblems = new Uint32Array(used.length);
  problems.forEach((own, problem) => {
    const row = values.subarray(problem * used.length, (problem + 1) * used.length);
    const left: number[] = [];
    used.forEach((k, i) => {
      const value = exact(own, k, exactBudget);
      if (value === undefined) left.push(i);
      else row[i] = value;
    });
    if (left.length === 0 || resampled === undefined) return;
    // Stream 0 is the bootstrap's.
    const random = createRandom(settings.seed, problem + 1);
    const sample = resampled(
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
  return { ...settings, ties: 'uniform', subsets, ks: used, dropped, values, resampledProblems, variance };
}

/** Means over problems, with their intervals. */
export function ratesOf({ ks, values, resampledProblems, variance, ...settings }: SubsetTable): SubsetRates {
  const { dropped, ...rest } = settings;
  return {
    ...rest,
    points: ratesOverProblems(values, ks, settings).map((point, i) => ({
      ...point,
      method: resampledProblems[i] === 0 ? 'exact' : 'resampled',
      resampledProblems: resampledProblems[i] as number,
      resamplingError: Math.sqrt(variance[i] as number) / settings.problems,
    })),
    dropped,
  };
}
