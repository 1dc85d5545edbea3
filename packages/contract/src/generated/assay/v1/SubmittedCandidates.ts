// Original file: assay/v1/orchestrator.proto

import type { CandidateInit as _assay_v1_CandidateInit, Candidate as _assay_v1_Candidate } from '../../assay/v1/Candidate.ts';

export interface SubmittedCandidatesInit {
  'problem'?: (string);
  'candidates'?: (_assay_v1_CandidateInit)[];
}

export interface SubmittedCandidates {
  'problem': (string);
  'candidates': (_assay_v1_Candidate)[];
}
