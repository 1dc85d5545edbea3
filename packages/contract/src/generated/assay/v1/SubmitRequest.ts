// Original file: assay/v1/orchestrator.proto

import type { ProblemInit as _assay_v1_ProblemInit, Problem as _assay_v1_Problem } from '../../assay/v1/Problem.ts';
import type { SubmittedCandidatesInit as _assay_v1_SubmittedCandidatesInit, SubmittedCandidates as _assay_v1_SubmittedCandidates } from '../../assay/v1/SubmittedCandidates.ts';

export interface SubmitRequestInit {
  /**
   * In the first message of the stream; may be empty afterwards.
   */
  'run'?: (string);
  /**
   * Problems must be sent before (or with) their first candidates on this stream; again, where 256 MiB of other
   * problems were sent since. A problem has one content within a run.
   */
  'problems'?: (_assay_v1_ProblemInit)[];
  'candidates'?: (_assay_v1_SubmittedCandidatesInit)[];
  /**
   * Last message: this was the run's whole input, mark it COMPLETE when everything has its verdict.
   */
  'complete'?: (boolean);
  /**
   * How much of the whole input has been sent with this message, as a share of it; 0: not known.
   */
  'inputShare'?: (number | string);
}

export interface SubmitRequest {
  /**
   * In the first message of the stream; may be empty afterwards.
   */
  'run': (string);
  /**
   * Problems must be sent before (or with) their first candidates on this stream; again, where 256 MiB of other
   * problems were sent since. A problem has one content within a run.
   */
  'problems': (_assay_v1_Problem)[];
  'candidates': (_assay_v1_SubmittedCandidates)[];
  /**
   * Last message: this was the run's whole input, mark it COMPLETE when everything has its verdict.
   */
  'complete': (boolean);
  /**
   * How much of the whole input has been sent with this message, as a share of it; 0: not known.
   */
  'inputShare': (number);
}
