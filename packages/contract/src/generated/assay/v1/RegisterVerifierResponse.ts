// Original file: assay/v1/orchestrator.proto


export interface RegisterVerifierResponseInit {
  /**
   * Seconds within which to register again.
   */
  'leaseS'?: (number);
}

export interface RegisterVerifierResponse {
  /**
   * Seconds within which to register again.
   */
  'leaseS': (number);
}
