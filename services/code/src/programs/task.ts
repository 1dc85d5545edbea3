/** What is to be run for a candidate: its source, and the tests with what each must bring. */
import { randomBytes } from 'node:crypto';
import type { ProgramTests } from '@assay/contract';
import { type Comparer, parseComparer } from '../compare/index.ts';
import { canonicalLanguage, extractProgram } from '../extract/index.ts';
import { callTask, functionTask } from '../function-task/index.ts';
import { type Language, languages } from '../languages/index.ts';
import { maxSourceBytes } from './build.ts';
import { most } from './limits.ts';

export interface Test {
  readonly name: string;
  readonly example: boolean;
  readonly input: Buffer;
  readonly expected: Buffer;
}

export interface Task {
  readonly source: string;
  readonly language: Language;
  readonly tests: readonly Test[];
  /** How the program was found in the candidate's text. */
  readonly how: string;
  /** What the output must end with, where that alone counts. */
  readonly proof: string;
  readonly comparer: { readonly name: string; readonly compare: Comparer };
}

/** Where the candidate says nothing and the problem does not either. */
const fallbackLanguage = 'python3';

const noProgram = 'the candidate has no program';

/** Says why nothing can be judged by these tests, or undefined. */
export function checkProgramTests(spec: ProgramTests): string | undefined {
  if (spec.unsupported !== '') return spec.unsupported;
  if (spec.language !== '' && languageOf(spec.language) === undefined) {
    return `unknown language ${JSON.stringify(spec.language)}: there are ${[...languages.keys()].join(', ')}`;
  }
  if (spec.tests.length === 0 && spec.testCode === '') return 'it has neither tests nor test_code';
  const comparer = parseComparer(spec.comparer);
  if ('error' in comparer) return comparer.error;
  for (const [name, value, limit] of [
    ['time_limit_s', spec.timeLimitS, most.timeLimitS],
    ['wall_limit_s', spec.wallLimitS, most.wallLimitS],
    ['memory_limit_bytes', spec.memoryLimitBytes, most.memoryBytes],
    ['output_limit_bytes', spec.outputLimitBytes, most.outputBytes],
  ] as const) {
    if (!(value >= 0 && value <= limit)) return `${name} is ${value}; it may be 0 (the default) to ${limit}`;
  }
  for (const { language, time } of spec.languageFactors) {
    if (!(time > 0 && time <= 100))
      return `the time factor of ${language} is ${time}; it may be over 0 and up to 100`;
  }
  for (const [role, judge] of [
    ['checker', spec.checker],
    ['interactor', spec.interactor],
  ] as const) {
    if (!judge) continue;
    if (!['testlib', 'kattis'].includes(judge.protocol)) {
      return `the protocol of its ${role} is ${JSON.stringify(judge.protocol)}; it may be testlib or kattis`;
    }
    if (languageOf(judge.language) === undefined) return `unknown language of its ${role}: ${judge.language}`;
    const bad = judge.files.find(({ name }) => !/^[\w.+-]{1,100}$/.test(name) || name.startsWith('.'));
    if (bad !== undefined)
      return `a file of its ${role} is called ${JSON.stringify(bad.name)}: use a plain name`;
  }
  if (spec.checker && spec.interactor) return 'it has a checker and an interactor; the interactor decides';
  return undefined;
}

export function languageOf(name: string): Language | undefined {
  return languages.get(name) ?? languages.get(canonicalLanguage(name) ?? '');
}

/** What to run for a candidate's text; a text where there is no program in it. */
export function taskOf(spec: ProgramTests, text: string): Task | string {
  const wanted = languageOf(spec.language);
  const isFunction = spec.testCode !== '';
  const isCall = !isFunction && spec.entryPoint !== '';
  const extraction = extractProgram(text, wanted?.name ?? '');
  const language =
    wanted ?? languageOf(extraction?.language ?? fallbackLanguage) ?? languageOf(fallbackLanguage);
  if (language === undefined) throw new Error('no language');
  const comparer = parseComparer(spec.comparer === '' && isCall ? 'json' : spec.comparer);
  if ('error' in comparer) throw new Error(comparer.error);
  const form = formOf();
  if (typeof form === 'string') return form;
  if (form.source.trim() === '') return noProgram;
  if (Buffer.byteLength(form.source) > maxSourceBytes)
    return `the program has more than ${maxSourceBytes} bytes`;
  return { language, comparer, proof: '', ...form };

  function formOf(): (Pick<Task, 'source' | 'tests' | 'how'> & { proof?: string }) | string {
    if (isFunction) {
      const made = functionTask(spec, text, randomBytes(16).toString('hex'));
      if (made === undefined) return noProgram;
      const expected = Buffer.from(made.proof === '' ? '' : `${made.proof}\n`);
      return { ...made, tests: [{ name: 'test_code', example: false, input: Buffer.alloc(0), expected }] };
    }
    const named = spec.tests.map(({ name, example, input, output }, i) => ({
      name: name === '' ? String(i + 1) : name,
      example,
      input: Buffer.from(input),
      expected: Buffer.from(output),
    }));
    // Examples first: whoever filters candidates by them wants to know, also where a hidden test fails.
    const tests = [...named.filter(({ example }) => example), ...named.filter(({ example }) => !example)];
    if (isCall) {
      const made = callTask(spec, text);
      return made === undefined ? noProgram : { ...made, tests };
    }
    if (extraction === undefined) return noProgram;
    return { source: extraction.code, how: extraction.how, tests };
  }
}
