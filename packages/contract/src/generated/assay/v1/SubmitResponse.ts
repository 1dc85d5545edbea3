// Original file: assay/v1/orchestrator.proto

import type { RunVerdictInit as _assay_v1_RunVerdictInit, RunVerdict as _assay_v1_RunVerdict } from '../../assay/v1/RunVerdict.ts';

export interface SubmitResponseInit {
  'verdicts'?: (_assay_v1_RunVerdictInit)[];
}

export interface SubmitResponse {
  'verdicts': (_assay_v1_RunVerdict)[];
}
