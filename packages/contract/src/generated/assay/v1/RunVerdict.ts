// Original file: assay/v1/orchestrator.proto

import type { VerdictSourceInit as _assay_v1_VerdictSourceInit, VerdictSource as _assay_v1_VerdictSource } from '../../assay/v1/VerdictSource.ts';
import type { VerdictInit as _assay_v1_VerdictInit, Verdict as _assay_v1_Verdict } from '../../assay/v1/Verdict.ts';

export interface RunVerdictInit {
  'problem'?: (string);
  /**
   * Candidate.index.
   */
  'candidate'?: (number);
  'verifier'?: (string);
  /**
   * How it came about.
   */
  'source'?: (_assay_v1_VerdictSourceInit);
  /**
   * Absent where the candidate was skipped.
   */
  'verdict'?: (_assay_v1_VerdictInit | null);
}

export interface RunVerdict {
  'problem': (string);
  /**
   * Candidate.index.
   */
  'candidate': (number);
  'verifier': (string);
  /**
   * How it came about.
   */
  'source': (_assay_v1_VerdictSource);
  /**
   * Absent where the candidate was skipped.
   */
  'verdict': (_assay_v1_Verdict | null);
}
