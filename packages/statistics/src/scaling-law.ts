/** How coverage grows: three laws, what they are worth on these counts, and what follows from the best. */
import { requireInteger } from './check.ts';
import { defaultConfidence } from './interval.ts';
import { logSpacedKs } from './ks.ts';
import type { Counts } from './pass-at-k.ts';
import type { Backtest, Bounded, FittedLaw, LawName, ScalingLaw, ScalingOptions } from './scaling.ts';
import { backtest } from './scaling-backtest.ts';
import { interval, neverInterval, refit } from './scaling-bootstrap.ts';
import { type CountGroups, Curves, groupCounts, type Observed } from './scaling-counts.ts';
import { type Fit, fitters, noSpread, tellsSpread } from './scaling-fits.ts';
import {
  coverageAt,
  crossing,
  doublingsOf,
  measuredSamples,
  predictedSamples,
  wholeSamples,
} from './scaling-needed.ts';
import { nextSamples } from './scaling-next.ts';
import { powerLawOf } from './scaling-power-law.ts';
import { mean } from './summary.ts';

/** Curves are drawn to this many times the candidates at hand. */
const horizon = 100;

/**
 * Fits, backtests and reads backwards the three laws of `LawName`. The curve-based ones are fitted to coverage at up to 40
 * log-spaced k up to the least n, duplicates removed (Brown et al.); the beta-binomial to the counts of all candidates.
 * Intervals: percentile bootstrap over problems. All draws are seeded.
 *
 * RangeError where counts or options are out of range, saying which.
 */
export function scalingLaw(counts: Counts, options: ScalingOptions = {}): ScalingLaw {
  const groups = groupCounts(counts);
  const problems = groups.of.length;
  const n = groups.n.reduce((least, own) => Math.min(least, own), Number.POSITIVE_INFINITY);
  requireInteger('n of the problem with fewest candidates', n, 1);
  const settings = settingsOf(options, n, problems);
  const { level, resamples, subsets, seed, targets, budget } = settings;

  const fine = new Curves(groups, logSpacedKs(n, 100));
  const measured = fine.observe(groups.weights);
  const coarse = new Curves(groups, logSpacedKs(n));
  const { fits, notes } = fitAll(coarse.observe(groups.weights));
  const tests = fits.size === 0 ? [] : backtestAll(groups, fits, n, settings);
  const best = bestOf(tests, n);
  const predictor = best?.name ?? [...fits.keys()][0];
  // Equal problems make equal resamples, which would claim certainty.
  const again = groups.n.length === 1 ? [] : refit(groups, fits, coarse, fine, resamples, seed);

  const laws = [...fits].map(([name, fit]): FittedLaw => {
    const own = again.map(({ refits }) => refits.get(name) ?? null);
    const bounded = (estimate: number, value: (fit: Fit) => number): Bounded => ({
      estimate,
      ...interval(
        own.map((one) => one && value(one)),
        level,
      ),
    });
    return {
      name,
      parameters: Object.fromEntries(
        Object.entries(fit.parameters).map(([key, value]) => [
          key,
          bounded(value, ({ parameters }) => parameters[key] as number),
        ]),
      ),
      error: errorOf(fit, measured),
      curve: curveKs(n).map((k) => ({ k, ...bounded(fit.at(k), (one) => one.at(k)) })),
      backtests: tests.map((test) => test.get(name) as Backtest),
    };
  });
  const fit = predictor === undefined ? null : (fits.get(predictor) as Fit);
  const needed = targets.map((target) => {
    const enough = measuredSamples(groups, n, target);
    // Where n are too few, a law that says otherwise is wrong there.
    const beyond = (law: Fit | null) => law && predictedSamples(law, target, n + 1);
    const samples = enough ?? beyond(fit);
    const others = again.map(({ curve, refits }) => {
      const own = crossing(curve, target);
      if (own !== null) return wholeSamples(own);
      return beyond((predictor && refits.get(predictor)) ?? null);
    });
    return { target, samples, ...neverInterval(others, level), measured: enough !== null };
  });
  const unsolved = Array.from(counts.c).filter((c) => c === 0).length;
  const meanError = laws.find(({ name }) => name === 'exponentiated-power')?.error.mean ?? null;
  const alpha = fits.get('beta-binomial')?.parameters.alpha ?? null;
  const powerLaw = powerLawOf(measured, problems - unsolved, meanError, alpha);
  if (fits.size > 0) notes.push(...cautions(counts, n, tests.length));
  if (fits.size > 0 && !powerLaw.holds) {
    notes.push(`no power law is seen here: what lies beyond ${whole(n)} candidates is a guess`);
  }
  if (fits.size > 0 && unsolved > 0) {
    notes.push(
      'every law tends to a coverage of 1: predictions are too high where problems cannot be solved at all',
    );
  }
  return {
    ...{ level, resamples, subsets, seed, problems, n, unsolved, laws, best, powerLaw, needed },
    doublings: doublingsOf(groups, n, fit),
    next: nextSamples(counts, budget),
    notes,
  };
}

function settingsOf(options: ScalingOptions, n: number, problems: number) {
  const { level = defaultConfidence, resamples = 200, subsets = 100, seed = 0, budget = problems } = options;
  const { targets = [0.5, 0.8, 0.9, 0.95, 0.99] } = options;
  if (!(level > 0 && level < 1)) throw new RangeError(`level is ${level}; give a share between 0 and 1`);
  for (const target of targets) {
    if (!(target > 0 && target < 1)) {
      throw new RangeError(`a target is ${target}; give a coverage between 0 and 1`);
    }
  }
  requireInteger('resamples', resamples, 1);
  requireInteger('subsets', subsets, 1);
  requireInteger('budget', budget, 0);
  for (const from of options.backtests ?? []) {
    requireInteger('candidates that a backtest fits to', from, 3, Math.max(3, n - 1));
  }
  const usual = [n / 100, n / 10, n / 4].map(Math.floor).filter((from) => from > 3);
  const backtests = [...new Set(options.backtests ?? usual)].sort((a, b) => a - b);
  return { level, resamples, subsets, seed, targets, budget, backtests };
}

function fitAll(observed: Observed): { fits: Map<LawName, Fit>; notes: string[] } {
  const fits = new Map<LawName, Fit>();
  const notes: string[] = [];
  for (const [name, fitter] of Object.entries(fitters) as [LawName, (typeof fitters)[LawName]][]) {
    const fit = fitter(observed);
    if (fit === null) notes.push(`no ${name} law: ${whyNot(name, observed)}`);
    else fits.set(name, fit);
  }
  return { fits, notes };
}

function whyNot(name: LawName, observed: Observed): string {
  const { curve, ks } = observed;
  if (curve[0] === 0) return 'no candidate is correct';
  if (curve[0] === 1) return 'every candidate is correct';
  if (ks.length < 3) return 'it takes at least 3 candidates of each problem';
  if (name === 'beta-binomial' && !tellsSpread(observed)) return noSpread;
  return 'too few problems, or too few k at which some are solved and some are not';
}

/** In the order of `from`: the backtests of every law. */
function backtestAll(
  groups: CountGroups,
  fits: ReadonlyMap<LawName, Fit>,
  n: number,
  { backtests, subsets, seed }: ReturnType<typeof settingsOf>,
): Map<LawName, Backtest>[] {
  const measured = coverageAt(groups, n);
  return backtests.map((from) => backtest(groups, fits, { from, to: n, measured, subsets, seed }));
}

function bestOf(tests: readonly Map<LawName, Backtest>[], n: number): ScalingLaw['best'] {
  const [first] = tests;
  if (first === undefined) return null;
  const means = [...first.keys()]
    .map((name) => ({ name, rmse: mean(tests.map((test) => test.get(name)?.rmse as number)) }))
    .sort((a, b) => a.rmse - b.rmse);
  const from = tests.map((test) => whole([...test.values()][0]?.from as number)).join(', ');
  const errors = means.map(({ name, rmse }) => `${name} ${rmse.toFixed(4)}`).join(', ');
  const why = `mean RMSE of coverage at k = ${whole(n)} as predicted from ${from} candidates: ${errors}`;
  return { name: means[0]?.name as LawName, why };
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function errorOf(fit: Fit, { ks, curve }: Observed): FittedLaw['error'] {
  const errors = ks.map((k, i) => Math.abs(fit.at(k) - (curve[i] as number)));
  const centre = mean(errors);
  const deviation = Math.sqrt(mean(errors.map((error) => (error - centre) ** 2)));
  return { mean: centre, deviation, max: Math.max(...errors), points: ks.length };
}

function curveKs(n: number): number[] {
  const beyond = Array.from({ length: 21 }, (_, i) => Math.round(n * horizon ** (i / 20)));
  return [...new Set([...logSpacedKs(n), ...beyond])];
}

function cautions({ n: candidates }: Counts, n: number, tests: number): string[] {
  const notes: string[] = [];
  const most = Array.from(candidates).reduce((greatest, own) => Math.max(greatest, own), 0);
  if (n < most / 2) {
    notes.push(
      `one problem has only ${whole(n)} candidates where another has ${whole(most)}: coverage is measured up to there alone`,
    );
  }
  if (tests === 0) notes.push(`no backtest: ${whole(n)} candidates of each problem are too few`);
  return notes;
}
