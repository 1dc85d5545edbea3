/** The options of `assay lean`, and which of them go together. */
import type { ProblemInit } from '@assay/contract';
import { usageError } from '../exit.ts';

export interface LeanOptions {
  /** File with problems. */
  problem?: string;
  /** Which of them. */
  id?: string;
  /** File with a statement, in place of a problem. */
  statement?: string;
  /** File with what stands before it. */
  header?: string;
  toolchain?: string;
  /** CPU seconds. */
  timeLimit?: number;
  /** Bytes. */
  memoryLimit?: number;
  independent?: string;
  /** Ask no Lean. */
  checkOnly?: boolean;
  json?: boolean;
}

export type TheoremInit = NonNullable<ProblemInit['theorem']>;

/** Error: `usage` where options lack what they need. */
export function checkOptions(proof: string, { problem, id, statement, header }: LeanOptions): void {
  if (problem === undefined && statement === undefined) {
    throw usageError('Nothing says what is to be proved.', 'Give --problem FILE or --statement FILE.');
  }
  for (const [given, needed, lacks] of [
    ['--id', '--problem', id !== undefined && problem === undefined],
    ['--header', '--statement', header !== undefined && statement === undefined],
  ] as const) {
    if (lacks) throw usageError(`${given} means nothing without ${needed}.`, `Add ${needed}.`);
  }
  if ([proof, problem, statement, header].filter((path) => path === '-').length > 1) {
    throw usageError('Standard input can be only one of the files.', 'Name a file for the other one.');
  }
}
