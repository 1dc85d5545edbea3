/** The votes of one problem's candidates, class by class. */
import { requireInteger } from './check.ts';

/** Answer classes of one problem, in any order: `counts[i]` candidates gave class i, `correct[i]` of them correctly. */
export interface ClassTable {
  readonly counts: ArrayLike<number>;
  readonly correct: ArrayLike<number>;
  /** Candidates without an answer: they are drawn, and do not vote. 0 if not given. */
  readonly abstaining?: number;
}

/** A `ClassTable` made ready: classes with candidates only, largest first. */
export interface Votes {
  /** All candidates, abstaining ones included. */
  readonly n: number;
  readonly abstaining: number;
  readonly sizes: Uint32Array;
  /** Share of each class's candidates that are correct. */
  readonly rates: Float64Array;
}

/** RangeError where the table does not fit together; `problem` is the index to name in it. */
export function votesOf({ counts, correct, abstaining = 0 }: ClassTable, problem: number): Votes {
  if (counts.length !== correct.length) {
    throw new RangeError(
      `classes of problem ${problem} (counts: ${counts.length}, correct: ${correct.length}); give both one entry per class`,
    );
  }
  requireInteger(`abstaining of problem ${problem}`, abstaining, 0);
  const classes: { size: number; rate: number }[] = [];
  let n = abstaining;
  for (let i = 0; i < counts.length; i++) {
    const size = counts[i] as number;
    requireInteger(`counts[${i}] of problem ${problem}`, size, 0);
    requireInteger(`correct[${i}] of problem ${problem}`, correct[i] as number, 0, size);
    n += size;
    if (size > 0) classes.push({ size, rate: (correct[i] as number) / size });
  }
  classes.sort((a, b) => b.size - a.size);
  return {
    n,
    abstaining,
    sizes: Uint32Array.from(classes, ({ size }) => size),
    rates: Float64Array.from(classes, ({ rate }) => rate),
  };
}

/** Success rate of the plurality of all candidates, uniformly among tied classes; 0 where nobody votes. */
export function plurality({ sizes, rates }: Votes): number {
  let reward = 0;
  let tied = 0;
  while (tied < sizes.length && sizes[tied] === sizes[0]) reward += rates[tied++] as number;
  return tied === 0 ? 0 : reward / tied;
}

/** What the vote of all candidates of one problem chooses. */
export interface Plurality {
  /** Classes that have most votes; each is chosen with equal probability. */
  readonly tied: number;
  /** Chance that the vote is right. */
  readonly success: number;
}

/** In one pass over the classes; undefined where nobody votes. */
export function pluralityOf({ counts, correct }: ClassTable): Plurality | undefined {
  let most = 0;
  let tied = 0;
  let reward = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count === 0 || count < most) continue;
    if (count > most) [most, tied, reward] = [count, 0, 0];
    tied++;
    reward += (correct[i] as number) / count;
  }
  return tied === 0 ? undefined : { tied, success: reward / tied };
}
