// Original file: assay/v1/orchestrator.proto

import type { VerifierStatusInit as _assay_v1_VerifierStatusInit, VerifierStatus as _assay_v1_VerifierStatus } from '../../assay/v1/VerifierStatus.ts';

export interface ListVerifiersResponseInit {
  'verifiers'?: (_assay_v1_VerifierStatusInit)[];
}

export interface ListVerifiersResponse {
  'verifiers': (_assay_v1_VerifierStatus)[];
}
