/** What is to be run for a candidate: its source, and the tests with what each must bring. */
import { randomBytes } from 'node:crypto';
import type { ProgramTests } from '@assay/contract';
import { type Comparer, parseComparer } from '../compare/index.ts';
import { extractProgram } from '../extract/index.ts';
import { callTask, callTaskFault, functionTask, functionTaskFault } from '../function-task/index.ts';
import { type Language, languageOf, languages } from '../languages/index.ts';
import { python3 } from '../languages/python3.ts';
import { maxSourceBytes } from './build.ts';
import { filesFault } from './files.ts';
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

/** Says why nothing can be judged by these tests, or undefined. */
export function checkProgramTests(spec: ProgramTests): string | undefined {
  if (spec.unsupported !== '') return spec.unsupported;
  if (spec.language !== '' && languageOf(spec.language) === undefined) {
    return `unknown language ${JSON.stringify(spec.language)}: there are ${[...languages.keys()].join(', ')}`;
  }
  if (spec.tests.length === 0 && spec.testCode === '') return 'it has neither tests nor test_code';
  const comparer = parseComparer(spec.comparer);
  if ('error' in comparer) return comparer.error;
  const fault = isFunction(spec) ? functionTaskFault(spec) : isCall(spec) ? callTaskFault(spec) : undefined;
  if (fault !== undefined) return fault;
  for (const [name, value, limit] of [
    ['time_limit_s', spec.timeLimitS, most.timeLimitS],
    ['wall_limit_s', spec.wallLimitS, most.wallLimitS],
    ['memory_limit_bytes', spec.memoryLimitBytes, most.memoryBytes],
    ['output_limit_bytes', spec.outputLimitBytes, most.outputBytes],
  ] as const) {
    if (!(value >= 0 && value <= limit)) return `${name} is ${value}; it may be 0 (the default) to ${limit}`;
  }
  for (const { language, time } of spec.languageFactors) {
    if (languageOf(language) === undefined)
      return `a time factor is of an unknown language: ${JSON.stringify(language)}`;
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
    const language = languageOf(judge.language);
    const taken = new Set(['judge', language?.sourceName(judge.source)]);
    for (const { name } of judge.files) {
      if (!/^[\w+-][\w.+-]{0,99}$/.test(name) || name.includes('..') || taken.has(name)) {
        return `a file of its ${role} is called ${JSON.stringify(name)}: use a plain name of its own`;
      }
      taken.add(name);
    }
  }
  if (spec.testCode !== '' && (spec.checker || spec.interactor)) {
    return 'it has test_code, which decides, and a checker or an interactor';
  }
  if (spec.checker && spec.interactor) return 'it has a checker and an interactor; the interactor decides';
  if (spec.asIs && (spec.language === '' || isFunction(spec) || isCall(spec))) {
    return 'as_is is for whole programs in a language that is named';
  }
  return filesFault(spec);
}

function isFunction({ testCode }: ProgramTests): boolean {
  return testCode !== '';
}

function isCall({ entryPoint }: ProgramTests): boolean {
  return entryPoint !== '';
}

/** Why there is nothing to run for a candidate. */
export interface NoTask {
  readonly reason: 'no_answer' | 'compile_error';
  readonly message: string;
}

/** What to run for a candidate's text. */
export function taskOf(spec: ProgramTests, text: string): Task | NoTask {
  const made = isFunction(spec)
    ? functionOf(spec, text)
    : isCall(spec)
      ? callOf(spec, text)
      : wholeOf(spec, text);
  if (made === undefined || (made.source.trim() === '' && !spec.asIs))
    return { reason: 'no_answer', message: 'the candidate has no program' };
  if (Buffer.byteLength(made.source) > maxSourceBytes) {
    return { reason: 'compile_error', message: `the program has more than ${maxSourceBytes} bytes` };
  }
  return made;
}

function functionOf(spec: ProgramTests, text: string): Task | undefined {
  const made = functionTask(spec, text, randomBytes(16).toString('hex'));
  if (made === undefined) return undefined;
  const proof = made.proof === '' ? '' : `\n${made.proof}\n`;
  const test = { name: 'test_code', example: false, input: Buffer.alloc(0), expected: Buffer.from(proof) };
  return {
    ...made,
    proof,
    language: known(spec.language),
    tests: [test],
    comparer: comparerOf(spec.comparer),
  };
}

function callOf(spec: ProgramTests, text: string): Task | undefined {
  const made = callTask(spec, text);
  const comparer = comparerOf(spec.comparer === '' ? 'json' : spec.comparer);
  return made && { ...made, proof: '', language: known(spec.language), tests: testsOf(spec), comparer };
}

function wholeOf(spec: ProgramTests, text: string): Task | undefined {
  if (spec.asIs) {
    const [language, comparer] = [known(spec.language), comparerOf(spec.comparer)];
    return { source: text, how: 'the text as it is', proof: '', language, tests: testsOf(spec), comparer };
  }
  const found = extractProgram(text, languageOf(spec.language)?.name ?? '');
  if (found === undefined) return undefined;
  const language = known(spec.language === '' ? (found.language ?? '') : spec.language);
  const comparer = comparerOf(spec.comparer);
  return { source: found.code, how: found.how, proof: '', language, tests: testsOf(spec), comparer };
}

/** Examples first: whoever filters candidates by them wants to know, also where a hidden test fails. */
function testsOf({ tests }: ProgramTests): Test[] {
  const named = tests.map(({ name, example, input, output }, i) => ({
    name: name === '' ? String(i + 1) : name,
    example,
    input: view(input),
    expected: view(output),
  }));
  return [...named.filter(({ example }) => example), ...named.filter(({ example }) => !example)];
}

/** The language of that name; what neither problem nor candidate names is Python. */
function known(name: string): Language {
  return languageOf(name) ?? python3;
}

function comparerOf(text: string): Task['comparer'] {
  const comparer = parseComparer(text);
  if ('error' in comparer) throw new Error(comparer.error);
  return comparer;
}

/** The same bytes, not a copy: a problem's tests may be large, and its candidates many. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
