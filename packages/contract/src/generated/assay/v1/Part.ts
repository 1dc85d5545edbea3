// Original file: assay/v1/verifier.proto

import type { VerdictStatusInit as _assay_v1_VerdictStatusInit, VerdictStatus as _assay_v1_VerdictStatus } from '../../assay/v1/VerdictStatus.ts';
import type { TimesInit as _assay_v1_TimesInit, Times as _assay_v1_Times } from '../../assay/v1/Times.ts';
import type { ProgramRunInit as _assay_v1_ProgramRunInit, ProgramRun as _assay_v1_ProgramRun } from '../../assay/v1/ProgramRun.ts';

/**
 * One part of a verdict: a test, a message of a compiler, a step's score.
 */
export interface PartInit {
  'name'?: (string);
  'status'?: (_assay_v1_VerdictStatusInit);
  'reason'?: (string);
  'message'?: (string);
  'score'?: (number | string);
  'times'?: (_assay_v1_TimesInit | null);
  /**
   * Shown in the task's statement.
   */
  'example'?: (boolean);
  'run'?: (_assay_v1_ProgramRunInit | null);
  '_score'?: "score";
}

/**
 * One part of a verdict: a test, a message of a compiler, a step's score.
 */
export interface Part {
  'name': (string);
  'status': (_assay_v1_VerdictStatus);
  'reason': (string);
  'message': (string);
  'score'?: (number);
  'times': (_assay_v1_Times | null);
  /**
   * Shown in the task's statement.
   */
  'example': (boolean);
  'run': (_assay_v1_ProgramRun | null);
  '_score'?: "score";
}
