/** The instance of examples/swebench and its patches, for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '@assay/contract';
import type { Instance } from '../instance.ts';

const folder = join(import.meta.dirname, '../../../../../examples/swebench');
const rows = (name: string): Record<string, unknown>[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

export const patches = Object.fromEntries(
  rows('predictions.jsonl').map((row) => [row.model_name_or_path, row.model_patch]),
) as Record<'gold' | 'empty' | 'wrong' | 'breaks' | 'conftest' | 'gold-and-conftest' | 'hang', string>;

/** An instance with nothing in it but what is given. */
export function instanceOf(fields: Partial<Instance>): Instance {
  return {
    instanceId: 'own__test-1',
    repo: 'own/test',
    baseCommit: '',
    version: '',
    testPatch: '',
    failToPass: [],
    passToPass: [],
    image: '',
    evalScript: '',
    logParser: '',
    evalType: '',
    testCommand: '',
    install: '',
    evalCommands: [],
    setupCommands: [],
    workdir: '',
    timeoutS: 0,
    memoryLimitBytes: 0,
    network: false,
    mode: '',
    flaky: false,
    ...fields,
  };
}

const [row = {}] = rows('instances.jsonl');
/** The example's instance in the form of version 5. */
export const example: Instance = instanceOf({
  instanceId: row.instance_id as string,
  repo: row.repo as string,
  baseCommit: row.base_commit as string,
  testPatch: row.test_patch as string,
  failToPass: row.FAIL_TO_PASS as string[],
  passToPass: row.PASS_TO_PASS as string[],
  image: row.image as string,
  evalScript: row.eval_script as string,
  logParser: row.log_parser as string,
  evalType: row.eval_type as string,
});

export function problemOf(instance: Instance): Problem {
  return {
    id: instance.instanceId,
    dataset: '',
    prompt: '',
    promptTokens: 0,
    spec: 'repositoryPatch',
    repositoryPatch: instance,
  } as Problem;
}
