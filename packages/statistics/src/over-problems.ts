/** Means over problems, with intervals that say what another sample of problems might have given. */
import { requireInteger } from './check.ts';
import { criticalNormal, criticalStudent } from './critical.ts';
import { defaultConfidence, type Interval, wilsonScore } from './interval.ts';
import { createRandom } from './random.ts';
import { mean, quantile, standardDeviation } from './summary.ts';

export interface RateOptions {
  /** Of both intervals; 0.95 if not given. */
  readonly confidence?: number;
  /** Bootstrap resamples; 1000 if not given. */
  readonly resamples?: number;
  /** Of all random draws; 0 if not given. Equal input and seed give equal output. */
  readonly seed?: number;
}

/** A rate at one k: the mean over problems, with two intervals. */
export interface RatePoint {
  readonly k: number;
  readonly estimate: number;
  /**
   * Standard deviation, over draws of k candidates of each of these problems, of the share of problems that such a
   * draw gets right: how far one run with k candidates each falls from the estimate. A problem's own value v is a
   * chance, with variance v (1 - v).
   */
  readonly spread: number;
  /** Percentile bootstrap over problems (Efron and Tibshirani 1993, chapter 13). */
  readonly bootstrap: Interval;
  /** Student's t over problems, cut at 0 and 1. */
  readonly analytic: Interval;
}

/** What was used for every point of a result. */
export interface RateSettings {
  readonly problems: number;
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

export function rateSettings(problems: number, options: RateOptions): RateSettings {
  const { confidence = defaultConfidence, resamples = 1000, seed = 0 } = options;
  requireInteger('resamples', resamples, 1);
  return { problems, confidence, resamples, seed };
}

/**
 * Mean over problems at every k, from `table` in problem-major order (problems × ks.length), each value in [0, 1].
 *
 * The problems are the sample: both intervals hold the problems' spread and, within it, the noise of each problem's
 * own estimate. Where all problems have the same value, or there is only one, there is no spread to go by and either
 * method would claim certainty; Wilson's interval over problems then stands in, the widest that a rate in [0, 1] needs.
 * Where the rate hangs on few problems both are too narrow. Simulated for best-of-N at a confidence of 0.95 they hold
 * the true rate in 90 % or more of samples of 30 or 100 problems; of 30, where one in ten is ever solved, in as few as
 * 86 %; of 10 in as few as 78 %.
 */
export function ratesOverProblems(
  table: Float64Array,
  ks: readonly number[],
  settings: RateSettings,
): RatePoint[] {
  const { problems, confidence } = settings;
  const z = criticalNormal(confidence);
  const resampled = bootstrapMeans(table, ks.length, settings);
  return ks.map((k, i) => {
    const values = columnOf(table, ks.length, i);
    const estimate = Math.min(1, mean(values));
    const spread = Math.sqrt(values.reduce((sum, v) => sum + Math.max(0, v * (1 - v)), 0)) / problems;
    if (values.every((value) => value === values[0])) {
      const wilson: Interval = { method: 'wilson-over-problems', ...wilsonScore(estimate, problems, z) };
      return { k, estimate, spread, bootstrap: wilson, analytic: wilson };
    }
    return { k, estimate, spread, ...intervalsOfMean(values, resampled[i] as Float64Array, settings, 0) };
  });
}

/** Of the mean of `values`, one a problem, by the means of their resamples, which are sorted; the second cut at `least` and 1. */
export function intervalsOfMean(
  values: Float64Array,
  means: Float64Array,
  { problems, confidence }: RateSettings,
  least: 0 | -1,
): Pick<RatePoint, 'bootstrap' | 'analytic'> {
  const t = problems > 1 ? criticalStudent(confidence, problems - 1) : Number.POSITIVE_INFINITY;
  const half = (t * standardDeviation(values)) / Math.sqrt(problems);
  const estimate = mean(values);
  means.sort();
  return {
    bootstrap: {
      method: 'bootstrap-percentile-over-problems',
      low: quantile(means, (1 - confidence) / 2),
      high: quantile(means, (1 + confidence) / 2),
    },
    analytic: {
      method: 'student-t-over-problems',
      low: Math.max(least, estimate - half),
      high: Math.min(1, estimate + half),
    },
  };
}

/** Column `i` of a problem-major table. */
export function columnOf(table: Float64Array, columns: number, i: number): Float64Array {
  return Float64Array.from({ length: table.length / columns }, (_, p) => table[p * columns + i] as number);
}

/**
 * Per column, the means of `resamples` samples of problems with replacement. A sample is shared by all columns, and by
 * all tables of as many problems under the same seed.
 */
export function bootstrapMeans(table: Float64Array, columns: number, settings: RateSettings): Float64Array[] {
  const { problems, resamples, seed } = settings;
  const random = createRandom(seed);
  const means = Array.from({ length: columns }, () => new Float64Array(resamples));
  const sums = new Float64Array(columns);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < problems; draw++) {
      const row = random.below(problems) * columns;
      for (let i = 0; i < columns; i++) sums[i] = (sums[i] as number) + (table[row + i] as number);
    }
    for (let i = 0; i < columns; i++) {
      (means[i] as Float64Array)[resample] = Math.min(1, (sums[i] as number) / problems);
    }
  }
  return means;
}
