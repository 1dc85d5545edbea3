import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/contract';
import pg from 'pg';
import { problem, settings } from '../testing/contract.ts';
import { freshDatabase, noPostgres, queryOnce } from '../testing/postgres.ts';
import { migrations } from './schema.ts';
import { openPostgresStore } from './store.ts';

const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;

/** A database as the first version left it. */
async function firstFormat(): Promise<string> {
  const url = await freshDatabase();
  await queryOnce(url, migrations[0] ?? '');
  await queryOnce(url, 'CREATE TABLE assay_format (version INTEGER NOT NULL)');
  await queryOnce(url, 'INSERT INTO assay_format (version) VALUES (1)');
  return url;
}

describe('the tables of a Postgres store', { skip: noPostgres }, () => {
  test('of a later version, or of others, are refused and left as they are', async () => {
    const url = await freshDatabase();
    await (await openPostgresStore(url)).close();
    await queryOnce(url, 'UPDATE assay_format SET version = 999');
    await assert.rejects(openPostgresStore(url), code('store_version'));
    assert.deepEqual(await queryOnce(url, 'SELECT version FROM assay_format'), [{ version: 999 }]);
    const foreign = await freshDatabase();
    await queryOnce(foreign, 'CREATE TABLE run (legs int)');
    await assert.rejects(openPostgresStore(foreign), code('store_open'));
    assert.deepEqual(await queryOnce(foreign, "SELECT to_regclass('judgement')::text AS name"), [
      { name: null },
    ]);
  });

  test('of an earlier version are brought to this one, with the work that waits there', async () => {
    const url = await firstFormat();
    await queryOnce(
      url,
      "INSERT INTO work (owner, key, verifier, digest, text) VALUES (0, 'k', 'oracle', 'd', 't')",
    );
    const store = await openPostgresStore(url);
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    await queryOnce(
      url,
      `INSERT INTO want (problem, candidate, tokens, verifier, key) VALUES (${at}, 0, 1, 0, 'k')`,
    );
    const [taken] = (await store.shared?.take(['oracle'], 1)) ?? [];
    assert.deepEqual([taken?.key, taken?.priority, taken?.taken], ['k', 0, 0]);
    await store.close();
  });

  test('are brought to this version however long others are at work there', async (t) => {
    const url = await firstFormat();
    const busy = new pg.Client(url);
    await busy.connect();
    t.after(() => busy.end());
    await busy.query('BEGIN; LOCK TABLE work IN SHARE MODE');
    // One waits for the table, the other for the first.
    const options = { statementTimeoutMs: 2_000 };
    const opening = Promise.all([openPostgresStore(url, options), openPostgresStore(url, options)]);
    const early = opening.then(() => assert.fail('it did not wait'));
    early.catch(() => {});
    // The client gives a statement 5 s more than the server does.
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database()
      AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '7.5 s'`;
    while ((await queryOnce(url, waiting)).length < 2) await Promise.race([early, sleep(100)]);
    await busy.query('COMMIT');
    await Promise.all((await opening).map((store) => store.close()));
    const format = await queryOnce(url, 'SELECT version FROM assay_format');
    assert.deepEqual(format, [{ version: migrations.length }]);
  });
});
