// Original file: assay/v1/verifier.proto

import type { ProblemInit as _assay_v1_ProblemInit, Problem as _assay_v1_Problem } from '../../assay/v1/Problem.ts';
import type { CandidateInit as _assay_v1_CandidateInit, Candidate as _assay_v1_Candidate } from '../../assay/v1/Candidate.ts';

export interface VerifyRequestInit {
  /**
   * Names the problem's content (lower-case hex SHA-256). A verifier may keep problems it has seen by digest.
   */
  'problemDigest'?: (string);
  /**
   * May be left out if this replica was sent the same digest before; it answers FAILED_PRECONDITION
   * `problem_unknown` where it has forgotten it.
   */
  'problem'?: (_assay_v1_ProblemInit | null);
  /**
   * At least one, at most DescribeResponse.max_batch, no index twice.
   */
  'candidates'?: (_assay_v1_CandidateInit)[];
}

export interface VerifyRequest {
  /**
   * Names the problem's content (lower-case hex SHA-256). A verifier may keep problems it has seen by digest.
   */
  'problemDigest': (string);
  /**
   * May be left out if this replica was sent the same digest before; it answers FAILED_PRECONDITION
   * `problem_unknown` where it has forgotten it.
   */
  'problem': (_assay_v1_Problem | null);
  /**
   * At least one, at most DescribeResponse.max_batch, no index twice.
   */
  'candidates': (_assay_v1_Candidate)[];
}
