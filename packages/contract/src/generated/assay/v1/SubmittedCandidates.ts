// Original file: assay/v1/orchestrator.proto

import type { CandidateInit as _assay_v1_CandidateInit, Candidate as _assay_v1_Candidate } from '../../assay/v1/Candidate.ts';

export interface SubmittedCandidatesInit {
  'problem'?: (string);
  /**
   * No index twice in a message.
   */
  'candidates'?: (_assay_v1_CandidateInit)[];
}

export interface SubmittedCandidates {
  'problem': (string);
  /**
   * No index twice in a message.
   */
  'candidates': (_assay_v1_Candidate)[];
}
