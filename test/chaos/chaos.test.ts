/**
 * Three orchestrators that share a store, six replicas, and faults on purpose; in the end the verdicts are those of a
 * quiet run. Every fault by default; the bar, a million candidates and a random kill every 5 s:
 *
 *   ASSAY_TEST_CHAOS_CANDIDATES=1000000 ASSAY_TEST_CHAOS_FAULTS=kill ASSAY_TEST_CHAOS_EVERY_MS=5000 \
 *     ASSAY_TEST_CHAOS_MEAN_MS=0 ./assay node --test test/chaos/chaos.test.ts
 *
 * ASSAY_TEST_SEED makes it the same chaos again, as far as the machine lets it.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrchestratorClient } from '@assay/client';
import { Orchestrator } from '@assay/orchestrator';
import { buildReport, type Report } from '@assay/report';
import { openSqliteStore, openStore } from '@assay/store';
import { defer } from '../support/cleanup.ts';
import { Cluster, noPostgres } from '../support/postgres.ts';
import { randomNumbers, seed } from '../support/random.ts';
import { tempDir } from '../support/temp.ts';
import { checkNothingLeft, checkStored, Delivered } from './check.ts';
import { noClocks } from './clock.ts';
import { faults } from './faults.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { patiently } from './patience.ts';
import { checkSideRuns, submitSideRuns } from './side-runs.ts';
import { Work } from './work.ts';

const { env } = process;
const work = new Work(Number(env.ASSAY_TEST_CHAOS_CANDIDATES ?? 6_000));
const everyMs = Number(env.ASSAY_TEST_CHAOS_EVERY_MS ?? 1_000);
const meanMs = Number(env.ASSAY_TEST_CHAOS_MEAN_MS ?? 40);
const leaseMs = 3_000;
/** Faults that last at the same time. */
const atOnce = 4;
/** `odd` is a replica that breaks the contract now and then. */
const kinds = (env.ASSAY_TEST_CHAOS_FAULTS ?? ['odd', ...Object.keys(faults)].join(',')).split(',');
const timeout = 300_000 + 3 * work.total;

test(`chaos: ${kinds.join(', ')}`, { timeout, skip: noPostgres }, async (t) => {
  // Once in some runs a socket stays: what it is was not found, and it must not keep the tests behind this one.
  defer(t, () => void setTimeout(() => process.exit(), 10_000).unref());
  const postgres = await Cluster.start();
  defer(t, () => postgres.close());
  const acts = kinds.filter((kind) => kind in faults && !(kind === 'clock' && noClocks));
  if (acts.includes('disk') && !(await giveDisk(t, postgres))) acts.splice(acts.indexOf('disk'), 1);
  const database = await postgres.createDatabase();
  const wires = kinds.some((kind) => ['partition', 'store-partition', 'reset', 'slow'].includes(kind));
  const shape = { orchestrators: 3, replicas: 6, odd: kinds.includes('odd') ? 1 : 0, meanMs, leaseMs, wires };
  const fleet = await startFleet(t, postgres, database, shape);

  const start = performance.now();
  const over = new AbortController();
  const chaos = unleash(fleet, acts, over.signal);
  try {
    await Promise.race([submitAll(t, fleet), chaos]);
  } finally {
    over.abort();
    // What it started again is ended behind it.
    await chaos.catch(() => {});
  }
  const seconds = (performance.now() - start) / 1000;
  const counts = await chaos;
  t.diagnostic(`${work.total} candidates in ${seconds.toFixed(0)} s; faults: ${JSON.stringify(counts)}`);
  assert.ok(
    Object.values(counts).some((count) => count > 0),
    'over before any fault',
  );

  const store = await openStore(database);
  defer(t, () => store.close());
  await checkStored(store, 'chaos', work);
  await checkSideRuns(store);
  await checkNothingLeft(database);
  const report = await buildReport(store, 'chaos');
  assert.deepEqual(report.results, await quietResults(t, fleet));
});

/** A disk of its own for the store, which can be full; false where none may be mounted here. */
async function giveDisk(t: TestContext, postgres: Cluster): Promise<boolean> {
  await postgres.stop();
  const given = await postgres.resizeDisk('2g').then(
    () => true,
    () => false,
  );
  if (!given) t.diagnostic('no tmpfs can be mounted: no disk is full');
  await postgres.start();
  return given;
}

/** Sends everything by three clients, each of a part of it, and some of it again by two others; then says that it was all. */
async function submitAll(t: TestContext, fleet: Fleet): Promise<void> {
  const { all } = work;
  const jobs = [0, 1, 2].map((i) => ({ problems: all.filter((p) => p % 3 === i), backwards: false, at: i }));
  const again = all.filter((p) => p % 20 === 7);
  jobs.push({ problems: again, backwards: true, at: 1 }, { problems: again, backwards: true, at: 2 });
  const clients = jobs.map(({ at }) => {
    const addresses = [...fleet.addresses.slice(at), ...fleet.addresses.slice(0, at)];
    const client = new OrchestratorClient(addresses, { reconnectMs: 300_000 });
    defer(t, () => client.close());
    return client;
  });
  const [first] = clients as [OrchestratorClient];
  await patiently(() => first.createRun({ id: 'chaos', verifiers: ['stub'] }));
  await Promise.all([
    submitSideRuns(first),
    ...jobs.map(async ({ problems, backwards }, i) => {
      const client = clients[i] as OrchestratorClient;
      const delivered = await patiently(async () => {
        const delivered = new Delivered(work);
        const onVerdicts = delivered.add.bind(delivered);
        await client.submit('chaos', work.chunks(problems, backwards), { onVerdicts });
        return delivered;
      });
      assert.equal(delivered.count, problems.length * work.candidates, `verdicts of client ${i}`);
    }),
  ]);
  await patiently(() => first.submit('chaos', work.chunks([]), { complete: true }));
}

/** Faults until the signal, and how many of each there were. */
async function unleash(
  fleet: Fleet,
  acts: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const random = randomNumbers(seed);
  const counts = Object.fromEntries(acts.map((kind) => [kind, 0]));
  const lasting = new Set<Promise<void>>();
  const failed = Promise.withResolvers<never>();
  try {
    while (!signal.aborted) {
      await Promise.race([sleep(everyMs, undefined, { signal }).catch(() => {}), failed.promise]);
      // A slow machine mends slowly: with most of the fleet down for good, nothing would be tried but patience.
      if (signal.aborted || lasting.size >= atOnce) continue;
      const kind = acts[Math.floor(random() * acts.length)] as string;
      counts[kind] = (counts[kind] ?? 0) + 1;
      const fault = faults[kind]?.(fleet, { random, signal }) as Promise<void>;
      lasting.add(fault);
      fault.then(() => lasting.delete(fault), failed.reject);
    }
    await Promise.all(lasting);
    return counts;
  } finally {
    await Promise.allSettled(lasting);
  }
}

/** The results of the same work in a store of its own, with nobody to disturb. */
async function quietResults(t: TestContext, fleet: Fleet): Promise<Report['results']> {
  const store = openSqliteStore(join(tempDir(t), 'quiet.db'), { durability: 'normal' });
  const orchestrator = new Orchestrator(
    store,
    fleet.replicas.map(({ address }) => address),
  );
  defer(t, () => store.close());
  defer(t, () => orchestrator.close());
  await orchestrator.createRun({ id: 'chaos', verifiers: ['stub'] });
  await orchestrator.submit('chaos', work.chunks(work.all), { complete: true });
  return (await buildReport(store, 'chaos')).results;
}
