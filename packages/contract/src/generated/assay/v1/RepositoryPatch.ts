// Original file: assay/v1/verifier.proto


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
  'evalScript'?: (string);
  'logParser'?: (string);
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
  'evalScript': (string);
  'logParser': (string);
}
