// Original file: assay/v1/verifier.proto

import type { VerdictStatusInit as _assay_v1_VerdictStatusInit, VerdictStatus as _assay_v1_VerdictStatus } from '../../assay/v1/VerdictStatus.ts';
import type { PartInit as _assay_v1_PartInit, Part as _assay_v1_Part } from '../../assay/v1/Part.ts';
import type { TimesInit as _assay_v1_TimesInit, Times as _assay_v1_Times } from '../../assay/v1/Times.ts';

export interface VerdictInit {
  /**
   * Candidate.index.
   */
  'index'?: (number);
  'status'?: (_assay_v1_VerdictStatusInit);
  /**
   * Reason code in [a-z0-9_]{1,63}; required with INCORRECT and ERROR. packages/contract lists the known ones.
   */
  'reason'?: (string);
  /**
   * For people: one line.
   */
  'message'?: (string);
  /**
   * Finite; required with SCORED.
   */
  'score'?: (number | string);
  /**
   * The answer found in the candidate, as written.
   */
  'answer'?: (string);
  /**
   * Equal for candidates whose answers are equivalent; empty: no answer. Voting counts classes.
   */
  'answerClass'?: (string);
  'parts'?: (_assay_v1_PartInit)[];
  'times'?: (_assay_v1_TimesInit | null);
  /**
   * With ERROR: whether judging it again, perhaps elsewhere, may help.
   */
  'retryable'?: (boolean);
  '_score'?: "score";
}

export interface Verdict {
  /**
   * Candidate.index.
   */
  'index': (number);
  'status': (_assay_v1_VerdictStatus);
  /**
   * Reason code in [a-z0-9_]{1,63}; required with INCORRECT and ERROR. packages/contract lists the known ones.
   */
  'reason': (string);
  /**
   * For people: one line.
   */
  'message': (string);
  /**
   * Finite; required with SCORED.
   */
  'score'?: (number);
  /**
   * The answer found in the candidate, as written.
   */
  'answer': (string);
  /**
   * Equal for candidates whose answers are equivalent; empty: no answer. Voting counts classes.
   */
  'answerClass': (string);
  'parts': (_assay_v1_Part)[];
  'times': (_assay_v1_Times | null);
  /**
   * With ERROR: whether judging it again, perhaps elsewhere, may help.
   */
  'retryable': (boolean);
  '_score'?: "score";
}
