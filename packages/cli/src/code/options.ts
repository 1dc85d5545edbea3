/** The options of `assay code`, and which of them go together. */
import type { ProblemInit } from '@assay/contract';
import { InvalidArgumentError } from 'commander';
import { usageError } from '../exit.ts';

export interface CodeOptions {
  /** Folder with tests. */
  tests?: string;
  /** File with problems. */
  problem?: string;
  /** Which of them. */
  id?: string;
  run?: boolean;
  /** File with the stdin of `run`. */
  input?: string;
  language?: string;
  /** CPU seconds. */
  timeLimit?: number;
  /** Bytes. */
  memoryLimit?: number;
  comparer?: string;
  /** File with a checker's source. */
  checker?: string;
  checkerProtocol?: string;
  /** Judge every test. */
  all?: boolean;
  json?: boolean;
}

export type ProgramTestsInit = NonNullable<ProblemInit['programTests']>;
export type TestInit = NonNullable<ProgramTestsInit['tests']>[number];

/** Error: `usage` where options lack what they need. */
export function checkOptions(solution: string, options: CodeOptions): void {
  const { tests, problem, run, id, input, checker, checkerProtocol } = options;
  if (tests === undefined && problem === undefined && !run) {
    throw usageError(
      'Nothing says what the program is judged by.',
      'Give --tests FOLDER or --problem FILE; --run only runs it.',
    );
  }
  for (const [given, needed, lacks] of [
    ['--id', '--problem', id !== undefined && problem === undefined],
    ['--input', '--run', input !== undefined && !run],
    ['--checker-protocol', '--checker', checkerProtocol !== undefined && checker === undefined],
  ] as const) {
    if (lacks) throw usageError(`${given} means nothing without ${needed}.`, `Add ${needed}.`);
  }
  if ([solution, problem, input, checker].filter((path) => path === '-').length > 1) {
    throw usageError('Standard input can be only one of the files.', 'Name a file for the other one.');
  }
}

/** `2`, `0.5`. */
export function secondsOf(value: string): number {
  const seconds = Number(value);
  if (/^\d*\.?\d+$/.test(value) && seconds > 0) return seconds;
  throw new InvalidArgumentError('Give seconds, such as 2 or 0.5.');
}

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Fewer bytes are megabytes that somebody took for bytes; no program starts with them. */
const leastMemory = 1 << 20;

/** `256M`, `1.5G`, `268435456`; the units are powers of 1024. */
export function memoryOf(value: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)(?:i?B)?$/i.exec(value) ?? [];
  const bytes = Math.round(Number(amount) * (units[unit.toUpperCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes >= leastMemory) return bytes;
  throw new InvalidArgumentError('Give 1M or more, such as 256M or 1G.');
}
