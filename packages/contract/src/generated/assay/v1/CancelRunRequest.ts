// Original file: assay/v1/orchestrator.proto


export interface CancelRunRequestInit {
  'run'?: (string);
}

export interface CancelRunRequest {
  'run': (string);
}
