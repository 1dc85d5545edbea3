// Original file: assay/v1/verifier.proto


/**
 * For verifiers that this file does not know.
 */
export interface CustomInit {
  /**
   * Name in [a-z0-9_]{1,63}.
   */
  'kind'?: (string);
  /**
   * Any JSON value.
   */
  'json'?: (string);
}

/**
 * For verifiers that this file does not know.
 */
export interface Custom {
  /**
   * Name in [a-z0-9_]{1,63}.
   */
  'kind': (string);
  /**
   * Any JSON value.
   */
  'json': (string);
}
