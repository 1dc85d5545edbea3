// Original file: assay/v1/verifier.proto

import type { ProgramTestInit as _assay_v1_ProgramTestInit, ProgramTest as _assay_v1_ProgramTest } from '../../assay/v1/ProgramTest.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The candidate is (or contains) a program; it must pass tests.
 */
export interface ProgramTestsInit {
  /**
   * Name of the language, empty: found from the candidate (code fence, shebang).
   */
  'language'?: (string);
  'tests'?: (_assay_v1_ProgramTestInit)[];
  /**
   * CPU seconds and bytes per test; 0: the verifier's default.
   */
  'timeLimitS'?: (number | string);
  'memoryLimitBytes'?: (number | string | Long);
  /**
   * How outputs are compared, e.g. `tokens`, `exact`, `floats`; empty for `tokens`.
   */
  'comparer'?: (string);
  /**
   * Function tasks (HumanEval): code put before the candidate and test code run after it.
   */
  'prefix'?: (string);
  'testCode'?: (string);
  'entryPoint'?: (string);
  'stopSequences'?: (string)[];
  /**
   * Judge every test, or stop at the first failure.
   */
  'allTests'?: (boolean);
}

/**
 * The candidate is (or contains) a program; it must pass tests.
 */
export interface ProgramTests {
  /**
   * Name of the language, empty: found from the candidate (code fence, shebang).
   */
  'language': (string);
  'tests': (_assay_v1_ProgramTest)[];
  /**
   * CPU seconds and bytes per test; 0: the verifier's default.
   */
  'timeLimitS': (number);
  'memoryLimitBytes': (number);
  /**
   * How outputs are compared, e.g. `tokens`, `exact`, `floats`; empty for `tokens`.
   */
  'comparer': (string);
  /**
   * Function tasks (HumanEval): code put before the candidate and test code run after it.
   */
  'prefix': (string);
  'testCode': (string);
  'entryPoint': (string);
  'stopSequences': (string)[];
  /**
   * Judge every test, or stop at the first failure.
   */
  'allTests': (boolean);
}
