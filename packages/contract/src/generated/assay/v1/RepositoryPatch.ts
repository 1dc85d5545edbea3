// Original file: assay/v1/verifier.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The candidate is a patch to a repository; named tests must then pass (SWE-bench).
 */
export interface RepositoryPatchInit {
  'instanceId'?: (string);
  'repo'?: (string);
  'baseCommit'?: (string);
  'version'?: (string);
  'testPatch'?: (string);
  'failToPass'?: (string)[];
  'passToPass'?: (string)[];
  'image'?: (string);
  /**
   * A shell script that brings the tests in and runs them between the two markers of the harness. Where it is empty
   * it is made as the harness of version 4 does, from the four fields below.
   */
  'evalScript'?: (string);
  'logParser'?: (string);
  /**
   * `pass_and_fail` (the default): tests must be seen to pass. `fail_only`: they must not be seen to fail.
   */
  'evalType'?: (string);
  'testCommand'?: (string);
  'install'?: (string);
  'evalCommands'?: (string)[];
  /**
   * Shell commands before everything else, e.g. one that activates an environment.
   */
  'setupCommands'?: (string)[];
  /**
   * Folder of the repository in the image; empty: /testbed.
   */
  'workdir'?: (string);
  /**
   * Wall seconds for the tests; 0: the verifier's default.
   */
  'timeoutS'?: (number | string);
  'memoryLimitBytes'?: (number | string | Long);
  /**
   * Its tests need a network.
   */
  'network'?: (boolean);
  /**
   * `strict` (the default): a patch that edits what decides on tests is judged without these edits.
   * `compat`: as the harness does.
   */
  'mode'?: (string);
  /**
   * Its tests are known to pass now and fail then.
   */
  'flaky'?: (boolean);
}

/**
 * The candidate is a patch to a repository; named tests must then pass (SWE-bench).
 */
export interface RepositoryPatch {
  'instanceId': (string);
  'repo': (string);
  'baseCommit': (string);
  'version': (string);
  'testPatch': (string);
  'failToPass': (string)[];
  'passToPass': (string)[];
  'image': (string);
  /**
   * A shell script that brings the tests in and runs them between the two markers of the harness. Where it is empty
   * it is made as the harness of version 4 does, from the four fields below.
   */
  'evalScript': (string);
  'logParser': (string);
  /**
   * `pass_and_fail` (the default): tests must be seen to pass. `fail_only`: they must not be seen to fail.
   */
  'evalType': (string);
  'testCommand': (string);
  'install': (string);
  'evalCommands': (string)[];
  /**
   * Shell commands before everything else, e.g. one that activates an environment.
   */
  'setupCommands': (string)[];
  /**
   * Folder of the repository in the image; empty: /testbed.
   */
  'workdir': (string);
  /**
   * Wall seconds for the tests; 0: the verifier's default.
   */
  'timeoutS': (number);
  'memoryLimitBytes': (number);
  /**
   * Its tests need a network.
   */
  'network': (boolean);
  /**
   * `strict` (the default): a patch that edits what decides on tests is judged without these edits.
   * `compat`: as the harness does.
   */
  'mode': (string);
  /**
   * Its tests are known to pass now and fail then.
   */
  'flaky': (boolean);
}
