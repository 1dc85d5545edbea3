/** Programs and function tasks of rows in our own words, and the settings that every code format takes from a row. */
import type { Fields } from '../entry.ts';
import { Fault } from '../fault.ts';
import { booleanOf, find, textOf, textsOf } from '../field.ts';
import { excerpt } from '../values.ts';
import { bytesOf, secondsOf } from './limits.ts';
import { type ProgramTests, testsOf } from './tests.ts';

const names = {
  language: ['language'],
  timeLimit: ['time_limit', 'timeLimit', 'timeout'],
  memoryLimit: ['memory_limit', 'memory_limit_bytes', 'memoryLimitBytes'],
  stopSequences: ['stop_sequences', 'stop'],
};

/** Fields that `settings` reads; every code format takes them. */
export const settingColumns = [
  ...Object.values(names).flat(),
  'comparer',
  'prefix',
  'entry_point',
  'all_tests',
  'multi_answer',
];

/** Fields that `programTests` reads. */
export const programColumns = ['tests', 'test_cases', 'test_code', ...settingColumns];

/** What a row asks for; only what it names. */
export function settings(fields: Fields): ProgramTests {
  const language = find(fields, names.language);
  const timeLimit = find(fields, names.timeLimit);
  const memoryLimit = find(fields, names.memoryLimit);
  const stop = find(fields, names.stopSequences);
  const comparer = find(fields, ['comparer']);
  const prefix = find(fields, ['prefix']);
  const entryPoint = find(fields, ['entry_point']);
  const allTests = find(fields, ['all_tests']);
  const multiAnswer = find(fields, ['multi_answer']);
  return {
    ...(language && { language: textOf(language) }),
    ...(timeLimit && { timeLimitS: secondsOf(timeLimit) }),
    ...(memoryLimit && { memoryLimitBytes: bytesOf(memoryLimit) }),
    ...(stop && { stopSequences: textsOf(stop) }),
    ...(comparer && { comparer: comparerOf(textOf(comparer)) }),
    ...(prefix && { prefix: textOf(prefix) }),
    ...(entryPoint && { entryPoint: textOf(entryPoint) }),
    ...(allTests && { allTests: booleanOf(allTests) }),
    ...(multiAnswer && { multiAnswer: booleanOf(multiAnswer) }),
  };
}

/** As ProgramTests.comparer; what its settings may be is for the verifier to say. */
function comparerOf(text: string): string {
  if (/^(tokens|exact|floats|unordered|json|deepmind|llmonk)(\([^()]*\))?$/.test(text)) return text;
  throw new Fault(
    'bad_problem',
    `\`comparer\` ${excerpt(text)} is not known`,
    'Write tokens, exact, floats, unordered, json, deepmind or llmonk, with settings as in floats(1e-9).',
  );
}

/** Undefined where the row has neither tests nor test code. */
export function programTests(fields: Fields): ProgramTests | undefined {
  const tests = find(fields, ['tests', 'test_cases']);
  const testCode = find(fields, ['test_code']);
  if (tests === undefined && testCode === undefined) return undefined;
  return {
    ...(tests && { tests: testsOf(tests) }),
    ...(testCode && { testCode: textOf(testCode) }),
    ...settings(fields),
  };
}
