// Original file: assay/v1/verifier.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The candidate is a proof of a theorem (Lean 4): the proof alone, as it follows the statement, or a whole file, taken out
 * of a model's answer where it is inside one. The statement that is compiled is always this message's, or the verifier's
 * own, never the candidate's.
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
  /**
   * Statement set that the theorem is of, and its name for the verifier's own copy: with no statement given, `name` is
   * looked up there.
   */
  'set'?: (string);
  /**
   * Hex SHA-256 of the header, a NUL and the statement, in UTF-8; a statement of another hash is refused.
   */
  'sha256'?: (string);
  /**
   * CPU seconds and bytes of private memory per candidate; 0: the verifier's default.
   */
  'timeLimitS'?: (number | string);
  'memoryLimitBytes'?: (number | string | Long);
  /**
   * Thousands of heartbeats, the most that a candidate gets where the header asks for no limit (maxHeartbeats 0);
   * 0: the verifier's default.
   */
  'maxHeartbeats'?: (number);
  /**
   * Which accepted proofs an independent checker must accept as well: `none` (the default), `first` of this theorem's, or
   * `all`.
   */
  'independent'?: (string);
  /**
   * Axioms that a proof may rest on besides propext, Classical.choice and Quot.sound.
   */
  'axioms'?: (string)[];
}

/**
 * The candidate is a proof of a theorem (Lean 4): the proof alone, as it follows the statement, or a whole file, taken out
 * of a model's answer where it is inside one. The statement that is compiled is always this message's, or the verifier's
 * own, never the candidate's.
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
  /**
   * Statement set that the theorem is of, and its name for the verifier's own copy: with no statement given, `name` is
   * looked up there.
   */
  'set': (string);
  /**
   * Hex SHA-256 of the header, a NUL and the statement, in UTF-8; a statement of another hash is refused.
   */
  'sha256': (string);
  /**
   * CPU seconds and bytes of private memory per candidate; 0: the verifier's default.
   */
  'timeLimitS': (number);
  'memoryLimitBytes': (number);
  /**
   * Thousands of heartbeats, the most that a candidate gets where the header asks for no limit (maxHeartbeats 0);
   * 0: the verifier's default.
   */
  'maxHeartbeats': (number);
  /**
   * Which accepted proofs an independent checker must accept as well: `none` (the default), `first` of this theorem's, or
   * `all`.
   */
  'independent': (string);
  /**
   * Axioms that a proof may rest on besides propext, Classical.choice and Quot.sound.
   */
  'axioms': (string)[];
}
