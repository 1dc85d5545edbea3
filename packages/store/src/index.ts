export { dumpRun } from './dump.ts';
export { isPostgres, openPostgresStore, openStore } from './open.ts';
export type { PostgresOptions } from './postgres/store.ts';
export { type RestoreOptions, restoreRun } from './restore.ts';
export { openSqliteStore, type SqliteOptions } from './sqlite.ts';
export type * from './store.ts';
