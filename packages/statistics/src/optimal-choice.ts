/** The best strategy for each difficulty, and what choosing by difficulty gains (Snell et al. 2024, arXiv:2408.03314). */
import { requireInteger } from './check.ts';
import type { DifficultyBin, OptimalChoice, OptimalPoint, Strategy } from './optimal.ts';
import { difficultyBins, foldsOf } from './optimal-bins.ts';
import { bootstrapMeans, type RateOptions, type RateSettings, rateSettings } from './over-problems.ts';
import { mean, quantile } from './summary.ts';

/** What one way to answer gets of each problem, with several numbers of candidates. */
export interface StrategyTable {
  readonly name: string;
  /** Ascending. */
  readonly ks: ArrayLike<number>;
  /** Chance of success, in problem-major order: entry `problem * ks.length + i` is for `ks[i]`. */
  readonly values: Float64Array;
}

export interface OptimalOptions extends RateOptions {
  readonly by: OptimalChoice['by'];
  /** Quantile bins of difficulty; 5 if not given. */
  readonly bins?: number;
  /** Candidates per problem that may be spent; all ks of the strategies if not given. */
  readonly budgets?: readonly number[];
}

/**
 * Problems fall into quantile bins of `difficulty` (greater is easier); equal ones are never parted. For each budget the
 * best strategy of a bin is the one of at most so many candidates that gets most of the bin's problems: of equally good
 * ones that of fewest candidates, then the first.
 *
 * Two-fold cross-validation: each bin is dealt into two halves at random (seeded), and a half gets the strategies that
 * are best on the other one. So no problem has a part in the choice of its own strategy, the single one likewise, and
 * where difficulty does not matter the mix gains nothing in expectation. Its difficulty is taken to be known: measured
 * on candidates that count in `values` as well it would leak their luck into the bins, so measure it on others.
 *
 * RangeError where there are fewer than two problems, no strategies, tables that do not fit together, a difficulty that
 * is not finite, or a budget below every k.
 */
export function optimalChoice(
  strategies: readonly StrategyTable[],
  difficulty: ArrayLike<number>,
  options: OptimalOptions,
): OptimalChoice {
  const { by, bins = 5 } = options;
  const problems = difficulty.length;
  requireInteger('problems', problems, 2);
  requireInteger('bins', bins, 1);
  requireTables(strategies, problems);
  const settings = rateSettings(problems, options);
  const { binOf, ranges } = difficultyBins(difficulty, bins);
  const foldOf = foldsOf(binOf, settings.seed);
  const candidates = strategies.flatMap(columnsOf).sort((a, b) => a.strategy.k - b.strategy.k);
  const ks = candidates.map(({ strategy }) => strategy.k);
  const budgets = [...new Set(options.budgets ?? ks)].sort((a, b) => a - b);
  requireBudgets(budgets, ks[0] as number);
  const within = budgets.map((budget) => ks.filter((k) => k <= budget).length);
  const halves: Halves = {
    groupOf: binOf.map((bin, p) => 2 * bin + (foldOf[p] as number)),
    bins: ranges.length,
  };
  const sums = sumsOf(candidates, halves);
  const points = budgets.map((budget, i): OptimalPoint => {
    const count = within[i] as number;
    const singleStrategy = strategyAt(candidates, bestOf(sums, count, groupsOf(ranges.length)));
    return { budget, ...crossValidated(candidates, sums, count, halves, settings), singleStrategy };
  });
  const bestOfBin = ranges.map((range, bin): DifficultyBin['best'] =>
    budgets.map((budget, i) => {
      const at = bestOf(sums, within[i] as number, [2 * bin, 2 * bin + 1]);
      const success = sumOver(sums[at], [2 * bin, 2 * bin + 1]) / range.problems;
      return { budget, strategy: strategyAt(candidates, at), success: Math.min(1, success) };
    }),
  );
  const notes =
    ranges.length < bins
      ? [
          `Bins: ${ranges.length} in place of ${bins}, as problems of equal difficulty stay together, two or more in a bin.`,
        ]
      : [];
  return {
    by,
    problems,
    bins: ranges.map((range, i) => ({
      bin: i + 1,
      ...range,
      best: bestOfBin[i] as DifficultyBin['best'],
    })),
    points,
    notes,
  };
}

/** A strategy and what it gets of each problem. */
interface Candidate {
  readonly strategy: Strategy;
  readonly values: Float64Array;
}

function columnsOf({ name, ks, values }: StrategyTable): Candidate[] {
  const problems = values.length / ks.length;
  return Array.from(ks, (k, i) => ({
    strategy: { name, k },
    values: Float64Array.from(
      { length: problems },
      (_, problem) => values[problem * ks.length + i] as number,
    ),
  }));
}

function strategyAt(candidates: readonly Candidate[], at: number): Strategy {
  return (candidates[at] as Candidate).strategy;
}

/** Which bin and half a problem is in: group `2 * bin + half`. */
interface Halves {
  readonly groupOf: Uint32Array;
  readonly bins: number;
}

/** Of one half, or of both where none is said. */
function groupsOf(bins: number, half?: number): number[] {
  const halves = half === undefined ? [0, 1] : [half];
  return Array.from({ length: bins }, (_, bin) => halves.map((own) => 2 * bin + own)).flat();
}

/** By strategy, the sum of its values over each group. */
function sumsOf(candidates: readonly Candidate[], { groupOf, bins }: Halves): Float64Array[] {
  return candidates.map(({ values }) => {
    const sums = new Float64Array(2 * bins);
    for (let problem = 0; problem < values.length; problem++) {
      const group = groupOf[problem] as number;
      sums[group] = (sums[group] as number) + (values[problem] as number);
    }
    return sums;
  });
}

/** What each half gets by what is best on the other one, among the `count` first strategies. */
function crossValidated(
  candidates: readonly Candidate[],
  sums: readonly Float64Array[],
  count: number,
  { groupOf, bins }: Halves,
  settings: RateSettings,
): Pick<OptimalPoint, 'mix' | 'single' | 'difference'> {
  const single = [0, 1].map((half) => bestOf(sums, count, groupsOf(bins, 1 - half)));
  const ofGroup = groupsOf(bins).map((group) => bestOf(sums, count, [group ^ 1]));
  const of = (choice: (group: number) => number | undefined) =>
    Float64Array.from(groupOf, (group, problem) => candidates[choice(group) ?? 0]?.values[problem] as number);
  const mixed = of((group) => ofGroup[group]);
  const one = of((group) => single[group & 1]);
  return {
    mix: Math.min(1, mean(mixed)),
    single: Math.min(1, mean(one)),
    difference: intervalOf(
      mixed.map((value, problem) => value - (one[problem] as number)),
      settings,
    ),
  };
}

/** Sums that differ by no more are equal: the difference may be rounding. */
const rounding = 1e-9;

/** The first of the `within` first strategies that has the greatest sum over the groups. */
function bestOf(sums: readonly Float64Array[], within: number, groups: readonly number[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < within; at++) {
    const sum = sumOver(sums[at], groups);
    if (sum > most + rounding) [best, most] = [at, sum];
  }
  return best;
}

function sumOver(sums: Float64Array | undefined, groups: readonly number[]): number {
  let sum = 0;
  for (const group of groups) sum += sums?.[group] as number;
  return sum;
}

/**
 * Both halves like the same strategy, or each likes what the other does not: of two equally good ones the gains x and y of
 * the halves have the same sign, and their sum has not the variance 2 of independent ones, as the bootstrap takes it,
 * but 2 + 2 E|x| E|y| = 2 (1 + 2/π).
 */
const widening = Math.sqrt(1 + 2 / Math.PI);

/** Percentile bootstrap over problems of the mean, both strategies on the same problems; widened around it. */
function intervalOf(differences: Float64Array, settings: RateSettings): OptimalPoint['difference'] {
  const means = (bootstrapMeans(differences, 1, settings)[0] as Float64Array).sort();
  const { confidence } = settings;
  const middle = mean(differences);
  const widened = (q: number) => middle + widening * (quantile(means, q) - middle);
  return { low: widened((1 - confidence) / 2), high: widened((1 + confidence) / 2) };
}

function requireTables(strategies: readonly StrategyTable[], problems: number): void {
  requireInteger('strategies', strategies.length, 1);
  for (const { name, ks, values } of strategies) {
    if (ks.length === 0 || values.length !== ks.length * problems) {
      throw new RangeError(
        `${name} has ${values.length} values; give one for each of ${problems} problems and ${ks.length} ks, at least one`,
      );
    }
    for (let i = 0; i < ks.length; i++) requireInteger(`ks[${i}] of ${name}`, ks[i] as number, 1);
    const bad = values.findIndex((value) => !(value >= 0 && value <= 1));
    if (bad >= 0) throw new RangeError(`value ${bad} of ${name} is ${values[bad]}; give chances from 0 to 1`);
  }
}

function requireBudgets(budgets: readonly number[], least: number): void {
  requireInteger('budgets', budgets.length, 1);
  for (const budget of budgets) requireInteger('budget', budget, least);
}
