/** The votes of one problem's candidates, candidate by candidate. */
import type { ScoredProblem } from './scored.ts';
import type { ClassTable } from './votes.ts';

/** A `ClassTable` with the candidates behind it. */
export interface Voters extends ClassTable {
  readonly n: number;
  readonly scores: Float64Array;
  /** By candidate: index into `counts` and `correct`; -1: does not vote. */
  readonly labels: Int32Array;
}

/** RangeError where a class is not an integer from -1; `problem` is the index to name in it. */
export function votersOf({ scores, correct, classes }: ScoredProblem, problem: number): Voters {
  const n = scores.length;
  if (classes !== undefined && classes.length !== n) {
    throw new RangeError(
      `problem ${problem} (scores: ${n}, classes: ${classes.length}); give both one entry per candidate`,
    );
  }
  const known = new Map<number, number>();
  const counts: number[] = [];
  const rights: number[] = [];
  let abstaining = 0;
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const own = classes === undefined ? -1 : (classes[i] as number);
    if (!Number.isSafeInteger(own) || own < -1) {
      throw new RangeError(
        `classes[${i}] of problem ${problem} is ${own}; give an integer from 0, or -1 where there is no answer`,
      );
    }
    if (own === -1) {
      abstaining++;
      labels[i] = -1;
      continue;
    }
    const label = known.get(own) ?? known.size;
    known.set(own, label);
    counts[label] = (counts[label] ?? 0) + 1;
    rights[label] = (rights[label] ?? 0) + (correct[i] as number);
    labels[i] = label;
  }
  return { n, scores: Float64Array.from(scores), labels, counts, correct: rights, abstaining };
}
