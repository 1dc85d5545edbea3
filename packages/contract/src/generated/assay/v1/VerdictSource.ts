// Original file: assay/v1/orchestrator.proto

export const VerdictSource = {
  VERDICT_SOURCE_UNSPECIFIED: 'VERDICT_SOURCE_UNSPECIFIED',
  /**
   * Judged for this candidate.
   */
  JUDGED: 'JUDGED',
  /**
   * An identical candidate's verdict (joined in flight or from the cache).
   */
  SHARED: 'SHARED',
  /**
   * This run had it already.
   */
  STORED: 'STORED',
  /**
   * Not judged: its problem was solved and the run stops early.
   */
  SKIPPED: 'SKIPPED',
} as const;

export type VerdictSourceInit =
  | 'VERDICT_SOURCE_UNSPECIFIED'
  | 0
  /**
   * Judged for this candidate.
   */
  | 'JUDGED'
  | 1
  /**
   * An identical candidate's verdict (joined in flight or from the cache).
   */
  | 'SHARED'
  | 2
  /**
   * This run had it already.
   */
  | 'STORED'
  | 3
  /**
   * Not judged: its problem was solved and the run stops early.
   */
  | 'SKIPPED'
  | 4

export type VerdictSource = typeof VerdictSource[keyof typeof VerdictSource]
