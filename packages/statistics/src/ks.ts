/** Which k to estimate at. */
import { requireInteger } from './check.ts';

/**
 * Up to `points` distinct integers from 1 to `max`, ascending, evenly spaced on a log scale, with both ends. Rounding
 * makes some of the small ones equal, so fewer may be left (37 of 40 for max = 10,000).
 */
export function logSpacedKs(max: number, points = 40): number[] {
  requireInteger('max', max, 1);
  requireInteger('points', points, 2);
  const ks = Array.from({ length: points }, (_, i) => Math.round(max ** (i / (points - 1))));
  return [...new Set([...ks.slice(0, -1), max])];
}

/** Few round k for a table: 1, 10, 100, … and `max`; below 100, where these are too few, also 2, 5, 20 and 50. */
export function roundKs(max: number): number[] {
  requireInteger('max', max, 1);
  const ks = [];
  for (let decade = 1; decade < max; decade *= 10) {
    for (const step of max < 100 ? [1, 2, 5] : [1]) if (step * decade < max) ks.push(step * decade);
  }
  return [...ks, max];
}

/**
 * What to do about a k larger than some problem's number of candidates, for which there is no unbiased estimate:
 * 'refuse' the whole call (RangeError, naming the problem), or 'drop-k', which leaves such k out and says which.
 */
export type OnShort = 'refuse' | 'drop-k';

/** The ks that the problems have enough candidates for, and those left out. RangeError unless ks ascend strictly. */
export function usableKs(
  n: ArrayLike<number>,
  ks: ArrayLike<number>,
  onShort: OnShort = 'refuse',
): { used: number[]; dropped: number[] } {
  let shortest = 0;
  for (let problem = 1; problem < n.length; problem++) {
    if ((n[problem] as number) < (n[shortest] as number)) shortest = problem;
  }
  const limit = n[shortest] as number;
  const all = Array.from(ks);
  all.forEach((k, i) => {
    requireInteger(`ks[${i}] (ks ascend, each once)`, k, (all[i - 1] ?? 0) + 1);
  });
  const dropped = all.filter((k) => k > limit);
  if (dropped.length > 0 && onShort === 'refuse') {
    throw new RangeError(
      `k = ${dropped[0]} is larger than problem ${shortest}'s ${limit} candidates; ask for k <= ${limit}, leave the problem out, or pass onShort: 'drop-k'`,
    );
  }
  return { used: all.slice(0, all.length - dropped.length), dropped };
}
