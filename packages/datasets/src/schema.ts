/** What a format says of its rows, beyond the rules that all share. */
import type { CandidateInit, ProblemInit } from '@assay/contract';
import type { Fields } from './entry.ts';
import type { Fault } from './fault.ts';
import type { FieldNames } from './names.ts';

/** A candidate, without index where the row gives none, or what is wrong with it. */
export type Sample = CandidateInit | Fault;

export interface Schema {
  /** Fields that it calls otherwise than usual. */
  names?: Partial<FieldNames>;
  /** Names of the other fields that it reads. */
  columns: readonly string[];
  /**
   * Adds what the problem is judged by; nothing where the row does not say.
   * @throws Fault where the row says what cannot be used.
   */
  addSpec(problem: ProblemInit, fields: Fields, names: FieldNames): void;
  /** Samples in fields of its own; undefined where the row has none. */
  samples?(fields: Fields): Sample[] | undefined;
}
