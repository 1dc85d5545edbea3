/** Differences between two sets of candidates for the same problems: what one of k gets in each. */
import { bestOfNTable } from './best-of-n.ts';
import { requireInteger } from './check.ts';
import { criticalNormal } from './critical.ts';
import { type Interval, wilsonScore } from './interval.ts';
import { usableKs } from './ks.ts';
import { majorityTable } from './majority.ts';
import {
  bootstrapMeans,
  columnOf,
  intervalsOfMean,
  type RateSettings,
  rateSettings,
} from './over-problems.ts';
import { type Counts, passAtKTable } from './pass-at-k.ts';
import type { ScoredProblem } from './scored.ts';
import type { SubsetOptions } from './subset-rates.ts';
import { mean } from './summary.ts';
import { type Voters, votersOf } from './voters.ts';

/** Two rates at one k, and the second less the first: means over the problems, which both have. */
export interface PairedPoint {
  readonly k: number;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
  /** Of the difference: percentile bootstrap over problems, each with both its values. */
  readonly bootstrap: Interval;
  /** Of the difference: Student's t over problems, cut at -1 and 1. */
  readonly analytic: Interval;
  /** Problems where the value of either was resampled (see `majorityAtK`). */
  readonly resampledProblems: number;
}

export interface PairedRates extends RateSettings {
  readonly points: PairedPoint[];
  /** The ks left out under 'drop-k': larger than the smallest number of candidates in either. */
  readonly dropped: number[];
}

/** Coverage (see `coverage`). Position i is the same problem in all arrays. RangeError as there. */
export function pairedCoverage(
  first: Counts,
  second: Counts,
  ks: ArrayLike<number>,
  options: SubsetOptions = {},
): PairedRates {
  return paired([Array.from(first.n), Array.from(second.n)], ks, options, (used) =>
    [first, second].map((counts) => ({ values: passAtKTable(counts, used) })),
  );
}

/**
 * Majority vote (see `majorityAtK`) of all candidates that an oracle has judged. Position i is the same problem in both.
 * RangeError as there.
 */
export function pairedMajority(
  first: readonly Omit<ScoredProblem, 'scores'>[],
  second: readonly Omit<ScoredProblem, 'scores'>[],
  ks: ArrayLike<number>,
  options: SubsetOptions = {},
): PairedRates {
  const voters = [first, second].map((problems) =>
    problems.map(({ correct, classes }, p) =>
      votersOf({ scores: correct, correct, ...(classes && { classes }) }, p),
    ),
  ) as [Voters[], Voters[]];
  return paired([voters[0].map(({ n }) => n), voters[1].map(({ n }) => n)], ks, options, (used) =>
    voters.map((own) => majorityTable(own, used, options)),
  );
}

/** Best-of-N (see `bestOfNAtK`). Position i is the same problem in both. RangeError as there. */
export function pairedBestOfN(
  first: readonly ScoredProblem[],
  second: readonly ScoredProblem[],
  ks: ArrayLike<number>,
  options: SubsetOptions = {},
): PairedRates {
  const sizeOf = ({ scores }: ScoredProblem) => scores.length;
  return paired([first.map(sizeOf), second.map(sizeOf)], ks, options, (used) =>
    [first, second].map((problems) => bestOfNTable(problems, used, options)),
  );
}

/** Values in problem-major order, and by k the problems of which they were resampled. */
interface Values {
  readonly values: Float64Array;
  readonly resampledProblems?: Uint32Array;
}

function paired(
  sizes: readonly [readonly number[], readonly number[]],
  ks: ArrayLike<number>,
  options: SubsetOptions,
  valuesAt: (used: number[]) => Values[],
): PairedRates {
  const [here, there] = sizes;
  if (here.length !== there.length || here.length === 0) {
    throw new RangeError(
      `problems (first: ${here.length}, second: ${there.length}); give the same problems in both, at least one`,
    );
  }
  const smaller = here.map((n, p) => Math.min(n, there[p] as number));
  const { used, dropped } = usableKs(smaller, ks, options.onShort);
  const settings = rateSettings(here.length, options);
  const [first, second] = valuesAt(used) as [Values, Values];
  return { ...settings, points: pointsOf(first, second, used, settings), dropped };
}

function pointsOf(first: Values, second: Values, ks: readonly number[], settings: RateSettings) {
  const differences = second.values.map((value, at) => value - (first.values[at] as number));
  const resampled = bootstrapMeans(differences, ks.length, settings);
  return ks.map((k, i): PairedPoint => {
    const own = columnOf(differences, ks.length, i);
    const difference = mean(own);
    const rates = {
      k,
      first: Math.min(1, mean(columnOf(first.values, ks.length, i))),
      second: Math.min(1, mean(columnOf(second.values, ks.length, i))),
      difference,
      resampledProblems: Math.max(first.resampledProblems?.[i] ?? 0, second.resampledProblems?.[i] ?? 0),
    };
    if (own.every((value) => Math.abs(value - (own[0] as number)) <= rounding)) {
      const equal = intervalOfEqual(difference, settings);
      return { ...rates, bootstrap: equal, analytic: equal };
    }
    return { ...rates, ...intervalsOfMean(own, resampled[i] as Float64Array, settings, -1) };
  });
}

/** Values that differ by no more may be equal. */
const rounding = 1e-12;

/**
 * Where the difference is the same in every problem there is no spread to go by. Wilson's upper bound for none out of
 * all problems is the share in which it may be another one; there it may be anything from -1 to 1.
 */
function intervalOfEqual(difference: number, { problems, confidence }: RateSettings): Interval {
  const { high: other } = wilsonScore(0, problems, criticalNormal(confidence));
  const rest = (1 - other) * difference;
  return { method: 'wilson-over-problems', low: rest - other, high: rest + other };
}

/**
 * Two-sided p of McNemar's exact test: of `onlyFirst` + `onlySecond` problems that one of two solves and the other does
 * not, how likely is a split at least as uneven where each is as likely to be either's. 1 where there are none.
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  requireInteger('onlyFirst', onlyFirst, 0);
  requireInteger('onlySecond', onlySecond, 0);
  const all = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // C(all, fewer) / 2^all, halved as it grows: nothing overflows, and the least tail keeps its digits.
  let term = 1;
  let halvings = all;
  for (let i = 1; i <= fewer; i++) {
    term *= (all - fewer + i) / i;
    for (; term > 1 && halvings > 0; halvings--) term /= 2;
  }
  term *= 2 ** -halvings;
  let tail = 0;
  for (let x = fewer; x >= 0 && term > tail * 2 ** -60; x--) {
    tail += term;
    term *= x / (all - x + 1);
  }
  return Math.min(1, 2 * tail);
}
