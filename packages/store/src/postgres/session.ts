/** Statements, and who asks them. */
import type pg from 'pg';
import type { Cell } from '../columns.ts';
import { toStored } from './text.ts';

/** What may stand for a parameter. Arrays are columns of several rows, for unnest. */
export type Value = Cell | Uint8Array | readonly Cell[];

/** One connection, or any. */
export interface Session {
  query<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
  arrays<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Several statements without parameters. */
  script(sql: string): Promise<void>;
}

/** A session that lasts as long as its transaction. */
export interface Transaction extends Session {
  /** From now on every statement is refused: the connection is about to be another's. */
  end(): void;
}

/**
 * Of those who ask together (Promise.all) one may fail, which ends the transaction while the others still ask. What was
 * asked by then has gone out before the end, and is undone with the rest.
 */
export function transactionOn(client: pg.PoolClient): Transaction {
  let ended = false;
  const own = () => {
    if (ended) throw new Error('the transaction has ended');
    return client;
  };
  return {
    query: async (sql, values = []) => run(own(), sql, values, false),
    arrays: async (sql, values = []) => run(own(), sql, values, true),
    script: async (sql) => void (await own().query(sql)),
    end: () => {
      ended = true;
    },
  };
}

/** Statements are prepared once a connection, by a name for each text. */
const prepared = new Map<string, { name: string; text: string }>();

export async function run<Row>(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly Value[],
  asArrays: boolean,
): Promise<Row[]> {
  let statement = prepared.get(sql);
  if (statement === undefined) {
    let parameters = 0;
    statement = { name: `assay_${prepared.size}`, text: sql.replaceAll('?', () => `$${++parameters}`) };
    prepared.set(sql, statement);
  }
  const query = { ...statement, values: values.map(toParameter) };
  const { rows } = await (asArrays ? on.query({ ...query, rowMode: 'array' }) : on.query(query));
  return rows as Row[];
}

function toParameter(value: Value): unknown {
  if (typeof value === 'string') return toStored(value);
  if (!Array.isArray(value)) return value;
  return typeof value[0] === 'string' || value[0] === null
    ? value.map((item) => (typeof item === 'string' ? toStored(item) : item))
    : value;
}
