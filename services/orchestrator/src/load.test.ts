import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmitChunk } from '@assay/client';
import { openSqliteStore } from '@assay/store';
import { Orchestrator } from './orchestrator.ts';
import { answerAll, ScriptedVerifier } from './testing/scripted-verifier.ts';

/** Verifiers that answer each call after so many milliseconds, and after `gate`. */
async function site(t: TestContext, delays: Record<string, number>, gate = async () => {}) {
  const verifiers = await Promise.all(
    Object.entries(delays).map(([name, ms]) =>
      new ScriptedVerifier({
        describe: { name, slots: 2, candidateTimeoutMs: 60_000 },
        verify: async (call) => {
          await sleep(ms);
          await gate();
          answerAll(call);
        },
      }).start(),
    ),
  );
  const store = openSqliteStore(':memory:');
  const orchestrator = new Orchestrator(
    store,
    verifiers.map(({ address }) => address),
  );
  t.after(async () => {
    await orchestrator.close();
    for (const verifier of verifiers) verifier.stop();
    await store.close();
  });
  return { store, orchestrator, verifiers };
}

async function* input(from: number, count: number): AsyncGenerator<SubmitChunk> {
  const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
  yield {
    problem,
    candidates: Array.from({ length: count }, (_, i) => ({ index: from + i, text: `${from + i}` })),
  };
}

test('a run records slots and what they had to do, by replica and verifier', async (t) => {
  const { store, orchestrator, verifiers } = await site(t, { slow: 20, quick: 0 });
  const before = Date.now();
  await orchestrator.createRun({ id: 'run', verifiers: ['slow', 'quick'] });
  await orchestrator.submit('run', input(0, 60), { complete: true });
  const { activeMs, loopMs, replicas } = await store.load('run');
  assert.ok(
    activeMs > 0 && loopMs !== null && loopMs > 0 && loopMs <= activeMs + 1,
    `${loopMs} of ${activeMs}`,
  );
  assert.deepEqual(
    replicas.map(({ verifier, replica, version, slots }) => [verifier, replica, version, slots]),
    verifiers.map(({ address }, i) => [i, address, '1', 2]),
  );
  for (const { firstMs, lastMs, slotMs, busyMs } of replicas) {
    assert.ok(firstMs >= before - 1 && lastMs >= firstMs && lastMs <= Date.now());
    assert.ok(
      busyMs > 0 && busyMs <= slotMs + 1e-6 && slotMs <= 2 * (activeMs + 1),
      `${busyMs} of ${slotMs}`,
    );
  }
  assert.ok((replicas[0]?.busyMs ?? 0) > (replicas[1]?.busyMs ?? 0));
  const status = (await orchestrator.listVerifiers()).flatMap((each) => each.replicas);
  for (const { rate, occupied } of status) assert.ok(rate >= 0 && occupied >= 0 && occupied <= 1 + 1e-9);
});

test('time counts once for two submissions, and not between them', async (t) => {
  const { store, orchestrator } = await site(t, { slow: 20 });
  await orchestrator.createRun({ id: 'run', verifiers: ['slow'] });
  const start = performance.now();
  await Promise.all([orchestrator.submit('run', input(0, 30)), orchestrator.submit('run', input(30, 30))]);
  const pause = performance.now();
  await sleep(300);
  const paused = performance.now() - pause;
  await orchestrator.submit('run', input(60, 30), { complete: true });
  const { activeMs, replicas } = await store.load('run');
  const elapsed = performance.now() - start;
  assert.ok(activeMs <= elapsed - paused + 2, `${activeMs} of ${elapsed} less ${paused}`);
  assert.ok((replicas[0]?.slotMs ?? 0) <= 2 * (elapsed - paused) + 1);
});

test('a replica that becomes another verifier brings no time along', async (t) => {
  const renamed = { name: 'other', slots: 2 };
  const other = await new ScriptedVerifier({ describe: renamed }).start();
  const { store, orchestrator, verifiers } = await site(t, { own: 0 }, async () => {
    while (replicasOf(await orchestrator.listVerifiers()) < 2) await sleep(10);
  });
  t.after(() => other.stop());
  orchestrator.addVerifier(other.address);
  await sleep(1_000);
  await orchestrator.createRun({ id: 'run', verifiers: ['own'] });
  const run = orchestrator.submit('run', input(0, 10), { complete: true });
  renamed.name = 'own';
  other.crash(0);
  await run;
  const { activeMs, replicas } = await store.load('run');
  assert.deepEqual(
    replicas.map(({ replica }) => replica).sort(),
    [other.address, verifiers[0]?.address].sort(),
  );
  for (const { slotMs } of replicas) assert.ok(slotMs <= 2 * (activeMs + 1), `${slotMs} in ${activeMs}`);
});

function replicasOf(all: Awaited<ReturnType<Orchestrator['listVerifiers']>>): number {
  return all.find(({ name }) => name === 'own')?.replicas.length ?? 0;
}
