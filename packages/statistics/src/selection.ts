/** Selection curves: what each way to choose among k candidates gets, beside an oracle and a random choice. */
import { type WeightTransform, weightTransforms } from './ballots.ts';
import { bestOfNTable } from './best-of-n.ts';
import { coverage } from './coverage.ts';
import { logSpacedKs } from './ks.ts';
import { majorityTable } from './majority.ts';
import {
  bootstrapMeans,
  columnOf,
  type RatePoint,
  type RateSettings,
  ratesOverProblems,
} from './over-problems.ts';
import { passAtKTable } from './pass-at-k.ts';
import { requireScored } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';
import { ratesOf, type SubsetOptions, type SubsetPoint, type SubsetTable } from './subset-rates.ts';
import { mean, quantile, total } from './summary.ts';
import { type Voters, votersOf } from './voters.ts';
import { weightedTable } from './weighted-majority.ts';

export type SelectionMethod = 'best-of-n' | 'majority' | `weighted-${WeightTransform}`;

export const selectionMethods: readonly SelectionMethod[] = [
  'best-of-n',
  'majority',
  ...weightTransforms.map((transform) => `weighted-${transform}` as const),
];

export interface SelectionOptions extends SubsetOptions {
  /** `logSpacedKs` up to the smallest problem's candidates if not given. */
  readonly ks?: ArrayLike<number>;
  /**
   * If not given: 'best-of-n' and, where any candidate has a class, 'majority' and every weighted vote but that of raw
   * scores, which is refused where one is negative.
   */
  readonly methods?: readonly SelectionMethod[];
  /** Of 'weighted-softmax'; 1 if not given. */
  readonly temperature?: number;
  /** By how much an estimate has to rise to count as a gain; 0.01 (a percentage point) if not given. */
  readonly gain?: number;
}

/** Share of the way from a random candidate (0) to the oracle (1); below 0 where it is worse than a random one. */
export interface GapClosed {
  readonly share: number;
  /**
   * Percentile bootstrap over problems: a resample has the same problems for the method, the oracle and the random
   * choice. Not cut at 0 and 1. Simulated at a confidence of 0.95 it holds the true share in 91 % or more of samples of
   * 30 or of 100 problems; where few problems have any gap (about three of 30), in as few as 80 %. Null where problems do not vary enough to tell: all resamples have the same share, or
   * more of them than the interval leaves out have no gap.
   */
  readonly interval: {
    readonly method: 'bootstrap-percentile-over-problems';
    readonly low: number;
    readonly high: number;
  } | null;
}

export interface SelectionPoint extends SubsetPoint {
  /** Null where coverage exceeds a random choice by no more than 1e-12, as at k = 1. */
  readonly gapClosed: GapClosed | null;
}

export interface SelectionCurve {
  readonly method: SelectionMethod;
  readonly points: SelectionPoint[];
  /** The first point of the greatest estimate. A curve that falls after it has been optimised beyond what scores tell. */
  readonly peak: { readonly k: number; readonly estimate: number };
  /**
   * The smallest k whose estimate no later point exceeds by more than `gain`. Null where the points go on to less than
   * twice that k: the curve may still be rising.
   */
  readonly saturatesAt: number | null;
}

export interface SelectionCurves extends RateSettings {
  /** Among tied candidates or classes each is chosen with equal probability, in expectation. */
  readonly ties: 'uniform';
  readonly subsets: number;
  readonly gain: number;
  /** Null where 'weighted-softmax' is no method. */
  readonly temperature: number | null;
  readonly ks: number[];
  /** The ks left out under 'drop-k': larger than the smallest number of candidates among the problems. */
  readonly dropped: number[];
  /** What an oracle gets that sees which candidates are correct; by k. */
  readonly coverage: RatePoint[];
  /** What a random candidate gets (pass@1): the same at every k. */
  readonly random: RatePoint;
  /** By method. */
  readonly curves: SelectionCurve[];
}

/**
 * For every method and k: what it gets of k candidates (see `bestOfNAtK`, `majorityAtK`, `weightedMajorityAtK`), the
 * share of the gap between a random choice and the oracle that it closes, and where its curve peaks and saturates.
 * RangeError as these functions.
 */
export function selectionCurves(
  problems: readonly ScoredProblem[],
  options: SelectionOptions = {},
): SelectionCurves {
  const { gain = 0.01, temperature = 1 } = options;
  if (!(gain >= 0 && gain <= 1)) throw new RangeError(`gain is ${gain}; give a number from 0 to 1`);
  requireScored(problems);
  const methods = options.methods ?? methodsFor(problems);
  const n = problems.map(({ scores }) => scores.length);
  const c = problems.map(({ correct }) => total(correct));
  const ks = options.ks ?? logSpacedKs(Math.min(...n));
  const counts = { n, c };
  const { points, dropped, ...settings } = coverage(counts, ks, options);
  const used = points.map(({ k }) => k);
  if (used.length === 0) throw new RangeError(`ks leave none; give at least one k <= ${Math.min(...n)}`);
  const tables = selectionTables(problems, methods, used, options);
  const random = passAtKTable(counts, [1]);
  const closedBy = gapsOf(random, passAtKTable(counts, used), used.length, settings);
  return {
    ...settings,
    ties: 'uniform',
    subsets: options.subsets ?? 100,
    gain,
    temperature: methods.includes('weighted-softmax') ? temperature : null,
    ks: used,
    dropped,
    coverage: points,
    random: ratesOverProblems(random, [1], settings)[0] as RatePoint,
    curves: methods.map((method, m) => {
      const table = tables[m] as SubsetTable;
      const closed = closedBy(table.values);
      const curve = ratesOf(table).points.map((point, i) => ({ ...point, gapClosed: closed[i] ?? null }));
      return { method, points: curve, peak: peakOf(curve), saturatesAt: saturation(curve, gain) };
    }),
  };
}

/**
 * What `selectionCurves` are the means of: each problem's chance of success by each method at each k. RangeError as there.
 */
export function selectionTables(
  problems: readonly ScoredProblem[],
  methods: readonly SelectionMethod[],
  ks: ArrayLike<number>,
  options: Omit<SelectionOptions, 'ks' | 'methods'> = {},
): SubsetTable[] {
  requireScored(problems);
  const voters = methods.some((method) => method !== 'best-of-n') ? problems.map(votersOf) : [];
  return methods.map((method) =>
    method === 'best-of-n' ? bestOfNTable(problems, ks, options) : voteTable(method, voters, ks, options),
  );
}

function methodsFor(problems: readonly ScoredProblem[]): SelectionMethod[] {
  const classed = problems.some(({ classes = [] }) => Array.from(classes).some((label) => label >= 0));
  return classed ? selectionMethods.filter((method) => method !== 'weighted-raw') : ['best-of-n'];
}

function voteTable(
  method: SelectionMethod,
  voters: readonly Voters[],
  ks: ArrayLike<number>,
  options: SelectionOptions,
): SubsetTable {
  if (method === 'majority') return majorityTable(voters, ks, options);
  const transform = weightTransforms.find((name) => method === `weighted-${name}`);
  if (transform === undefined) {
    throw new RangeError(`method is ${method}; give one of ${selectionMethods.join(', ')}`);
  }
  return weightedTable(voters, ks, { transform, temperature: options.temperature ?? 1 }, options);
}

/** A difference of two rates that is no greater may be none. */
const rounding = 1e-12;

/** From tables of values (problems × columns; `random` has one column): what share of the gap another table closes. */
function gapsOf(
  random: Float64Array,
  oracle: Float64Array,
  columns: number,
  settings: RateSettings,
): (values: Float64Array) => (GapClosed | null)[] {
  const floors = bootstrapMeans(random, 1, settings)[0] as Float64Array;
  const ceilings = bootstrapMeans(oracle, columns, settings);
  const floor = mean(random);
  return (values) => {
    const means = bootstrapMeans(values, columns, settings);
    return ceilings.map((tops, i) => {
      const gap = mean(columnOf(oracle, columns, i)) - floor;
      if (gap <= rounding) return null;
      const shares = tops.map((top, at) => {
        const low = floors[at] as number;
        return top - low <= rounding
          ? Number.NaN
          : (((means[i] as Float64Array)[at] as number) - low) / (top - low);
      });
      return {
        share: (mean(columnOf(values, columns, i)) - floor) / gap,
        interval: intervalOf(shares.filter((share) => !Number.isNaN(share)).sort(), settings),
      };
    });
  };
}

/** Of the resamples' shares, ascending. */
function intervalOf(shares: Float64Array, { confidence, resamples }: RateSettings): GapClosed['interval'] {
  const [least = 0] = shares;
  const most = shares.at(-1) ?? 0;
  if (shares.length < confidence * resamples || most - least <= rounding) return null;
  return {
    method: 'bootstrap-percentile-over-problems',
    low: quantile(shares, (1 - confidence) / 2),
    high: quantile(shares, (1 + confidence) / 2),
  };
}

function peakOf(points: readonly SelectionPoint[]): SelectionCurve['peak'] {
  const estimate = Math.max(...points.map((point) => point.estimate));
  const k = points.find((point) => estimate - point.estimate <= rounding)?.k as number;
  return { k, estimate };
}

function saturation(points: readonly SelectionPoint[], gain: number): number | null {
  let first = points.length - 1;
  let later = Number.NEGATIVE_INFINITY;
  for (let i = first; i >= 0; i--) {
    const { estimate } = points[i] as SelectionPoint;
    if (later - estimate <= gain + rounding) first = i;
    later = Math.max(later, estimate);
  }
  const { k } = points[first] as SelectionPoint;
  return 2 * k > (points.at(-1)?.k ?? 0) ? null : k;
}
