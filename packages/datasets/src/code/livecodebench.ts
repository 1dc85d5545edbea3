/** LiveCodeBench: programs and functions; the tests that are not shown may be packed. */
import { Fault } from '../fault.ts';
import { type Found, find, jsonOf, listOf, objectOf, textOf } from '../field.ts';
import type { Schema } from '../schema.ts';
import { judging } from './judging.ts';
import { unpack } from './packed.ts';
import { settingColumns, settings } from './program.ts';
import { named, some, testsOf } from './tests.ts';

const publicNames = ['public_test_cases'];
const privateNames = ['private_test_cases'];

export const livecodebench: Schema = {
  names: {
    id: ['id', 'question_id', 'problem_id', 'task_id'],
    prompt: ['prompt', 'question_content'],
    sample: ['sample', 'completion', 'response'],
  },
  columns: [...publicNames, ...privateNames, 'metadata', 'starter_code', ...settingColumns],

  addSpec(problem, fields) {
    const shown = find(fields, publicNames);
    const hidden = find(fields, privateNames);
    if (shown === undefined && hidden === undefined) return;
    const lists = [shown, hidden].map((found) => (found === undefined ? undefined : casesOf(found)));
    const tests = lists.flatMap((list, i) =>
      list === undefined ? [] : named(i === 0 ? 'public' : 'private', testsOf(list), i === 0),
    );
    const functional = isFunctional(lists.filter((list) => list !== undefined));
    const starter = find(fields, ['starter_code']);
    problem.programTests = {
      language: 'python3',
      tests: some(tests, '`public_test_cases` and `private_test_cases`'),
      ...judging(problem.prompt ?? '', tests),
      ...(functional && { entryPoint: functionName(find(fields, ['metadata'])), comparer: 'json' }),
      ...settings(fields),
    };
    // It alone tells what the function is called.
    if (starter !== undefined && textOf(starter).trim() !== '' && problem.prompt !== undefined) {
      problem.prompt += `\n\nBegin with this code:\n\n${textOf(starter).trimEnd()}\n`;
    }
  },
};

/** A list, its JSON, or its JSON packed. */
function casesOf(found: Found): Found {
  if (typeof found.value !== 'string' || /^\s*\[/.test(found.value)) return jsonOf(found);
  return jsonOf({ name: found.name, value: unpack(found.value, found.name) });
}

function isFunctional(lists: Found[]): boolean {
  const types = new Set(
    lists.flatMap((list) => listOf(list).map((item) => objectOf(item).testtype ?? 'stdin')),
  );
  const [type] = types;
  if (types.size <= 1 && (type === undefined || type === 'stdin' || type === 'functional')) {
    return type === 'functional';
  }
  throw new Fault(
    'wrong_type',
    `\`testtype\` must be "stdin" or "functional" for all tests, not ${JSON.stringify([...types])}`,
    'Correct the tests, or leave the problem out.',
  );
}

function functionName(metadata: Found | undefined): string {
  const name = metadata && find(objectOf(jsonOf(metadata)), ['func_name']);
  if (name !== undefined) return textOf(name);
  throw new Fault(
    'missing_field',
    '`metadata` has no `func_name`, and the tests call a function',
    'Add {"func_name": "…"} as `metadata`.',
  );
}

export function isLivecodebench(has: (name: string) => boolean): boolean {
  return has('public_test_cases') || has('private_test_cases');
}
