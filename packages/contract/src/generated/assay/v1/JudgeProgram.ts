// Original file: assay/v1/verifier.proto

import type { SourceFileInit as _assay_v1_SourceFileInit, SourceFile as _assay_v1_SourceFile } from '../../assay/v1/SourceFile.ts';

/**
 * A program of the problem's author, called with the files input, output and answer.
 */
export interface JudgeProgramInit {
  /**
   * How it says what it found: `testlib` (exit codes 0 right, 1 wrong, 2 presentation, 3 its own failure) or `kattis`
   * (42 right, 43 wrong).
   */
  'protocol'?: (string);
  'language'?: (string);
  'source'?: (string);
  /**
   * Further files that it is compiled or runs with, such as testlib.h.
   */
  'files'?: (_assay_v1_SourceFileInit)[];
  'arguments'?: (string)[];
}

/**
 * A program of the problem's author, called with the files input, output and answer.
 */
export interface JudgeProgram {
  /**
   * How it says what it found: `testlib` (exit codes 0 right, 1 wrong, 2 presentation, 3 its own failure) or `kattis`
   * (42 right, 43 wrong).
   */
  'protocol': (string);
  'language': (string);
  'source': (string);
  /**
   * Further files that it is compiled or runs with, such as testlib.h.
   */
  'files': (_assay_v1_SourceFile)[];
  'arguments': (string)[];
}
