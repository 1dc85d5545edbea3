/**
 * Several servers of the orchestrator on one Postgres store: one is killed, stands still, or is asked to stop, and the
 * others finish what it had begun. Nothing may be lost, nothing doubled, and the results are those of a quiet run.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OrchestratorClient } from '@assay/client';
import type { Report } from '@assay/report';
import { openStore, type Store } from '@assay/store';
import { assay, resultsOf, serve } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { freshDatabase, noPostgres } from '../support/postgres.ts';
import { until } from '../support/process.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { chunks, expectedVerdicts, sampleProblems, writeSamples } from '../support/samples.ts';
import { wordsOf } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const leaseS = 2;
/** Slow enough that nothing is complete before somebody goes; then the verifiers take no time any more. */
const meanMs = 100;
const problems = sampleProblems({ problems: 12, candidates: 100, distinct: 0.9 });
const expected = expectedVerdicts(problems);
const texts = problems.reduce((sum, { samples }) => sum + new Set(samples).size, 0);
const options = { timeout: 120_000, skip: noPostgres };

type Server = Awaited<ReturnType<typeof serve>>;

interface Fleet {
  servers: Server[];
  replicas: Replica[];
  /** The store, as one that only looks. */
  store: Store;
}

async function startFleet(t: TestContext, count = 3): Promise<Fleet> {
  const url = await freshDatabase();
  const replica = () => Replica.start(t, { meanMs, flags: ['--slots', '4'] });
  const replicas = await Promise.all([replica(), replica()]);
  const addresses = replicas.flatMap(({ address }) => ['--verifier-address', address]);
  const args = ['--port', '0', '--no-http', '--lease', String(leaseS), ...addresses];
  // One after the other: the first makes the tables.
  const start = () => serve(t, args, { env: { ASSAY_STORE: url } });
  const servers: Server[] = [];
  while (servers.length < count) servers.push(await start());
  const store = await openStore(url);
  defer(t, () => store.close());
  return { servers, replicas, store };
}

/** Submits to the first server, or the next where that is gone; answers what was delivered. */
async function submit(servers: readonly Server[]): Promise<Map<string, string>> {
  const client = new OrchestratorClient(servers.map(({ address }) => address));
  const seen = new Map<string, string>();
  const twice: string[] = [];
  try {
    await client.createRun({ id: 'r', verifiers: ['stub'] });
    await client.submit('r', chunks(problems), {
      complete: true,
      onVerdicts(verdicts) {
        for (const { problem, candidate, verdict } of verdicts) {
          const key = `${problem}/${candidate}`;
          if (seen.has(key)) twice.push(key);
          seen.set(key, wordsOf(verdict));
        }
      },
    });
  } finally {
    await client.close();
  }
  assert.deepEqual(twice, [], 'delivered twice');
  return seen;
}

/** Verdicts by `problem/candidate`. There can be no two of one: that is the table's primary key. */
async function stored(store: Store): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for await (const { problemId, candidate, judgement } of store.verdicts('r')) {
    rows.set(`${problemId}/${candidate}`, wordsOf(judgement?.verdict));
  }
  return rows;
}

const sorted = (verdicts: ReadonlyMap<string, string>) => new Map([...verdicts].sort());

const countOf = async (store: Store) => {
  const tallies = await store.tallies('r').catch(() => []);
  return tallies.reduce((sum, { correct, incorrect, error }) => sum + correct + incorrect + error, 0);
};

const isComplete = async (store: Store) => (await store.getRun('r'))?.state === 'COMPLETE';

async function checkResults(t: TestContext, { store, replicas, servers }: Fleet): Promise<void> {
  for (const replica of replicas) await replica.restart({ meanMs: 0 });
  await until('the run is complete', () => isComplete(store), 60_000);
  assert.deepEqual(sorted(await stored(store)), sorted(expected));
  const dir = tempDir(t);
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const place = ['--store', join(dir, 'quiet.db'), '--json', '--quiet'];
  const quiet = await assay(t, ['run', samples, ...judgedBy(...replicas), ...place]);
  assert.equal(quiet.code, 0, quiet.stderr);
  const client = new OrchestratorClient((servers.at(-1) as Server).address);
  defer(t, () => client.close());
  const { results } = JSON.parse(await client.getReport('r')) as Report;
  assert.deepEqual(JSON.parse(JSON.stringify(results)), resultsOf(quiet));
}

/** Submits all problems to the first server, and waits until its work is well under way. */
async function begin({ servers: [first], store }: Fleet): Promise<{ submitting: Promise<void> }> {
  const client = new OrchestratorClient((first as Server).address, { reconnectMs: 0 });
  await client.createRun({ id: 'r', verifiers: ['stub'] });
  const submitting = client
    .submit('r', chunks(problems), { complete: true })
    .catch(() => {})
    .finally(() => client.close());
  await until('all is in the queue and some is judged', async () => (await countOf(store)) > 100);
  return { submitting };
}

test('a server is killed, and its client is gone for good', options, async (t) => {
  const fleet = await startFleet(t);
  const { servers, store } = fleet;
  await begin(fleet);
  const before = await countOf(store);
  servers[0]?.kill();
  await servers[0]?.ended;
  const killed = performance.now();
  const atKill = await countOf(store);
  await until('others go on', async () => (await countOf(store)) > atKill);
  const takenMs = performance.now() - killed;
  t.diagnostic(
    `${before} of ${expected.size} verdicts before the kill; others went on after ${takenMs.toFixed(0)} ms (lease ${leaseS} s)`,
  );
  await checkResults(t, fleet);
});

test('a server is killed, and its clients go to others', options, async (t) => {
  const fleet = await startFleet(t);
  const { servers, store } = fleet;
  // Two clients submit the same, to two servers.
  const clients = [submit(servers), submit(servers.toReversed())];
  await until('some is judged', async () => (await countOf(store)) > 100);
  servers[0]?.kill();
  for (const replica of fleet.replicas) await replica.restart({ meanMs: 0 });
  for (const seen of await Promise.all(clients)) assert.deepEqual(sorted(seen), sorted(expected));
  await checkResults(t, { ...fleet, servers: servers.slice(1) });
});

test('the same texts come to two servers at the same time: each is judged once', options, async (t) => {
  const fleet = await startFleet(t, 2);
  const { servers, store } = fleet;
  const both = await Promise.all([submit(servers), submit(servers.toReversed())]);
  for (const seen of both) assert.deepEqual(sorted(seen), sorted(expected));
  const judged = new Set<number | undefined>();
  for await (const { judgement } of store.verdicts('r')) judged.add(judgement?.id);
  assert.equal(judged.size, texts);
  const verdicts = await Promise.all(
    servers.map(async ({ address }) => {
      const client = new OrchestratorClient(address);
      const [stub] = await client.listVerifiers();
      await client.close();
      return stub?.replicas.reduce((sum, replica) => sum + Number(replica.verdicts), 0) ?? 0;
    }),
  );
  assert.equal(
    verdicts.reduce((sum, count) => sum + count, 0),
    texts,
    `judged by each: ${verdicts}`,
  );
  await checkResults(t, fleet);
});

test('a server that stood still for longer than its lease does no harm', options, async (t) => {
  const fleet = await startFleet(t);
  const { servers, store } = fleet;
  const { submitting } = await begin(fleet);
  servers[0]?.kill('SIGSTOP');
  defer(t, () => servers[0]?.kill('SIGCONT'));
  const atStop = await countOf(store);
  await until('others go on', async () => (await countOf(store)) > atStop + 20);
  servers[0]?.kill('SIGCONT');
  for (const replica of fleet.replicas) await replica.restart({ meanMs: 0 });
  // Its client has been there all the time, and gets what others judged.
  await submitting;
  await checkResults(t, fleet);
});

test('a server that is asked to stop hands over at once', options, async (t) => {
  const fleet = await startFleet(t);
  const { servers, store } = fleet;
  await begin(fleet);
  servers[0]?.kill('SIGTERM');
  const { code, stderr } = (await servers[0]?.ended) ?? {};
  assert.equal(code, 0, stderr);
  const stopped = performance.now();
  const atStop = await countOf(store);
  assert.ok(atStop < expected.size, 'there is something to hand over');
  await until('others go on', async () => (await countOf(store)) > atStop);
  t.diagnostic(`others went on after ${(performance.now() - stopped).toFixed(0)} ms (lease ${leaseS} s)`);
  await checkResults(t, fleet);
});
