// Original file: assay/v1/verifier.proto

export const VerdictStatus = {
  /**
   * Never sent.
   */
  VERDICT_STATUS_UNSPECIFIED: 'VERDICT_STATUS_UNSPECIFIED',
  /**
   * Verified.
   */
  CORRECT: 'CORRECT',
  /**
   * Judged and wrong: the candidate's own doing.
   */
  INCORRECT: 'INCORRECT',
  /**
   * A score, and no right or wrong.
   */
  SCORED: 'SCORED',
  /**
   * The verifier or its machine failed: says nothing of the candidate and never counts as a failure of it.
   */
  ERROR: 'ERROR',
} as const;

export type VerdictStatusInit =
  /**
   * Never sent.
   */
  | 'VERDICT_STATUS_UNSPECIFIED'
  | 0
  /**
   * Verified.
   */
  | 'CORRECT'
  | 1
  /**
   * Judged and wrong: the candidate's own doing.
   */
  | 'INCORRECT'
  | 2
  /**
   * A score, and no right or wrong.
   */
  | 'SCORED'
  | 3
  /**
   * The verifier or its machine failed: says nothing of the candidate and never counts as a failure of it.
   */
  | 'ERROR'
  | 4

export type VerdictStatus = typeof VerdictStatus[keyof typeof VerdictStatus]
