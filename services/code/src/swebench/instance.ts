/** A SWE-bench instance, and what stands in the way of judging one. */
import type { Problem } from '@assay/contract';
import { endMarker, startMarker } from './markers.ts';
import { findParser } from './parsers/registry.ts';

export type Instance = NonNullable<Problem['repositoryPatch']>;

/** Says why a problem cannot be judged; undefined where it can. */
export function checkRepositoryPatch(problem: Problem): string | undefined {
  const instance = problem.repositoryPatch;
  if (instance === undefined || instance === null) return 'it has no repository_patch';
  if (findParser(instance) === undefined) {
    return instance.logParser === ''
      ? `there is no log_parser, and none is known for the repository ${JSON.stringify(instance.repo)}`
      : `the log_parser ${JSON.stringify(instance.logParser)} is not known`;
  }
  if (!['', 'pass_and_fail', 'fail_only'].includes(instance.evalType)) {
    return `the eval_type ${JSON.stringify(instance.evalType)} is not known`;
  }
  if (!['', 'strict', 'compat'].includes(instance.mode)) {
    return `the mode ${JSON.stringify(instance.mode)} is not known`;
  }
  if (instance.failToPass.length + instance.passToPass.length === 0) {
    return 'it names no tests, so every patch would pass';
  }
  if (instance.image === '' && instance.instanceId === '') return 'it has neither image nor instance_id';
  if (instance.workdir !== '' && !instance.workdir.startsWith('/')) return 'its workdir is not absolute';
  if (!(instance.timeoutS >= 0 && instance.timeoutS <= 86_400))
    return `its timeout_s is ${instance.timeoutS}`;
  return instance.evalScript === '' ? checkParts(instance) : checkScript(instance.evalScript);
}

function checkScript(script: string): string | undefined {
  const lines = script.split('\n');
  const start = lines.findIndex((line) => line.includes(startMarker));
  const end = lines.findIndex((line) => line.includes(endMarker));
  if (start < 0 || end < 0) return 'its eval_script lacks the markers before and after the tests';
  return start < end ? undefined : 'the markers of its eval_script are in the wrong order';
}

function checkParts({ testCommand, baseCommit, testPatch }: Instance): string | undefined {
  if (testCommand === '') return 'it has neither eval_script nor test_command';
  if (!/^[0-9a-f]{7,64}$/.test(baseCommit))
    return `its base_commit ${JSON.stringify(baseCommit)} is not a commit`;
  return testPatch === '' ? 'it has neither eval_script nor test_patch' : undefined;
}

/**
 * Name of an instance's image: its own, or the one under which the harness publishes it (lower case, and `_1776_` for
 * `__`, which registries refuse).
 */
export function imageName({ image, instanceId }: Pick<Instance, 'image' | 'instanceId'>): string {
  if (image !== '') return image;
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return `swebench/sweb.eval.${architecture}.${instanceId.toLowerCase().replaceAll('__', '_1776_')}:latest`;
}

/** Folder of the repository in the image. */
export function workdirOf({ workdir }: Pick<Instance, 'workdir'>): string {
  return workdir === '' ? '/testbed' : workdir;
}
