import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '@assay/store';
import { readLoad } from './load.ts';
import { loadLines } from './load-lines.ts';
import { type Said, stored } from './testing/stored.ts';

const said = (n: number): Said[] => Array.from({ length: n }, () => ({ status: 'CORRECT' }));

async function loadOf(store: Store) {
  const run = await store.getRun('run');
  assert.ok(run);
  return readLoad(store, run, await store.tallies('run'), await store.timeTallies('run'));
}

/** Each verdict of `stored` takes 0.1 ms, and waits for 0.01 ms. */
async function sitting(store: Store, busyMs: number[], activeMs = 10): Promise<void> {
  const replicas = busyMs.map((busy, verifier) => {
    return {
      verifier,
      replica: 'r:1',
      version: '1',
      slots: 1,
      firstMs: 0,
      lastMs: activeMs,
      slotMs: activeMs,
      busyMs: busy,
    };
  });
  await store.commit([], [], [{ run: 'run', activeMs, loopMs: 1, replicas }]);
}

test('over all sittings, what they add up to', async () => {
  const store = await stored([[said(200), said(50)]]);
  await sitting(store, [9.9, 5]);
  await sitting(store, [9.7, 1]);
  const { load, bottleneck } = await loadOf(store);
  const [first, second] = load;
  assert.ok(first && second && bottleneck);
  assert.equal(first.slots, 1);
  assert.equal(first.replicas, 1);
  assert.deepEqual([first.offered, first.judged, first.shared], [200, 200, 0]);
  assert.ok(Math.abs(first.serviceMs - 0.1) < 1e-9 && Math.abs(first.queueMs - 0.01) < 1e-9);
  assert.ok(Math.abs(first.rate - 10_000) < 1e-6 && Math.abs((first.utilization ?? 0) - 1) < 1e-9);
  assert.ok(Math.abs((first.occupied ?? 0) - 0.98) < 1e-9);
  assert.equal(bottleneck.verifier, 'verifier-0');
  assert.ok(Math.abs(bottleneck.rate - 10_000) < 1e-6);
  assert.match(loadLines({ load, bottleneck }).join('\n'), /limits speed: verifier-0/);
});

test('a run without any record, and one without verdicts', async () => {
  const store = await stored([[said(3)]]);
  const { load, bottleneck } = await loadOf(store);
  assert.equal(load[0]?.slots, null);
  assert.equal(bottleneck, null, 'there is no time');
  const empty = await stored([[[]]]);
  await sitting(empty, [1]);
  assert.equal((await loadOf(empty)).bottleneck, null);
  assert.deepEqual(loadLines({ load: [], bottleneck: null }), []);
});
