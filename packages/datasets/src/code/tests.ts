/** Lists of tests, as data sets write them. */
import type { ProblemInit } from '@assay/contract';
import type { Fields } from '../entry.ts';
import { Fault } from '../fault.ts';
import { booleanOf, type Found, find, jsonOf, listOf, objectOf, textOf, wrongType } from '../field.ts';
import { isObject } from '../values.ts';

export type ProgramTests = NonNullable<ProblemInit['programTests']>;
export type Test = NonNullable<ProgramTests['tests']>[number];

const inputNames = ['input', 'inputs'];
const outputNames = ['output', 'outputs'];

/** How the texts of a test are made of its values. */
export interface TestForm {
  input(found: Found): string;
  output(found: Found): string;
}

const asTexts: TestForm = { input: textOf, output: textOf };

/**
 * Tests from {input: [text], output: [text]}, from [{input, output, example?, name?}], or from a text that is either
 * of them in JSON.
 * @throws Fault `wrong_type`, `invalid_json`.
 */
export function testsOf(found: Found, form = asTexts): Test[] {
  const tests = jsonOf(found);
  return isObject(tests.value) ? ofLists(tests, form) : listOf(tests).map((test) => ofObject(test, form));
}

function ofLists({ name, value }: Found, form: TestForm): Test[] {
  const input = find(value as Fields, inputNames);
  const output = find(value as Fields, outputNames);
  const count = (list: Found | undefined) => (Array.isArray(list?.value) ? list.value.length : -1);
  if (input === undefined || output === undefined || count(input) < 0 || count(input) !== count(output)) {
    throw new Fault(
      'wrong_type',
      `\`${name}\` must have lists \`input\` and \`output\` of the same length`,
      'Write {"input": ["1 2\\n"], "output": ["3\\n"]}.',
    );
  }
  const outputs = within(name, output);
  return within(name, input).map((one, i) => test(one, outputs[i] as Found, form));
}

function ofObject(found: Found, form: TestForm): Test {
  const fields = objectOf(found);
  const input = find(fields, inputNames);
  const output = find(fields, outputNames);
  if (input === undefined || output === undefined) {
    throw wrongType(
      found.name,
      'an object with `input` and `output`',
      found.value,
      'Write {"input": "1 2\\n", "output": "3\\n"}.',
    );
  }
  const at = ({ name, value }: Found) => ({ name: `${found.name}.${name}`, value });
  const result = test(at(input), at(output), form);
  const name = find(fields, ['name']);
  const example = find(fields, ['example']);
  if (name !== undefined) result.name = textOf(at(name));
  if (example !== undefined) result.example = booleanOf(at(example));
  return result;
}

function within(name: string, list: Found): Found[] {
  return listOf({ name: `${name}.${list.name}`, value: list.value });
}

function test(input: Found, output: Found, form: TestForm): Test {
  return { input: Buffer.from(form.input(input)), output: Buffer.from(form.output(output)) };
}

/** Tests called `group/1`, `group/2`, …, unless they have names. */
export function named(group: string, tests: Test[], example = false): Test[] {
  return tests.map((one, i) => ({ name: `${group}/${i + 1}`, ...(example && { example }), ...one }));
}

/** @throws Fault `missing_tests` where there is none: everything would pass. */
export function some<T>(tests: T[], names: string): T[] {
  if (tests.length > 0) return tests;
  throw new Fault(
    'missing_tests',
    `${names} have no test: every candidate would pass`,
    'Add tests, or leave the problem out.',
  );
}
