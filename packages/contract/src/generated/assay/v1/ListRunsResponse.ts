// Original file: assay/v1/orchestrator.proto

import type { RunInit as _assay_v1_RunInit, Run as _assay_v1_Run } from '../../assay/v1/Run.ts';

export interface ListRunsResponseInit {
  'runs'?: (_assay_v1_RunInit)[];
}

export interface ListRunsResponse {
  'runs': (_assay_v1_Run)[];
}
