/** APPS: programs and functions, whose tests are one JSON text. */
import type { Fields } from '../entry.ts';
import { type Found, find, listOf, objectOf, textOf, textsOf } from '../field.ts';
import type { Schema } from '../schema.ts';
import { callForm, exactJsonOf } from './calls.ts';
import { judging } from './judging.ts';
import { settingColumns, settings } from './program.ts';
import { named, some, type TestForm, testsOf } from './tests.ts';

/** A text, or the list of its lines. */
const linesOf = (found: Found) =>
  Array.isArray(found.value)
    ? textsOf(found)
        .map((line) => `${line}\n`)
        .join('')
    : textOf(found);
const streamForm: TestForm = { input: linesOf, output: linesOf };

export const apps: Schema = {
  names: {
    id: ['id', 'problem_id', 'task_id'],
    prompt: ['prompt', 'question', 'problem'],
    sample: ['sample', 'completion', 'response'],
  },
  columns: ['input_output', ...settingColumns],

  addSpec(problem, fields) {
    const found = find(fields, ['input_output']);
    if (found === undefined) return;
    const tests = found.value === '' ? { name: found.name, value: {} } : exactJsonOf(found);
    const content = objectOf(tests);
    some(Object.keys(content), `\`${found.name}\``);
    const name = find(content, ['fn_name']);
    const form = name === undefined ? streamForm : callForm(areWrapped(content));
    const list = some(named('test', testsOf(tests, form)), `\`${found.name}\``);
    problem.programTests = {
      language: 'python3',
      tests: list,
      ...judging(problem.prompt ?? '', list),
      ...(name && { entryPoint: textOf(name), comparer: 'json' }),
      ...settings(fields),
    };
  },
};

/** Most rows have a list of one value for the value that is returned. */
function areWrapped(content: Fields): boolean {
  const outputs = find(content, ['outputs', 'output']);
  if (outputs === undefined) return false;
  return listOf(outputs).every(({ value }) => Array.isArray(value) && value.length === 1);
}

export function isApps(has: (name: string) => boolean): boolean {
  return has('input_output') && has('question');
}
