/** Candidates that a selector has scored and an oracle has judged. */

/** One problem's candidates, position by position; only those that have both verdicts. */
export interface ScoredProblem {
  /** Higher is better. Finite. */
  readonly scores: ArrayLike<number>;
  /** 1 where the oracle says CORRECT, else 0. */
  readonly correct: ArrayLike<number>;
  /** Number of the answer class from 0; -1: no answer, which does not vote. Absent: no candidate has a class. */
  readonly classes?: ArrayLike<number>;
}
