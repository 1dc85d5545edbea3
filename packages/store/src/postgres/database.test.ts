import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freshDatabase, noPostgres } from '../testing/postgres.ts';
import { Database } from './database.ts';

describe('a Postgres database', { skip: noPostgres }, () => {
  test('does nothing for a transaction that is over, on a connection that others have by now', async (t) => {
    // One connection: who asks next has the same.
    const db = new Database(await freshDatabase(), { connections: 1 });
    t.after(() => db.close());
    await db.script('CREATE TABLE mark (name TEXT); CREATE TABLE run (id TEXT)');
    const over = Promise.withResolvers<void>();
    const late: Promise<unknown>[] = [];
    const ask = db.transaction.bind(db);
    const ways = {
      failed: () =>
        ask(async (session) => {
          late.push(over.promise.then(() => session.query("INSERT INTO mark VALUES ('failed')")));
          // It is sent before the end.
          late.push(session.query("INSERT INTO mark VALUES ('sent')"));
          throw new Error('of its own');
        }),
      refused: () =>
        ask(async (session) => {
          late.push(over.promise.then(() => session.arrays("INSERT INTO mark VALUES ('refused')")));
          await session.query('SELECT 1/0');
        }),
      committed: () =>
        ask(async (session) => {
          late.push(over.promise.then(() => session.script("INSERT INTO mark VALUES ('committed')")));
        }),
      read: () =>
        db.snapshot(async (session) => {
          late.push(over.promise.then(() => session.query('SELECT * FROM mark')));
        }),
    };
    await assert.rejects(ways.failed(), /of its own/);
    await assert.rejects(ways.refused(), /division by zero/);
    await ways.committed();
    await ways.read();
    over.resolve();
    const [failed, sent, ...rest] = await Promise.allSettled(late);
    assert.equal(sent?.status, 'fulfilled');
    for (const result of [failed, ...rest]) {
      assert.match(String(result?.status === 'rejected' && result.reason), /the transaction has ended/);
    }
    assert.deepEqual(await db.query('SELECT name FROM mark'), []);
  });
});
