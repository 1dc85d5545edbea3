/** What verdicts that are missing leave open. */
import { requireInteger, requireProblems } from './check.ts';
import { type Coverage, type CoverageOptions, coverage } from './coverage.ts';
import { usableKs } from './ks.ts';
import { columnOf, type RatePoint } from './over-problems.ts';
import { type Counts, passAtKTable } from './pass-at-k.ts';
import { mean } from './summary.ts';

/** Judged candidates and successes as in `Counts`, and the candidates without a verdict (status ERROR). */
export interface CountsWithMissing extends Counts {
  readonly missing: ArrayLike<number>;
}

export interface CoverageRangePoint {
  readonly k: number;
  /** Coverage of all problems if every missing verdict were a failure: c successes of n + missing. */
  readonly low: number;
  /** Coverage of all problems if every missing verdict were a success: c + missing successes of n + missing. */
  readonly high: number;
  /**
   * Coverage from judged candidates alone, over the problems that have any, with its intervals. It takes the missing
   * to be like the judged. Null where k exceeds the judged candidates of one of these problems.
   */
  readonly judged: RatePoint | null;
}

export interface CoverageRange {
  readonly problems: number;
  /** Candidates without a verdict, over all problems. */
  readonly missing: number;
  /** Indices of the problems without any verdict: part of the range (0 at its low end), not of `judged`. */
  readonly unjudged: number[];
  readonly points: CoverageRangePoint[];
  /** The ks left out under 'drop-k': larger than the smallest n + missing among the problems. */
  readonly dropped: number[];
}

/**
 * Coverage with the range that missing verdicts leave open: a verifier's fault is neither success nor failure, so the
 * coverage that full judgement would have given lies in [low, high], whatever the missing verdicts would have been
 * (worst-case bounds, after Manski 1989, "Anatomy of the selection problem"). Without missing verdicts all three agree.
 *
 * RangeError as `coverage`, with n + missing in place of n.
 */
export function coverageRange(
  counts: CountsWithMissing,
  ks: ArrayLike<number>,
  options: CoverageOptions = {},
): CoverageRange {
  const { n, c, missing } = counts;
  const problems = requireProblems({ n, c, missing });
  for (let problem = 0; problem < problems; problem++) {
    requireInteger(`n of problem ${problem}`, n[problem] as number, 0);
    requireInteger(`c of problem ${problem}`, c[problem] as number, 0, n[problem]);
    requireInteger(`missing of problem ${problem}`, missing[problem] as number, 0);
  }
  const withMissing = (values: ArrayLike<number>) => Array.from(values, (v, p) => v + (missing[p] as number));
  const all = withMissing(n);
  const { used, dropped } = usableKs(all, ks, options.onShort);
  const low = passAtKTable({ n: all, c }, used);
  const high = passAtKTable({ n: all, c: withMissing(c) }, used);
  const judged = coverageOfJudged(counts, used, options);
  return {
    problems,
    missing: Array.from(missing).reduce((sum, m) => sum + m, 0),
    unjudged: Array.from(n).flatMap((candidates, p) => (candidates === 0 ? [p] : [])),
    points: used.map((k, i) => ({
      k,
      low: mean(columnOf(low, used.length, i)),
      high: mean(columnOf(high, used.length, i)),
      judged: judged?.points[i] ?? null,
    })),
    dropped,
  };
}

/** Coverage over the problems that have judged candidates; null where none has. The ks that it drops are the last. */
function coverageOfJudged({ n, c }: Counts, ks: number[], options: CoverageOptions): Coverage | null {
  const some = Array.from(n).flatMap((candidates, p) => (candidates > 0 ? [p] : []));
  if (some.length === 0) return null;
  const pick = (values: ArrayLike<number>) => some.map((p) => values[p] as number);
  return coverage({ n: pick(n), c: pick(c) }, ks, { ...options, onShort: 'drop-k' });
}
