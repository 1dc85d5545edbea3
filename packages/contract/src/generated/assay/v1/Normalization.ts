// Original file: assay/v1/verifier.proto

export const Normalization = {
  /**
   * Texts are the same candidate only when they are equal.
   */
  NORMALIZATION_EXACT: 'NORMALIZATION_EXACT',
  /**
   * White space before and after the text changes no verdict.
   */
  NORMALIZATION_TRIM: 'NORMALIZATION_TRIM',
} as const;

export type NormalizationInit =
  /**
   * Texts are the same candidate only when they are equal.
   */
  | 'NORMALIZATION_EXACT'
  | 0
  /**
   * White space before and after the text changes no verdict.
   */
  | 'NORMALIZATION_TRIM'
  | 1

export type Normalization = typeof Normalization[keyof typeof Normalization]
