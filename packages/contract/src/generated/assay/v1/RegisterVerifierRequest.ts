// Original file: assay/v1/orchestrator.proto


export interface RegisterVerifierRequestInit {
  /**
   * host:port at which the orchestrator can reach it.
   */
  'address'?: (string);
  'drain'?: (boolean);
}

export interface RegisterVerifierRequest {
  /**
   * host:port at which the orchestrator can reach it.
   */
  'address': (string);
  'drain': (boolean);
}
