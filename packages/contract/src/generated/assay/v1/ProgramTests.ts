// Original file: assay/v1/verifier.proto

import type { ProgramTestInit as _assay_v1_ProgramTestInit, ProgramTest as _assay_v1_ProgramTest } from '../../assay/v1/ProgramTest.ts';
import type { LanguageFactorInit as _assay_v1_LanguageFactorInit, LanguageFactor as _assay_v1_LanguageFactor } from '../../assay/v1/LanguageFactor.ts';
import type { JudgeProgramInit as _assay_v1_JudgeProgramInit, JudgeProgram as _assay_v1_JudgeProgram } from '../../assay/v1/JudgeProgram.ts';
import type { SourceFileInit as _assay_v1_SourceFileInit, SourceFile as _assay_v1_SourceFile } from '../../assay/v1/SourceFile.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The candidate is (or contains) a program; it must pass tests. Three forms, told apart by which fields are set:
 * tests                   a whole program: reads a test's input on stdin, writes its output to stdout
 * test_code, entry_point  a function task (HumanEval): prefix, candidate and test code together must end with 0
 * tests, entry_point      a function that is called: each line of a test's input is one argument in JSON, the output
 * is the returned value in JSON (LiveCodeBench, APPS)
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
   * How outputs are compared: `tokens` (the default), `exact`, `floats`, `unordered`, `json`, `deepmind`, `llmonk`, or not
   * at all (`any`: every output is right, and only how the process ended counts), with
   * settings where a comparer has some: `floats(1e-9)`, `floats(abs=1e-6,rel=1e-9)`, `tokens(case=fold)`.
   */
  'comparer'?: (string);
  /**
   * Function tasks: code put before the candidate and test code run after it.
   */
  'prefix'?: (string);
  'testCode'?: (string);
  'entryPoint'?: (string);
  /**
   * The candidate ends before the first of them.
   */
  'stopSequences'?: (string)[];
  /**
   * Judge every test, or stop at the first failure.
   */
  'allTests'?: (boolean);
  /**
   * Wall seconds per test; 0: ten times the CPU seconds and one more.
   */
  'wallLimitS'?: (number | string);
  /**
   * Bytes of stdout per test; 0: the verifier's default.
   */
  'outputLimitBytes'?: (number | string | Long);
  /**
   * By how much the CPU limit grows for a language; 1 for those that are not listed.
   */
  'languageFactors'?: (_assay_v1_LanguageFactorInit)[];
  /**
   * Decides instead of a comparer.
   */
  'checker'?: (_assay_v1_JudgeProgramInit | null);
  /**
   * Talks to the candidate's program, and decides.
   */
  'interactor'?: (_assay_v1_JudgeProgramInit | null);
  /**
   * Other outputs than the stored ones may be right, and there is no checker: `wrong_answer` says only that they differ.
   */
  'multiAnswer'?: (boolean);
  /**
   * Outputs on these inputs, together, are the candidate's answer class (AlphaCode's clustering). They decide nothing.
   */
  'classInputs'?: (Buffer | Uint8Array | string)[];
  /**
   * Why the problem cannot be judged as it stands, e.g. an interactive problem without interactor; empty: it can be.
   */
  'unsupported'?: (string);
  /**
   * Files that a whole program finds in its working folder and beside its source; their names may have folders.
   */
  'files'?: (_assay_v1_SourceFileInit)[];
  /**
   * Files of the working folder that a test's part gives back afterwards, where they are there.
   */
  'fetchFiles'?: (string)[];
  /**
   * Bytes of stdout and of stderr, each, that a test's part gives back; 0: none. Of all tests at most 16 MiB are given back.
   */
  'returnBytes'?: (number);
  /**
   * The candidate is the whole program as it stands, in `language`: nothing is taken out of it.
   */
  'asIs'?: (boolean);
}

/**
 * The candidate is (or contains) a program; it must pass tests. Three forms, told apart by which fields are set:
 * tests                   a whole program: reads a test's input on stdin, writes its output to stdout
 * test_code, entry_point  a function task (HumanEval): prefix, candidate and test code together must end with 0
 * tests, entry_point      a function that is called: each line of a test's input is one argument in JSON, the output
 * is the returned value in JSON (LiveCodeBench, APPS)
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
   * How outputs are compared: `tokens` (the default), `exact`, `floats`, `unordered`, `json`, `deepmind`, `llmonk`, or not
   * at all (`any`: every output is right, and only how the process ended counts), with
   * settings where a comparer has some: `floats(1e-9)`, `floats(abs=1e-6,rel=1e-9)`, `tokens(case=fold)`.
   */
  'comparer': (string);
  /**
   * Function tasks: code put before the candidate and test code run after it.
   */
  'prefix': (string);
  'testCode': (string);
  'entryPoint': (string);
  /**
   * The candidate ends before the first of them.
   */
  'stopSequences': (string)[];
  /**
   * Judge every test, or stop at the first failure.
   */
  'allTests': (boolean);
  /**
   * Wall seconds per test; 0: ten times the CPU seconds and one more.
   */
  'wallLimitS': (number);
  /**
   * Bytes of stdout per test; 0: the verifier's default.
   */
  'outputLimitBytes': (number);
  /**
   * By how much the CPU limit grows for a language; 1 for those that are not listed.
   */
  'languageFactors': (_assay_v1_LanguageFactor)[];
  /**
   * Decides instead of a comparer.
   */
  'checker': (_assay_v1_JudgeProgram | null);
  /**
   * Talks to the candidate's program, and decides.
   */
  'interactor': (_assay_v1_JudgeProgram | null);
  /**
   * Other outputs than the stored ones may be right, and there is no checker: `wrong_answer` says only that they differ.
   */
  'multiAnswer': (boolean);
  /**
   * Outputs on these inputs, together, are the candidate's answer class (AlphaCode's clustering). They decide nothing.
   */
  'classInputs': (Buffer)[];
  /**
   * Why the problem cannot be judged as it stands, e.g. an interactive problem without interactor; empty: it can be.
   */
  'unsupported': (string);
  /**
   * Files that a whole program finds in its working folder and beside its source; their names may have folders.
   */
  'files': (_assay_v1_SourceFile)[];
  /**
   * Files of the working folder that a test's part gives back afterwards, where they are there.
   */
  'fetchFiles': (string)[];
  /**
   * Bytes of stdout and of stderr, each, that a test's part gives back; 0: none. Of all tests at most 16 MiB are given back.
   */
  'returnBytes': (number);
  /**
   * The candidate is the whole program as it stands, in `language`: nothing is taken out of it.
   */
  'asIs': (boolean);
}
