/** SWE-bench: instances (of the older form, or of version 5 with all that is needed to run them), and predictions. */
import type { ProblemInit } from '@assay/contract';
import type { Fields } from '../entry.ts';
import { booleanOf, type Found, find, jsonOf, need, textOf, textsOf } from '../field.ts';
import { readSample } from '../row.ts';
import type { Sample, Schema } from '../schema.ts';
import { bytesOf, secondsOf } from './limits.ts';
import { some } from './tests.ts';

const patch = 'model_patch';
const failToPass = ['FAIL_TO_PASS', 'fail_to_pass'];
const passToPass = ['PASS_TO_PASS', 'pass_to_pass'];

/** Fields that an instance may have besides, and how they are read. */
const optional: [keyof NonNullable<ProblemInit['repositoryPatch']>, string[], (found: Found) => unknown][] = [
  ['version', ['version'], textOf],
  ['image', ['image'], textOf],
  ['evalScript', ['eval_script'], textOf],
  ['logParser', ['log_parser'], textOf],
  ['evalType', ['eval_type'], textOf],
  ['testCommand', ['test_command', 'test_cmd'], textOf],
  ['install', ['install'], textOf],
  ['evalCommands', ['eval_commands'], textsOf],
  ['setupCommands', ['setup_commands'], textsOf],
  ['workdir', ['workdir'], textOf],
  ['timeoutS', ['timeout'], secondsOf],
  ['memoryLimitBytes', ['memory_limit'], bytesOf],
  ['network', ['network'], booleanOf],
  ['mode', ['mode'], textOf],
  ['flaky', ['flaky'], booleanOf],
];

export const swebench: Schema = {
  names: {
    id: ['instance_id'],
    prompt: ['prompt', 'problem_statement'],
    sample: [],
  },
  columns: [
    'instance_id',
    patch,
    'repo',
    'base_commit',
    'test_patch',
    ...failToPass,
    ...passToPass,
    ...optional.flatMap(([, names]) => names),
  ],

  addSpec(problem, fields) {
    if (find(fields, ['test_patch', 'base_commit', ...failToPass]) === undefined) return;
    const lists = [failToPass, passToPass].map((names) => textsOf(jsonOf(need(fields, names))));
    some(lists.flat(), '`FAIL_TO_PASS` and `PASS_TO_PASS`');
    problem.repositoryPatch = {
      instanceId: textOf(need(fields, ['instance_id'])),
      repo: textOf(need(fields, ['repo'])),
      baseCommit: textOf(need(fields, ['base_commit'])),
      testPatch: textOf(need(fields, ['test_patch'])),
      failToPass: lists[0] as string[],
      passToPass: lists[1] as string[],
      ...Object.fromEntries(
        optional.flatMap(([name, names, read]) => {
          const found = find(fields, names);
          return found === undefined ? [] : [[name, read(found)]];
        }),
      ),
    };
  },

  /** A prediction without a patch is one that is wrong: it counts. */
  samples(fields: Fields): Sample[] | undefined {
    if (!Object.hasOwn(fields, patch)) return undefined;
    return [readSample(fields[patch] ?? '')];
  },
};

export function isSwebench(has: (name: string) => boolean): boolean {
  return has('instance_id') && ['model_patch', 'base_commit', 'test_patch', 'FAIL_TO_PASS'].some(has);
}
