// Original file: assay/v1/verifier.proto

import type { VerdictStatusInit as _assay_v1_VerdictStatusInit, VerdictStatus as _assay_v1_VerdictStatus } from '../../assay/v1/VerdictStatus.ts';
import type { TimesInit as _assay_v1_TimesInit, Times as _assay_v1_Times } from '../../assay/v1/Times.ts';

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
  '_score'?: "score";
}
