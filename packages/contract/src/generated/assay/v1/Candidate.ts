// Original file: assay/v1/verifier.proto


export interface CandidateInit {
  /**
   * Which sample of its problem this is.
   */
  'index'?: (number);
  /**
   * Well-formed UTF-8.
   */
  'text'?: (string);
  /**
   * Tokens that the model generated for it; 0: unknown. Does not bear on the verdict.
   */
  'tokens'?: (number);
}

export interface Candidate {
  /**
   * Which sample of its problem this is.
   */
  'index': (number);
  /**
   * Well-formed UTF-8.
   */
  'text': (string);
  /**
   * Tokens that the model generated for it; 0: unknown. Does not bear on the verdict.
   */
  'tokens': (number);
}
