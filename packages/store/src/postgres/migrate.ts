/** Brings a database to the format of this version. */
import { AssayError } from '@assay/contract';
import { Database, type DatabaseOptions } from './database.ts';
import { migrations } from './schema.ts';
import type { Session } from './session.ts';

/** Oldest Postgres with everything that is used here. */
const oldest = 13;

/** Errors: `store_version`, `store_open`. */
export async function migrate(db: Database, url: string, options: DatabaseOptions): Promise<void> {
  await checkServer(db);
  if ((await versionOf(db)) === migrations.length) return;
  // Its statements wait for all who are at work there, and then for the size of the tables.
  const patient = new Database(url, { ...options, connections: 1, statementTimeoutMs: 0 });
  try {
    await patient.transaction((session) => bringUp(session, Database.locate(url)));
  } finally {
    await patient.close();
  }
}

async function bringUp(session: Session, location: string): Promise<void> {
  // Whatever the server has set for this user.
  await session.query('SET LOCAL statement_timeout = 0');
  // One process at a time; asked again under the lock, for another may have been quicker.
  await session.query('SELECT pg_advisory_xact_lock(7461726173)');
  const version = await versionOf(session);
  if (version > migrations.length) {
    throw new AssayError(
      'store_version',
      `The store ${location} has format ${version}; this Assay knows up to ${migrations.length}.`,
      { mend: 'Use the newer Assay that wrote it, or another database (--store postgres://…).' },
    );
  }
  for (const migration of migrations.slice(version)) await session.script(migration);
  if (version === 0) await session.query('CREATE TABLE assay_format (version INTEGER NOT NULL)');
  await session.query('DELETE FROM assay_format');
  await session.query('INSERT INTO assay_format (version) VALUES (?)', [migrations.length]);
}

async function checkServer(db: Database): Promise<void> {
  const [server] = await db.query<{ version: string; encoding: string; durable: string }>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding,
       current_setting('synchronous_commit') AS durable`,
  );
  const major = Math.floor(Number(server?.version) / 10_000);
  if (major < oldest) {
    throw new AssayError('store_open', `The server is Postgres ${major}.`, {
      mend: `Use ${oldest} or later.`,
    });
  }
  if (server?.durable === 'off') {
    throw new AssayError(
      'store_open',
      'The server answers before a commit is durable (synchronous_commit is off).',
      {
        mend: 'Turn it on for this database: ALTER DATABASE assay SET synchronous_commit = on',
      },
    );
  }
  if (server?.encoding !== 'UTF8') {
    throw new AssayError('store_open', `The database keeps texts as ${server?.encoding}.`, {
      mend: "Create one that keeps all of Unicode: CREATE DATABASE assay ENCODING 'UTF8' TEMPLATE template0",
    });
  }
}

async function versionOf(session: Session): Promise<number> {
  // Not to_regclass: it would not see a table that another transaction has made since this one began.
  const there = await session.query(
    "SELECT oid FROM pg_class WHERE relname = 'assay_format' AND pg_table_is_visible(oid)",
  );
  if (there.length === 0) return 0;
  const [row] = await session.query<{ version: number }>('SELECT version FROM assay_format');
  return row?.version ?? 0;
}
