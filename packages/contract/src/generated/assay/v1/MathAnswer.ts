// Original file: assay/v1/verifier.proto


/**
 * The candidate's final answer must equal a reference answer.
 */
export interface MathAnswerInit {
  /**
   * The reference, as a number, an expression, or a worked solution that ends in one.
   */
  'gold'?: (string);
  /**
   * Conventions on which graders differ: a preset (`strict`, `math-verify`, `qwen`), which settings may follow
   * (`strict,rounding=none`); empty for `strict`.
   */
  'policy'?: (string);
}

/**
 * The candidate's final answer must equal a reference answer.
 */
export interface MathAnswer {
  /**
   * The reference, as a number, an expression, or a worked solution that ends in one.
   */
  'gold': (string);
  /**
   * Conventions on which graders differ: a preset (`strict`, `math-verify`, `qwen`), which settings may follow
   * (`strict,rounding=none`); empty for `strict`.
   */
  'policy': (string);
}
