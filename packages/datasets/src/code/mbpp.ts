/** MBPP: a task in words, and assertions that hold for the right function. */
import { find, textOf, textsOf, wrongType } from '../field.ts';
import type { Schema } from '../schema.ts';
import { settingColumns, settings } from './program.ts';
import { some } from './tests.ts';

/** Seconds. */
const timeLimitS = 3;

export const mbpp: Schema = {
  names: {
    // `text` is what the model is asked.
    prompt: ['prompt', 'text', 'question'],
    sample: ['sample', 'completion', 'response'],
  },
  columns: ['test_list', 'test_setup_code', 'test_imports', ...settingColumns],

  addSpec(problem, fields) {
    const list = find(fields, ['test_list']);
    if (list === undefined) return;
    const setup = find(fields, ['test_setup_code']);
    const imports = find(fields, ['test_imports']);
    const tests = some(textsOf(list), '`test_list`');
    if (tests.some((test) => test.trim() === '')) throw wrongType(list.name, 'a list of assertions', '');
    const lines = [...(imports ? textsOf(imports) : []), setup ? textOf(setup) : '', ...tests];
    problem.programTests = {
      language: 'python3',
      testCode: `\n${lines.filter((line) => line.trim() !== '').join('\n')}\n`,
      timeLimitS,
      ...settings(fields),
    };
  },
};

export function isMbpp(has: (name: string) => boolean): boolean {
  return has('test_list');
}
