/** The same run has the same report, whatever store it is in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dumpRun, openPostgresStore, restoreRun, type Store } from '@assay/store';
import { freshDatabase, noPostgres } from '@assay/store/testing';
import { buildReport } from './index.ts';
import { type Said, stored } from './testing/stored.ts';

/** Answers in several scripts and orders, ERRORs, skips, tests and scores; the same ones each time. */
function candidates(p: number): Said[][] {
  const answers = ['½', '0.5', 'a\u0000', 'Zebra', 'ähre', '\u{1f600}', '\uffff'];
  const oracle = Array.from({ length: 40 }, (_, i): Said => {
    const n = (p * 31 + i * 17) % 13;
    const answer = answers[n % answers.length] ?? '';
    if (n === 0) return { status: 'SKIPPED' };
    if (n === 1) return { status: 'ERROR', reason: `why_${i % 3}`, message: `m${answer}${i}` };
    return { status: n < 6 ? 'CORRECT' : 'INCORRECT', answer, examples: [n % 2 === 0], tests: [n < 6] };
  });
  const scorer = Array.from(
    { length: 40 },
    (_, i): Said => ({ status: 'SCORED', score: ((p + i * 7) % 11) / 3 }),
  );
  return [oracle, scorer];
}

async function reportOf(store: Store): Promise<string> {
  const text = await store.withSnapshot(async (view) =>
    JSON.stringify(await buildReport(view, 'run', { level: 0.95 })),
  );
  return text.replaceAll(JSON.stringify(store.location), '"the store"');
}

test('SQLite and Postgres give the same report, byte for byte', { skip: noPostgres }, async () => {
  const sqlite = await stored(Array.from({ length: 6 }, (_, p) => candidates(p)));
  await sqlite.commit(
    [],
    [{ run: 'run', verifier: 0, replica: 'r:1', kind: 'crash', count: 2, detail: 'x' }],
    [
      {
        ...{ run: 'run', activeMs: 100, loopMs: 10 },
        replicas: ['r:1', 'R:2', 'é:3'].map((replica) => {
          return {
            verifier: 0,
            replica,
            version: '1',
            slots: 2,
            firstMs: 1,
            lastMs: 99,
            slotMs: 196,
            busyMs: 33.3,
          };
        }),
      },
    ],
  );
  const postgres = await openPostgresStore(await freshDatabase());
  const lines = await Array.fromAsync(dumpRun(sqlite, 'run'), (line) => line.slice(0, -1));
  await restoreRun(postgres, async function* () {
    yield* lines;
  });
  const [one, two] = [await reportOf(sqlite), await reportOf(postgres)];
  assert.ok(one.length > 10_000);
  assert.ok(one === two, `first difference at ${[...one].findIndex((character, i) => character !== two[i])}`);
  await postgres.close();
});
