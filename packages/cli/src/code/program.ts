/** What becomes of a solution before any test: the program that is found in it, its language, and its limits. */
import type { Language, Task, TestLimits } from '@assay/code';
import type { ProgramTests } from '@assay/contract';
import { fenced, type Solution } from './solution.ts';

export interface Program {
  readonly language: string;
  /** How it was found in the text. */
  readonly found: string;
  readonly source: string;
}

export interface Limits {
  /** Seconds. */
  readonly cpuS: number;
  readonly wallS: number;
  /** What the language's runtime is granted is in it. */
  readonly memoryBytes: number;
  readonly runtimeBytes: number;
  readonly outputBytes: number;
}

/** `none`: the language runs its sources. */
export type Compiled = { readonly outcome: 'none' | 'compiled' | 'refused'; readonly diagnostics: string };

/** What the verifier is asked. */
export interface Question {
  readonly spec: ProgramTests;
  readonly text: string;
  /** The solution as it was given. */
  readonly given: string;
}

/** A file of a known language is no answer to be searched, where a whole program is wanted. */
export function questionOf(
  spec: ProgramTests,
  { text, language }: Solution,
  languageOf: (name: string) => Language | undefined,
): Question {
  const isWhole = spec.testCode === '' && spec.entryPoint === '';
  if (!isWhole || language === undefined || text.trim() === '') return { spec, text, given: text };
  const { name } = languageOf(spec.language) ?? language;
  return { spec: { ...spec, language: spec.language || name }, text: fenced(text, name), given: text };
}

export function programOf({ language, how, source }: Task, { text, given }: Question): Program {
  const asItIs = text !== given && source.trim() === given.trim();
  return { language: language.name, found: asItIs ? 'the file as it is' : how, source };
}

export function limitsIn(
  { cpuUs, memoryBytes, program }: TestLimits,
  { memoryExtraBytes }: Language,
): Limits {
  return {
    cpuS: cpuUs / 1e6,
    wallS: program.wallUs / 1e6,
    memoryBytes,
    runtimeBytes: memoryExtraBytes ?? 0,
    outputBytes: program.outputBytes,
  };
}
