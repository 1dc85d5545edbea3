/** What the readers of file formats hand on, row by row. */
import type { Fault } from './fault.ts';

export type Fields = Record<string, unknown>;

/** A row with the id that it has if it names none. */
export interface RowEntry {
  line: number;
  id: string;
  fields: Fields;
}

/** One more sample of the row before: as in its list of samples, or a Fault. */
export interface SampleEntry {
  line: number;
  sample: unknown;
}

/** Something that cannot be used; a whole file where it has no line. */
export interface FaultEntry {
  line?: number;
  fault: Fault;
}

export type Entry = RowEntry | SampleEntry | FaultEntry;

/** Stands for bytes of a text column that are not UTF-8. */
export const undecodable = Symbol('bytes that are not UTF-8');
