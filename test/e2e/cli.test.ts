/** The command from a user's view: stopped and taken up again, several at a time, with early stop. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, reportOf, resultsOf, startAssay } from '../support/assay.ts';
import { prepare, someVerdicts } from '../support/place.ts';
import { until } from '../support/process.ts';
import { judgedBy } from '../support/replica.ts';
import { expectedVerdicts, sampleProblems, writeSamples } from '../support/samples.ts';
import { storedRows, storedVerdicts } from '../support/stored.ts';

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal}: verdicts so far are kept, and the same command goes on`, async (t) => {
    const { command, store, replica, expected } = await prepare(t, 10);
    const first = startAssay(t, command);
    await until('the id of the run', () => /^run (\S+): /m.test(first.stderr));
    const [, id = ''] = /^run (\S+): /m.exec(first.stderr) ?? [];
    await someVerdicts(store, id);
    const stopped = performance.now();
    first.kill(signal);
    const ended = await first.ended;
    assert.equal(ended.code, code, ended.stderr);
    assert.ok(performance.now() - stopped < 5_000, 'at once');
    assert.match(ended.stderr, /^stopped: .* the same command goes on with run /m);
    assert.equal(ended.stdout, '', 'no report of a run that is not complete');
    const kept = await storedRows(store, id);
    assert.ok(kept.size > 0 && kept.size < expected.size, `${kept.size} verdicts`);

    await replica.restart({ meanMs: 0 });
    const second = await assay(t, [...command, '--json']);
    assert.equal(second.code, 0, second.stderr);
    assert.equal(reportOf(second).run.id, id);
    assert.equal(reportOf(second).run.state, 'COMPLETE');
    assert.deepEqual(await storedVerdicts(store, id), expected);
    const rows = await storedRows(store, id);
    for (const [key, row] of kept) assert.deepEqual(rows.get(key), row, `${key} is not judged again`);
  });
}

test('a run has one process at a time', async (t) => {
  const { command, store, expected } = await prepare(t, 20);
  const own = [...command, '--run', 'r', '--json'];
  const first = startAssay(t, own);
  await someVerdicts(store, 'r');
  const second = await assay(t, own);
  assert.equal(second.code, 1, second.stderr);
  assert.match(second.stderr, /^error \[run_busy\]: Run r .*\n {2}\S+/m);
  assert.equal(second.stdout, '');
  const ended = await first.ended;
  assert.equal(ended.code, 0, ended.stderr);
  assert.deepEqual(await storedVerdicts(store, 'r'), expected);
  assert.equal(resultsOf(ended).verifiers[0]?.candidates, expected.size);
});

test('two runs on one store at the same time', async (t) => {
  const { command, dir, store, replica, expected } = await prepare(t, 2);
  const others = sampleProblems({ problems: 20, candidates: 100, seed: 8 });
  const otherSamples = writeSamples(join(dir, 'others.jsonl'), others);
  const [one, two] = await Promise.all([
    assay(t, [...command, '--run', 'one', '--json']),
    assay(t, ['run', otherSamples, ...judgedBy(replica), '--store', store, '--run', 'two', '--json']),
  ]);
  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
  assert.deepEqual(await storedVerdicts(store, 'one'), expected);
  assert.deepEqual(await storedVerdicts(store, 'two'), expectedVerdicts(others));
});

test('two runs over the same samples at the same time judge alike', async (t) => {
  const { command, store, expected } = await prepare(t, 2);
  const [one, two] = await Promise.all([
    assay(t, [...command, '--run', 'one', '--json']),
    assay(t, [...command, '--run', 'two', '--json']),
  ]);
  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
  assert.deepEqual(resultsOf(one), resultsOf(two));
  for (const id of ['one', 'two']) assert.deepEqual(await storedVerdicts(store, id), expected);
});

test('early stop: no more than one success of a problem is needed', async (t) => {
  const { command, store, problems, expected } = await prepare(t, 10);
  const ended = await assay(t, [...command, '--run', 'early', '--early-stop', '--json']);
  assert.equal(ended.code, 0, ended.stderr);
  const [oracle] = resultsOf(ended).verifiers;
  const solvable = problems.filter((problem) => problem.expected.includes('CORRECT'));
  assert.equal(oracle?.solved?.problems, solvable.length);
  assert.equal(oracle?.coverage, null, 'there is no pass@k of a run that stops early');
  assert.ok((oracle?.notes ?? []).some((note) => /stops/.test(note)));

  const verdicts = await storedVerdicts(store, 'early');
  assert.equal(verdicts.size, expected.size);
  const skipped = [...verdicts.keys()].filter((key) => verdicts.get(key) === 'SKIPPED');
  assert.ok(skipped.length > expected.size / 2, `${skipped.length} skipped`);
  assert.equal(oracle?.skipped, skipped.length);
  const solved = new Set(solvable.map(({ id }) => id));
  for (const key of skipped)
    assert.ok(solved.has(key.slice(0, key.lastIndexOf('/'))), `${key} is not needed`);
  for (const key of skipped) verdicts.set(key, expected.get(key) ?? '');
  assert.deepEqual(verdicts, expected);
});
