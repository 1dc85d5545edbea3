/** Confidence intervals, each with the name of its method. */
import { requireInteger } from './check.ts';
import { criticalNormal } from './critical.ts';

export type IntervalMethod =
  | 'wilson'
  | 'wilson-over-problems'
  | 'student-t-over-problems'
  | 'bootstrap-percentile-over-problems';

/** A confidence interval of a rate, inside [0, 1]. */
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
