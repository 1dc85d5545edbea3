/** Cells of tables, read as what they must be. */
import { AssayError } from '@assay/contract';
import type { TableRow } from '@assay/datasets';
import { oneLine } from '../terminal.ts';

/** What is wrong with a row, and how to mend it. */
export class BadTable extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

/** What `read` makes of a row. Error: `bad_row`, which names the row, where it throws a BadTable. */
export function ofRow<T>(row: TableRow, read: (row: TableRow) => T): T {
  try {
    return read(row);
  } catch (error) {
    if (!(error instanceof BadTable)) throw error;
    const { message, mend } = error;
    throw new AssayError('bad_row', `${row.file}:${row.line}: ${oneLine(message)}`, { mend });
  }
}

export interface Cell {
  name: string;
  /** Undefined: there is no such column. */
  value: unknown;
  /** It has no type: a number is a text. */
  texts: boolean;
}

/** The first of these columns that the row has. */
export function cellOf({ fields, texts }: TableRow, names: readonly string[]): Cell {
  const name = names.find((each) => Object.hasOwn(fields, each));
  return { name: name ?? names[0] ?? '', value: name === undefined ? undefined : fields[name], texts };
}

/** What a problem's id is called in tables. */
export const problemNames = [
  'problem_id',
  'problem',
  'problem_idx',
  'task_id',
  'instance_id',
  'question_id',
  'math_test_idx',
  'orig_dset_idx',
  'idx',
  'id',
] as const;

const idMend = `Name the problem by a text or a number: "problem": "p1" (also: ${problemNames.join(', ')}).`;

export function idOf(row: TableRow): string {
  const { name, value } = cellOf(row, problemNames);
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new BadTable(`"${value === undefined ? 'problem' : name}" is ${shown(value)}`, idMend);
}

/** 1: correct, 0: not, -1: not known. */
export function correctOf({ name, value, texts }: Cell): number {
  if (value === null) return -1;
  const plain = texts && typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (plain === true || plain === 'true') return 1;
  if (plain === false || plain === 'false') return 0;
  const number = numberOf({ name, value, texts });
  if (number === 1 || number === 0) return number;
  const nothing = texts ? 'an empty cell' : 'null';
  throw new BadTable(
    `"${name}" is ${shown(value)}`,
    `Give true or false, or ${nothing} where it is not known.`,
  );
}

/** Undefined where it is none. */
export function numberOf({ value, texts }: Cell): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const numeral =
    texts && typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim());
  return numeral ? Number(value) : undefined;
}

/** A number of things. */
export function countOf(cell: Cell): number {
  const count = numberOf(cell);
  if (count !== undefined && Number.isSafeInteger(count) && count >= 0) return count;
  throw new BadTable(
    `"${cell.name}" is ${shown(cell.value)}`,
    `Give a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`,
  );
}

/** A number of things; undefined where the column or the value is missing. */
export function optionalCountOf(cell: Cell): number | undefined {
  return cell.value === undefined || cell.value === null ? undefined : countOf(cell);
}

/** A text or a number as a text; empty where it is missing. */
export function nameOf({ name, value }: Cell, mend: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  throw new BadTable(`"${name}" is ${shown(value)}`, mend);
}

export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  // In JSON an infinite number would be null, and a bigint nothing at all.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'symbol' ? 'no UTF-8' : JSON.stringify(value, replacer).slice(0, 60);
}

function replacer(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
