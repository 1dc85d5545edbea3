// Original file: assay/v1/orchestrator.proto

export const RunState = {
  RUN_STATE_UNSPECIFIED: 'RUN_STATE_UNSPECIFIED',
  /**
   * Takes candidates.
   */
  OPEN: 'OPEN',
  /**
   * Every candidate of its input has its verdicts.
   */
  COMPLETE: 'COMPLETE',
  CANCELLED: 'CANCELLED',
} as const;

export type RunStateInit =
  | 'RUN_STATE_UNSPECIFIED'
  | 0
  /**
   * Takes candidates.
   */
  | 'OPEN'
  | 1
  /**
   * Every candidate of its input has its verdicts.
   */
  | 'COMPLETE'
  | 2
  | 'CANCELLED'
  | 3

export type RunState = typeof RunState[keyof typeof RunState]
