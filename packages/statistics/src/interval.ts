/** Confidence intervals, each with the name of its method. */
import { requireInteger } from './check.ts';
import { criticalNormal } from './critical.ts';

export type IntervalMethod =
  | 'wilson'
  | 'wilson-over-problems'
  | 'newcombe'
  | 'student-t-over-problems'
  | 'bootstrap-percentile-over-problems';

/** A confidence interval: of a rate, inside [0, 1]; of a difference of rates or of kappa, inside [-1, 1]. */
export interface Interval {
  readonly method: IntervalMethod;
  readonly low: number;
  readonly high: number;
}

export const defaultConfidence = 0.95;

/**
 * Wilson's score interval (Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA
 * 22:209-212) for `successes` out of `trials` independent trials, such as the candidates of one problem. No trials
 * leave everything open: [0, 1]. RangeError unless 0 <= successes <= trials are integers.
 */
export function wilsonInterval(successes: number, trials: number, confidence = defaultConfidence): Interval {
  requireInteger('trials', trials, 0);
  requireInteger('successes', successes, 0, trials);
  const rate = trials === 0 ? 0.5 : successes / trials;
  return { method: 'wilson', ...wilsonScore(rate, trials, criticalNormal(confidence)) };
}

/** Successes out of independent trials. */
export interface Trials {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Newcombe's hybrid score interval (1998, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17:873-890, method 10) for the second rate less the first. RangeError as `wilsonInterval`, and
 * where there are no trials.
 */
export function newcombeInterval(first: Trials, second: Trials, confidence = defaultConfidence): Interval {
  const [a, b] = [rateOf(first, confidence), rateOf(second, confidence)];
  const difference = b.rate - a.rate;
  return {
    method: 'newcombe',
    low: Math.max(-1, difference - Math.hypot(b.rate - b.low, a.high - a.rate)),
    high: Math.min(1, difference + Math.hypot(b.high - b.rate, a.rate - a.low)),
  };
}

function rateOf({ successes, trials }: Trials, confidence: number) {
  requireInteger('trials', trials, 1);
  return { rate: successes / trials, ...wilsonInterval(successes, trials, confidence) };
}

/** Bounds of Wilson's score interval for an observed rate, with critical value z. */
export function wilsonScore(rate: number, trials: number, z: number): { low: number; high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const z2 = z * z;
  const centre = (trials * rate + z2 / 2) / (trials + z2);
  const half = (z / (trials + z2)) * Math.sqrt(trials * rate * (1 - rate) + z2 / 4);
  // At 0 and at 1 the bound is the rate itself; rounding must not move it.
  return {
    low: rate === 0 ? 0 : Math.max(0, centre - half),
    high: rate === 1 ? 1 : Math.min(1, centre + half),
  };
}
