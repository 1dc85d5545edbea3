// Original file: assay/v1/verifier.proto


/**
 * The candidate is a proof of a theorem (Lean 4).
 */
export interface TheoremInit {
  'name'?: (string);
  /**
   * Imports, options, opens.
   */
  'header'?: (string);
  /**
   * The statement that is compiled, up to and without the proof.
   */
  'statement'?: (string);
  /**
   * Toolchain name; empty for the verifier's default.
   */
  'toolchain'?: (string);
}

/**
 * The candidate is a proof of a theorem (Lean 4).
 */
export interface Theorem {
  'name': (string);
  /**
   * Imports, options, opens.
   */
  'header': (string);
  /**
   * The statement that is compiled, up to and without the proof.
   */
  'statement': (string);
  /**
   * Toolchain name; empty for the verifier's default.
   */
  'toolchain': (string);
}
