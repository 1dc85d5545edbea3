/** How well each law would have predicted coverage, had sampling stopped earlier. */
import { hypergeometricPmf } from './hypergeometric.ts';
import { logSpacedKs } from './ks.ts';
import { createRandom } from './random.ts';
import type { Backtest, LawName } from './scaling.ts';
import { type CountGroups, Curves, tally } from './scaling-counts.ts';
import { type Fit, fitters } from './scaling-fits.ts';
import { mean } from './summary.ts';

export interface BacktestSettings {
  /** Candidates of each problem to fit to. */
  readonly from: number;
  readonly to: number;
  /** Coverage at `to`. */
  readonly measured: number;
  readonly subsets: number;
  readonly seed: number;
}

/**
 * Each of the laws fitted to random subsets of `from` candidates of each problem, and its coverage at `to`. Where a
 * subset allows no fit (nothing or everything in it is correct; of the beta-binomial, no problem has two successes), its
 * own last coverage is the prediction.
 */
export function backtest(
  groups: CountGroups,
  fits: ReadonlyMap<LawName, Fit>,
  settings: BacktestSettings,
): Map<LawName, Backtest> {
  const { from, to, measured } = settings;
  const subsets = drawSubsets(groups, settings);
  const counts = distinct(subsets, from);
  const curves = new Curves(counts, logSpacedKs(from));
  const predicted = new Map([...fits.keys()].map((name) => [name, [] as number[]]));
  for (const subset of subsets) {
    const members = subset.map((c) => counts.at[c] as number);
    const observed = curves.observe(tally(members, counts.c.length));
    for (const [name, near] of fits) {
      const fit = fitters[name](observed, near);
      predicted.get(name)?.push(fit === null ? (observed.curve.at(-1) as number) : fit.at(to));
    }
  }
  return new Map(
    [...predicted].map(([name, values]) => {
      const rmse = Math.sqrt(mean(values.map((value) => (value - measured) ** 2)));
      return [name, { from, to, predicted: mean(values), measured, rmse }];
    }),
  );
}

/** Successes of every problem among `from` of its candidates, in each subset. */
function drawSubsets(groups: CountGroups, { from, subsets, seed }: BacktestSettings): Uint32Array[] {
  const random = createRandom(seed, from);
  const drawn = Array.from({ length: subsets }, () => new Uint32Array(groups.of.length));
  const sums = groups.n.map((n, group) => {
    const { low, p } = hypergeometricPmf(n, groups.c[group] as number, from);
    let sum = 0;
    return { low, upTo: p.map((one) => (sum += one)) };
  });
  groups.of.forEach((group, problem) => {
    const { low, upTo } = sums[group] as (typeof sums)[number];
    for (const subset of drawn) subset[problem] = low + firstAbove(upTo, random.next() / 2 ** 32);
  });
  return drawn;
}

/** Index of the first of the ascending values that is above `value`; the last one where none is. */
function firstAbove(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The numbers of successes that occur, ascending, and the place of each among them. */
function distinct(subsets: readonly Uint32Array[], n: number) {
  const at = new Int32Array(n + 1).fill(-1);
  for (const subset of subsets) for (const c of subset) at[c] = 0;
  const c: number[] = [];
  for (let successes = 0; successes <= n; successes++) {
    if (at[successes] === 0) at[successes] = c.push(successes) - 1;
  }
  return { n: c.map(() => n), c, at };
}
