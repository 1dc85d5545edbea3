/** Three replicas of a verifier, as processes, of which one fails: the run ends right, and the report says who failed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Report } from '@assay/report';
import { reportOf, startAssay } from '../support/assay.ts';
import { until } from '../support/process.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { expectedVerdicts, sampleProblems, writeSamples } from '../support/samples.ts';
import { storedVerdicts } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const meanMs = 4;
const flags = ['--slots', '4', '--candidate-timeout-ms', '1000'];
const problems = sampleProblems({ problems: 20, candidates: 200 });
const expected = expectedVerdicts(problems);

test('one replica stops answering (SIGSTOP)', async (t) => {
  const { report, failing } = await runWith(t, {}, (replica) => replica.kill('SIGSTOP'));
  const { faults } = operationsOf(report);
  assert.deepEqual([...new Set(faults.map(({ replica }) => replica))], [failing.address]);
  assert.ok(faults.some(({ kind }) => kind === 'stall'));
});

test('one replica dies and stays dead', async (t) => {
  const { report, failing, text } = await runWith(t, {}, (replica) => replica.kill());
  const { faults } = operationsOf(report);
  assert.deepEqual([...new Set(faults.map(({ replica }) => replica))], [failing.address]);
  assert.ok(faults.some(({ kind, count }) => kind === 'crash' && count > 0));
  assert.match(text, new RegExp(`fault: ${failing.address} crash`));
});

test('one replica is 100 times slower', async (t) => {
  const { report, failing } = await runWith(t, { meanMs: 100 * meanMs }, async () => {});
  const { faults, replicas } = operationsOf(report);
  assert.deepEqual(faults, [], 'slow is no fault');
  const mean = new Map(replicas.map((r) => [r.replica, r.serviceUs / r.judgements / 1000]));
  const slow = mean.get(failing.address) ?? 0;
  mean.delete(failing.address);
  assert.equal(mean.size, 2);
  for (const other of mean.values()) assert.ok(slow > 20 * other, `${slow} ms beside ${other} ms`);
  const share = (replicas.find((r) => r.replica === failing.address)?.judgements ?? 0) / expected.size;
  assert.ok(share < 0.1, `the slow one judged ${100 * share} %`);
});

test('a replica that two runs keep full: neither suffers, and neither takes the other for a fault of the replica', async (t) => {
  const dir = tempDir(t);
  const tight = ['--slots', '2', '--capacity', '8', '--max-batch', '8'];
  const replica = await Replica.start(t, { meanMs: 1, flags: tight });
  const runs = ['one', 'two'].map(async (id, i) => {
    // Texts of their own, and stores: neither knows of the other.
    const own = sampleProblems({ problems: 10, candidates: 200, seed: i });
    const samples = writeSamples(join(dir, `${id}.jsonl`), own);
    const store = join(dir, `${id}.db`);
    const options = [
      'run',
      samples,
      ...judgedBy(replica),
      '--store',
      store,
      '--run',
      id,
      '--quiet',
      '--json',
    ];
    const ended = await startAssay(t, options, { timeoutMs: 30_000 }).ended;
    assert.equal(ended.code, 0, `${ended.signal ?? ''} ${ended.stderr}`);
    assert.deepEqual(await storedVerdicts(store, id), expectedVerdicts(own));
    return operationsOf(reportOf(ended)).faults;
  });
  assert.deepEqual((await Promise.all(runs)).flat(), []);
});

/** A run whose first replica is made to fail as soon as it has judged something. */
async function runWith(
  t: TestContext,
  failingOptions: { meanMs?: number },
  fail: (replica: Replica) => Promise<void>,
): Promise<{ report: Report; failing: Replica; text: string }> {
  const dir = tempDir(t);
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const store = join(dir, 'store.db');
  const [failing, ...others] = await Promise.all([
    Replica.start(t, { meanMs, flags, ...failingOptions }),
    Replica.start(t, { meanMs, flags }),
    Replica.start(t, { meanMs, flags }),
  ]);
  const options = [
    'run',
    samples,
    ...judgedBy(failing, ...others),
    '--store',
    store,
    '--run',
    'r',
    '--quiet',
  ];
  const run = startAssay(t, [...options, '--json']);
  await until('a verdict', async () => (await storedVerdicts(store, 'r').catch(() => new Map())).size > 0);
  await fail(failing);
  const ended = await run.ended;
  assert.equal(ended.code, 0, ended.stderr);
  assert.deepEqual(await storedVerdicts(store, 'r'), expected);
  const shown = startAssay(t, ['report', 'r', '--store', store]);
  return { report: reportOf(ended), failing, text: (await shown.ended).stdout };
}

function operationsOf(report: Report): Report['operations']['verifiers'][number] {
  const [verifier] = report.operations.verifiers;
  assert.ok(verifier);
  return verifier;
}
