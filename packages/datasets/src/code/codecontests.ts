/**
 * CodeContests: rows with the data set's own names, as in its Parquet files or in the JSON form of its protocol buffers
 * (camelCase), and the shorter rows {problem, tests} that others have made of them.
 */
import { find, textOf } from '../field.ts';
import type { Schema } from '../schema.ts';
import { isObject } from '../values.ts';
import { shownExamples } from './examples.ts';
import { judging } from './judging.ts';
import { settingColumns, settings } from './program.ts';
import { limitsAtEnd } from './statement.ts';
import { named, some, type Test, testsOf } from './tests.ts';

const groups = [
  { name: 'public', fields: ['public_tests', 'publicTests'], example: true },
  { name: 'private', fields: ['private_tests', 'privateTests'], example: false },
  { name: 'generated', fields: ['generated_tests', 'generatedTests'], example: false },
];
/** Files that a program is to read and write; empty where it uses its standard streams. */
const files = [
  ['input_file', 'inputFile'],
  ['output_file', 'outputFile'],
];
const streams = /^\s*(?:std(?:in|out)|standard (?:input|output))?\s*$/i;

export const codecontests: Schema = {
  names: {
    id: ['id', 'problem_id', 'task_id', 'name'],
    prompt: ['prompt', 'description', 'problem', 'question'],
    sample: ['sample', 'completion', 'response'],
  },
  columns: ['tests', ...groups.flatMap(({ fields }) => fields), ...files.flat(), ...settingColumns],

  addSpec(problem, fields) {
    const found = groups.map((group) => ({ group, tests: find(fields, group.fields) }));
    const all = find(fields, ['tests']);
    if (all === undefined && found.every(({ tests }) => tests === undefined)) return;
    const statement = problem.prompt ?? '';
    const tests = [
      ...found.flatMap(({ group, tests }) => {
        if (tests === undefined || isEmpty(tests.value)) return [];
        return named(group.name, testsOf(tests), group.example);
      }),
      ...(all === undefined ? [] : markExamples(named('test', testsOf(all)), statement)),
    ];
    const usesFiles = files
      .map((names) => find(fields, names))
      .find((file) => file !== undefined && !streams.test(textOf(file)));
    problem.programTests = {
      tests: some(tests, '`public_tests`, `private_tests` and `generated_tests`'),
      ...limitsAtEnd(statement),
      ...judging(statement, tests),
      ...settings(fields),
      ...(usesFiles && { unsupported: `the program is to use the file ${textOf(usesFiles)}` }),
    };
  },
};

/** JSON of protocol buffers may write an empty group as {}. */
function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Rows that do not tell their tests apart show the examples in their statement. */
function markExamples(tests: Test[], statement: string): Test[] {
  const shown = new Set(shownExamples(statement, tests).flatMap((one) => one.tests));
  return tests.map((test) => (shown.has(test) ? { example: true, ...test } : test));
}

/** Names by which a row of this data set is known. */
export function isCodecontests(has: (name: string) => boolean): boolean {
  return groups.some(({ fields }) => fields.some(has)) || (has('problem') && has('tests'));
}
