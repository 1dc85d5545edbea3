/**
 * kill -9 at 50 random moments: of the command, of a server of the orchestrator, and of the verifiers under both. No
 * verdict may be lost or doubled, and the results must be those of a quiet run.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrchestratorClient } from '@assay/client';
import { AssayError } from '@assay/contract';
import { assay, resultsOf, serve, startAssay } from '../support/assay.ts';
import { defer, endOf } from '../support/cleanup.ts';
import { descendants, isAlive, until } from '../support/process.ts';
import { randomNumbers, seed } from '../support/random.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { chunks, expectedVerdicts, sampleProblems, writeSamples } from '../support/samples.ts';
import { storedVerdicts, wordsOf } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const problems = sampleProblems({ problems: 40, candidates: 250, distinct: 0.8 });
const expected = expectedVerdicts(problems);

/** Of 50: the command 16 times, the server 16 times, a verifier 9 times under each. */
const kills = 16;
const replicaKills = 9;

/** Slow enough that no run is complete before its last kill; then the verifiers take no time any more. */
const meanMs = 60;

test('the command and its verifiers are killed', { timeout: 120_000 }, async (t) => {
  const { dir, samples, replicas, random } = await prepare(t, seed);
  const store = join(dir, 'store.db');
  const command = ['run', samples, ...judgedBy(...replicas), '--store', store, '--run', 'killed', '--json'];
  const attacks = attack(replicas, random, endOf(t));

  let before = new Map<string, string>();
  for (let kill = 0; kill < kills; kill++) {
    const run = startAssay(t, command);
    // Some die while they start, most while they work: however slow the machine is.
    if (random() < 0.7) await until('the start of the run', () => run.stderr.includes('run killed: '));
    await sleep(1_000 * random());
    run.kill();
    assert.equal((await run.ended).signal, 'SIGKILL', `ended before it was killed:\n${run.stderr}`);
    const now = await storedVerdicts(store, 'killed').catch(noRunYet);
    for (const [key, verdict] of before) assert.equal(now.get(key), verdict, `${key}, once stored`);
    for (const [key, verdict] of now) assert.equal(verdict, expected.get(key), key);
    before = now;
  }
  assert.equal(await attacks, replicaKills);
  assert.ok(before.size > 0 && before.size < expected.size, `${before.size} verdicts after the last kill`);
  t.diagnostic(`${before.size} of ${expected.size} verdicts after the last kill`);

  for (const replica of replicas) await replica.restart({ meanMs: 0 });
  const last = await assay(t, command);
  assert.equal(last.code, 0, last.stderr);
  await checkComplete(store, 'killed');
  assert.deepEqual(resultsOf(last), await quietResults(t, samples, replicas));
});

test('the server and its verifiers are killed', { timeout: 120_000 }, async (t) => {
  const { dir, samples, replicas, random } = await prepare(t, seed + 1);
  const store = join(dir, 'store.db');
  const addresses = judgedBy(...replicas).slice(2);
  // The clients must find it again: its port stays.
  const start = (port: string) => serve(t, ['--port', port, '--store', store, ...addresses]);
  let server = await start('0');
  const { address } = server;

  const acknowledged = new Map<string, string>();
  const submitting = submitUntilDone(address, acknowledged, endOf(t));
  const attacks = attack(replicas, random, endOf(t));
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + 700 * random());
    server.kill();
    assert.equal((await server.ended).signal, 'SIGKILL', server.stderr);
    const told = [...acknowledged];
    const stored = await storedVerdicts(store, 'killed').catch(noRunYet);
    for (const [key, verdict] of told) assert.equal(stored.get(key), verdict, `${key}, acknowledged`);
    server = await start(address.split(':')[1] ?? '');
  }
  assert.equal(await attacks, replicaKills);
  const afterKills = acknowledged.size;
  assert.ok(afterKills > 0 && afterKills < expected.size, `${afterKills} verdicts after the last kill`);
  t.diagnostic(`${afterKills} of ${expected.size} verdicts acknowledged after the last kill`);

  for (const replica of replicas) await replica.restart({ meanMs: 0 });
  const { failures } = await submitting;
  t.diagnostic(`${failures} attempts to submit failed`);
  assert.ok(failures > 0);
  assert.deepEqual(new Map([...acknowledged].sort()), new Map([...expected].sort()));
  await checkComplete(store, 'killed');

  const remote = ['run', samples, '--verifier', 'stub', '--orchestrator', address, '--run', 'killed'];
  const again = await assay(t, [...remote, '--json', '--quiet', '--report', join(dir, 'report.json')]);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(resultsOf(again), await quietResults(t, samples, replicas));
});

test('verifiers do not outlive a command that is killed', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const dir = tempDir(t);
  const many = sampleProblems({ problems: 400, candidates: 250 });
  const samples = writeSamples(join(dir, 'samples.jsonl'), many);
  const store = join(dir, 'store.db');
  const run = startAssay(t, [
    'run',
    samples,
    '--verifier',
    'math',
    '--replicas',
    '2',
    '--store',
    store,
    '--run',
    'r',
  ]);
  await until('the first verdicts', async () => (await storedVerdicts(store, 'r').catch(noRunYet)).size > 0);
  const family = descendants(run.pid);
  assert.ok(family.length >= 2, 'a process for each replica');
  defer(t, () => {
    for (const pid of family.filter(isAlive)) process.kill(pid, 'SIGKILL');
  });
  run.kill();
  assert.equal((await run.ended).signal, 'SIGKILL');
  await until('the end of its verifiers', () => !family.some(isAlive), 10_000);
});

async function prepare(t: TestContext, from: number) {
  const dir = tempDir(t);
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const start = () => Replica.start(t, { meanMs, flags: ['--slots', '4'] });
  const replicas = await Promise.all([start(), start(), start()]);
  return { dir, samples, replicas, random: randomNumbers(from) };
}

/** Kills replicas, one after the other, and starts each again at its address; resolves with the number of kills. */
async function attack(replicas: Replica[], random: () => number, end: AbortSignal): Promise<number> {
  let done = 0;
  for (; done < replicaKills && !end.aborted; done++) {
    const victim = replicas[Math.floor(replicas.length * random())] as Replica;
    await sleep(1_500 * random());
    await victim.kill();
    await sleep(500 * random());
    if (!end.aborted) await victim.restart();
  }
  return done;
}

/** Submits everything again and again until it went through, and notes what was acknowledged. */
async function submitUntilDone(
  address: string,
  acknowledged: Map<string, string>,
  end: AbortSignal,
): Promise<{ failures: number }> {
  for (let failures = 0; ; failures++) {
    // What it does about a connection that breaks is for others to test.
    const client = new OrchestratorClient(address, { reconnectMs: 0 });
    try {
      await client.createRun({ id: 'killed', verifiers: ['stub'] });
      await client.submit('killed', chunks(problems), {
        complete: true,
        signal: end,
        onVerdicts(verdicts) {
          for (const { problem, candidate, verdict } of verdicts) {
            const key = `${problem}/${candidate}`;
            const words = wordsOf(verdict);
            const earlier = acknowledged.get(key) ?? words;
            // Seen in the end, as it is what no candidate must get.
            acknowledged.set(key, earlier === words ? words : `${earlier}, then ${words}`);
          }
        },
      });
      return { failures };
    } catch (error) {
      if (end.aborted) return { failures };
      assert.ok(error instanceof AssayError, String(error));
      await sleep(50);
    } finally {
      await client.close();
    }
  }
}

async function checkComplete(store: string, run: string): Promise<void> {
  assert.deepEqual(await storedVerdicts(store, run), expected);
}

/** The results of a run that nobody disturbs, in a store of its own. */
async function quietResults(t: TestContext, samples: string, replicas: Replica[]) {
  const store = join(tempDir(t), 'quiet.db');
  const quiet = await assay(t, [
    'run',
    samples,
    ...judgedBy(...replicas),
    '--store',
    store,
    '--json',
    '--quiet',
  ]);
  assert.equal(quiet.code, 0, quiet.stderr);
  return resultsOf(quiet);
}

/** A command that was killed early may have left no run. */
function noRunYet(error: unknown): Map<string, string> {
  if (error instanceof AssayError && error.code === 'run_unknown') return new Map();
  throw error;
}
