/** HumanEval: a function's head to complete, and a `check` that is given the function. */
import { find, need, textOf } from '../field.ts';
import type { Schema } from '../schema.ts';
import { settingColumns, settings } from './program.ts';

/**
 * A completion ends where other code begins than the function's. The first five are those of Codex (arXiv 2107.03374);
 * published CodeGen samples are cut at decorators and assertions too.
 */
const stopSequences = ['\nclass', '\ndef', '\n#', '\nif', '\nprint', '\n@', '\nassert'];

/** Seconds, as in the data set's own harness. */
const timeLimitS = 3;

export const humaneval: Schema = {
  columns: ['prompt', 'test', ...settingColumns],

  addSpec(problem, fields) {
    const test = find(fields, ['test']);
    if (test === undefined) return;
    const name = textOf(need(fields, ['entry_point']));
    problem.programTests = {
      language: 'python3',
      prefix: textOf(need(fields, ['prompt'])),
      testCode: `\n${textOf(test)}\ncheck(${name})\n`,
      timeLimitS,
      stopSequences,
      ...settings(fields),
    };
  },
};

export function isHumaneval(has: (name: string) => boolean): boolean {
  return has('test') && has('entry_point') && has('prompt');
}
