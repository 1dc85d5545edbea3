// Original file: assay/v1/verifier.proto

import type { VerdictInit as _assay_v1_VerdictInit, Verdict as _assay_v1_Verdict } from '../../assay/v1/Verdict.ts';

export interface VerifyResponseInit {
  /**
   * Verdicts that finished since the last message, in the order in which they finished; at least one.
   */
  'verdicts'?: (_assay_v1_VerdictInit)[];
}

export interface VerifyResponse {
  /**
   * Verdicts that finished since the last message, in the order in which they finished; at least one.
   */
  'verdicts': (_assay_v1_Verdict)[];
}
