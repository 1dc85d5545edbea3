/** A server of the orchestrator and its clients: what comes and goes on either side. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrchestratorClient } from '@assay/client';
import type { RunVerdict } from '@assay/contract';
import { assay, reportOf, resultsOf, startAssay } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { prepare, serveAt, someVerdicts } from '../support/place.ts';
import { until } from '../support/process.ts';
import { chunks, type SampleProblem } from '../support/samples.ts';
import { storedVerdicts, wordsOf } from '../support/stored.ts';

test('an orchestrator elsewhere gives the same results', async (t) => {
  const place = await prepare(t, 0);
  const { server, remote } = await serveAt(t, place);
  const there = await assay(t, [...remote, '--json']);
  const embedded = ['--store', join(place.dir, 'here.db'), '--run', 'r'];
  const here = await assay(t, [...place.command, ...embedded, '--json']);
  assert.deepEqual([there.code, here.code], [0, 0], there.stderr + here.stderr);
  assert.deepEqual(resultsOf(there), resultsOf(here));
  assert.deepEqual(await storedVerdicts(place.store, 'r'), place.expected);

  const listed = await assay(t, ['report', '--orchestrator', server.address, '--json']);
  assert.deepEqual(
    (JSON.parse(listed.stdout) as { id: string; state: string }[]).map(({ id, state }) => [id, state]),
    [['r', 'COMPLETE']],
  );
  server.kill('SIGTERM');
  assert.equal((await server.ended).code, 0);

  const gone = await assay(t, remote);
  assert.equal(gone.code, 1, gone.stderr);
  assert.match(gone.stderr, /^error \[orchestrator_unreachable\]: .*\n {2}\S+/m);
});

test('a server is stopped, its client waits for it, and both go on', async (t) => {
  const place = await prepare(t, 10);
  const { server, remote } = await serveAt(t, place);
  const first = startAssay(t, [...remote, '--json']);
  await someVerdicts(place.store, 'r');
  const stopped = performance.now();
  server.kill('SIGTERM');
  assert.equal((await server.ended).code, 0, server.stderr);
  assert.ok(performance.now() - stopped < 4_000, 'without waiting for what is not finished');
  await until('word of it', () => /trying again in/.test(first.stderr));

  await place.replica.restart({ meanMs: 0 });
  await serveAt(t, place, server.address.split(':')[1]);
  const { code, stderr } = await first.ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(await storedVerdicts(place.store, 'r'), place.expected);
});

test('two clients work on one run', async (t) => {
  const place = await prepare(t, 2);
  const { remote } = await serveAt(t, place);
  const reports = ['one.json', 'two.json'].map((name) => ['--json', '--report', join(place.dir, name)]);
  const [one, two] = await Promise.all(reports.map((report) => assay(t, [...remote, ...report])));
  assert.ok(one && two);
  assert.deepEqual([one.code, two.code], [0, 0], one.stderr + two.stderr);
  assert.deepEqual(resultsOf(one), resultsOf(two));
  assert.deepEqual(await storedVerdicts(place.store, 'r'), place.expected);
  const { judged } = reportOf(two).operations.verifiers[0] ?? {};
  const texts = place.problems.reduce((n, { samples }) => n + new Set(samples).size, 0);
  assert.equal(judged, texts, 'each text is judged once, and counted so');
});

test('early stop and candidates that come again: no verdict that was given is taken back', async (t) => {
  const { store, problems, ...place } = await prepare(t, 20);
  const { server } = await serveAt(t, { store, problems, ...place });
  const client = new OrchestratorClient(server.address);
  defer(t, () => client.close());
  await client.createRun({ id: 'r', verifiers: ['stub'], earlyStop: true });
  const given = new Map<string, string>();
  const submissions: Promise<void>[] = [];
  const submit = (some: readonly SampleProblem[]) => {
    const onVerdicts = (verdicts: RunVerdict[]) => {
      for (const { problem: id, candidate, verdict, source } of verdicts) {
        if (verdict !== null) given.set(`${id}/${candidate}`, wordsOf(verdict));
        // Others of this problem are still being judged.
        const isFirst = verdict?.status === 'CORRECT' && source === 'JUDGED' && some === problems;
        if (isFirst) submit(problems.filter((problem) => problem.id === id));
      }
    };
    submissions.push(client.submit('r', chunks(some), { onVerdicts }));
  };
  submit(problems);
  for (const submission of submissions) await submission;
  assert.ok(submissions.length > 10, `${submissions.length} submissions`);

  const stored = await storedVerdicts(store, 'r');
  const changed = [...given].filter(([key, verdict]) => stored.get(key) !== verdict);
  assert.deepEqual(
    changed.map(([key, verdict]) => `${key}: ${verdict}, then ${stored.get(key)}`),
    [],
  );
});

test('a client that dies leaves its run to others', async (t) => {
  const place = await prepare(t, 10);
  const { remote } = await serveAt(t, place);
  const first = startAssay(t, remote);
  await someVerdicts(place.store, 'r');
  first.kill();
  await first.ended;
  await place.replica.restart({ meanMs: 0 });

  const again = await assay(t, remote);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await storedVerdicts(place.store, 'r'), place.expected);
});

test('a run that nobody submits to is free for another process', async (t) => {
  const place = await prepare(t, 10);
  const { remote } = await serveAt(t, place);
  const first = startAssay(t, remote);
  await someVerdicts(place.store, 'r');
  first.kill();
  await first.ended;
  await place.replica.restart({ meanMs: 0 });

  const local = () => assay(t, [...place.command, '--run', 'r']);
  let ended = await local();
  for (let tries = 0; tries < 5 && /run_busy/.test(ended.stderr); tries++) {
    await sleep(500);
    ended = await local();
  }
  assert.equal(ended.code, 0, ended.stderr);
  assert.deepEqual(await storedVerdicts(place.store, 'r'), place.expected);
});
