import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError } from '@assay/contract';
import type { Fault, RunLoad, Store, VerdictRow } from '@assay/store';
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
      'run',
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
        'run',
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
  committer.add('run', row(0), fail, fail);
  await turn();
  committer.add('run', row(2), fail, fail);
  const full = new Error('disk full');
  writes[0]?.end(full);
  await committer.flush();
  assert.deepEqual(failures, [full]);
  assert.equal(writes.length, 1, 'what waited is dropped, too');
});

test('where a store refuses something, only that is left out, and only its run is told', async () => {
  const stored: unknown[] = [];
  const refuse = new AssayError('store_refused', 'the run was deleted');
  const commit = async (rows: readonly VerdictRow[], faults: readonly Fault[], loads: readonly RunLoad[]) => {
    const isBad = ({ run }: { run: string }) => run === 'deleted';
    if (rows.some(({ problem }) => problem === 2) || faults.some(isBad)) throw refuse;
    if (loads.some(isBad)) throw new AssayError('run_unknown', 'no such run');
    stored.push(...rows.map(({ candidate }) => candidate), ...faults.map(({ kind }) => kind));
    stored.push(...loads.map(({ activeMs }) => activeMs));
    return [];
  };
  const committer = new Committer({ commit } as unknown as Store, defaultOptions);
  committer.onFailure = (error) => assert.fail(`told of a failure: ${error}`);
  const told: unknown[] = [];
  committer.onRefused = (run, rows, error) => told.push([run, rows.map(({ candidate }) => candidate), error]);
  const fail = () => assert.fail('told of a row that is not stored');
  // Goes alone; the rest is one transaction.
  committer.add('first', row(0), () => {}, fail);
  for (const i of [1, 2]) committer.add('deleted', { ...row(i), problem: 2 }, fail, fail);
  for (const i of [3, 4]) committer.add('other', row(i), () => told.push(i), fail);
  for (const run of ['deleted', 'other']) {
    committer.addFault({ run, verifier: 0, replica: 'r:1', kind: `crash of ${run}`, detail: '' });
    committer.addLoad({ run, activeMs: run.length, loopMs: 0, replicas: [] });
  }
  await committer.flush();
  assert.deepEqual(stored, [0, 3, 4, 'crash of other', 5]);
  assert.deepEqual(told, [['deleted', [1, 2], refuse], 3, 4]);
});
