/** Stores by where they are. */
import type { PostgresOptions } from './postgres/store.ts';
import { openSqliteStore, type SqliteOptions } from './sqlite.ts';
import type { Store } from './store.ts';

/** Whether this names a Postgres database, and no file. */
export function isPostgres(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}

/** Opens the Postgres store of a URL `postgres://…`, else the SQLite store in a file. */
export async function openStore(
  location: string,
  options: SqliteOptions & PostgresOptions = {},
): Promise<Store> {
  return isPostgres(location) ? openPostgresStore(location, options) : openSqliteStore(location, options);
}

/** See ./postgres/store.ts, which is loaded when it is first needed. */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const postgres = await import('./postgres/store.ts');
  return postgres.openPostgresStore(url, options);
}
