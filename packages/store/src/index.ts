export { openSqliteStore, type SqliteOptions } from './sqlite.ts';
export type * from './store.ts';
