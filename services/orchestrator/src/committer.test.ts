import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store, VerdictRow } from '@assay/store';
import { Committer } from './committer.ts';
import { defaultOptions } from './options.ts';

const row = (candidate: number): VerdictRow => ({
  ...{ problem: 1, verifier: 0, candidate, tokens: 0, source: 'JUDGED' },
  judgement: undefined,
});

/** A store that writes when it is told to, and refuses odd candidates. */
function slowStore() {
  const writes: { candidates: number[]; end: (error?: Error) => void }[] = [];
  const commit = async (rows: readonly VerdictRow[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const candidates = rows.map(({ candidate }) => candidate);
    writes.push({ candidates, end: (error) => (error === undefined ? resolve() : reject(error)) });
    await promise;
    return rows.filter(({ candidate }) => candidate % 2 === 1);
  };
  return { writes, store: { commit } as unknown as Store };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a lone verdict is written at once; what comes during a write goes with the next', async () => {
  const { writes, store } = slowStore();
  const committer = new Committer(store, defaultOptions);
  const told: string[] = [];
  const add = (i: number) =>
    committer.add(
      row(i),
      () => told.push(`${i} durable`),
      () => told.push(`${i} refused`),
    );
  add(0);
  await turn();
  assert.deepEqual(writes[0]?.candidates, [0]);
  for (const i of [1, 2]) add(i);
  await turn();
  for (const i of [3, 4]) add(i);
  await turn();
  assert.equal(writes.length, 1);
  assert.deepEqual(told, []);
  writes[0]?.end();
  await turn();
  assert.deepEqual(told, ['0 durable']);
  assert.deepEqual(writes[1]?.candidates, [1, 2, 3, 4]);
  writes[1]?.end();
  await committer.flush();
  assert.deepEqual(told, ['0 durable', '1 refused', '2 durable', '3 refused', '4 durable']);
});

test('verdicts that come in crowds are gathered, until there are enough', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { writes, store } = slowStore();
  const committer = new Committer(store, { ...defaultOptions, commitMs: 10, commitRows: 1_000 });
  const add = (count: number) => {
    for (let i = 0; i < count; i++)
      committer.add(
        row(2 * i),
        () => {},
        () => {},
      );
  };
  add(500);
  await turn();
  writes[0]?.end();
  await turn();
  add(1);
  await turn();
  assert.equal(writes.length, 1, 'waits for more');
  t.mock.timers.tick(10);
  await turn();
  assert.deepEqual(writes[1]?.candidates, [0]);
  writes[1]?.end();
  await turn();
  add(1_000);
  await turn();
  assert.equal(writes[2]?.candidates.length, 1_000, 'enough');
  writes[2]?.end();
});

test('where a write fails its rows are dropped and none is acknowledged', async () => {
  const { writes, store } = slowStore();
  const committer = new Committer(store, defaultOptions);
  const failures: unknown[] = [];
  committer.onFailure = (error) => failures.push(error);
  const fail = () => assert.fail('told of a row that is not stored');
  committer.add(row(0), fail, fail);
  await turn();
  committer.add(row(2), fail, fail);
  const full = new Error('disk full');
  writes[0]?.end(full);
  await committer.flush();
  assert.deepEqual(failures, [full]);
  assert.equal(writes.length, 1, 'what waited is dropped, too');
});
