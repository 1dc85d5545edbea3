/** Coverage: the share of problems that at least one of k candidates solves. */
import { requireProblems } from './check.ts';
import { type OnShort, usableKs } from './ks.ts';
import {
  type RateOptions,
  type RatePoint,
  type RateSettings,
  rateSettings,
  ratesOverProblems,
} from './over-problems.ts';
import { type Counts, passAtKTable } from './pass-at-k.ts';

export interface CoverageOptions extends RateOptions {
  /** 'refuse' if not given. */
  readonly onShort?: OnShort;
}

export interface Coverage extends RateSettings {
  readonly points: RatePoint[];
  /** The ks left out under 'drop-k': larger than the smallest n among the problems. */
  readonly dropped: number[];
}

/**
 * Coverage at every k: the mean over problems of `passAtK`, with its intervals (see `ratesOverProblems`).
 *
 * At k = 1 and equal n the estimate is the pooled share of successes, but its interval is not Wilson's of all
 * candidates: candidates of one problem are alike, and that interval would be far too narrow.
 *
 * RangeError where the arrays differ in length, ks do not ascend, or a k exceeds a problem's n (see `OnShort`).
 */
export function coverage(counts: Counts, ks: ArrayLike<number>, options: CoverageOptions = {}): Coverage {
  const problems = requireProblems({ n: counts.n, c: counts.c });
  const { used, dropped } = usableKs(counts.n, ks, options.onShort);
  const settings = rateSettings(problems, options);
  return { ...settings, points: ratesOverProblems(passAtKTable(counts, used), used, settings), dropped };
}
