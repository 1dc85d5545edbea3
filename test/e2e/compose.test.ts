/** docker/compose.yaml as its users start it: two orchestrators on Postgres, math, code, the gateway; and what is killed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OrchestratorClient } from '@assay/client';
import type { Report } from '@assay/report';
import { assay, readRows, reportOf, startAssay } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { Stack, withoutCompose } from '../support/compose.ts';
import { until } from '../support/process.ts';
import { repository, tempDir } from '../support/temp.ts';

const skip = await withoutCompose();

/** Correct and incorrect verdicts that examples/math has. */
function expectedCounts(): [number, number] {
  const rows = readRows<{ verdicts: string }>(join(repository, 'examples/math/expected.jsonl'));
  const letters = rows.map(({ verdicts }) => verdicts).join('');
  return [letters.split('C').length - 1, letters.split('I').length - 1];
}

async function post<T>(url: string, body: object): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text) as T;
}

test('compose: the stack does the main job, also when containers are killed', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const stack = await Stack.up(t, ['postgres', 'code'], {
    ASSAY_POSTGRES_PASSWORD: 'password',
    ASSAY_STORE: 'postgres://assay:password@postgres/assay',
    ASSAY_ORCHESTRATORS: 'orchestrator:7700,orchestrator-2:7700',
  });
  const [first, second] = await Promise.all([
    stack.port('orchestrator', 7700),
    stack.port('orchestrator-2', 7700),
  ]);

  const examples = join(repository, 'examples/math/problems.jsonl');
  const run = ['run', examples, '--verifier', 'math', '--run', 'examples', '--json', '--quiet'];
  const ended = await assay(t, [...run, '--orchestrator', first]);
  assert.equal(ended.code, 0, ended.stderr);
  const [oracle] = reportOf(ended).results.verifiers;
  assert.deepEqual([oracle?.correct, oracle?.incorrect], expectedCounts());

  // The other one has it, too: they share a store.
  const listed = await assay(t, ['report', '--orchestrator', second, '--json']);
  assert.deepEqual(
    (JSON.parse(listed.stdout) as { id: string; state: string }[]).map(({ id, state }) => [id, state]),
    [['examples', 'COMPLETE']],
  );

  const gateway = `http://${await stack.port('gateway', 7780)}`;
  const judged = await post<{ verdicts: { verdict: { status: string } }[] }>(`${gateway}/v1/judge`, {
    verifiers: ['math'],
    problem: { id: 'p', math_answer: { gold: '42' } },
    candidates: [{ index: 0, text: 'it is \\boxed{42}' }],
  });
  assert.deepEqual(
    judged.verdicts.map(({ verdict }) => verdict.status),
    ['CORRECT'],
  );
  const ran = await post<{ status: string; run_result: { stdout: string } }>(`${gateway}/run_code`, {
    code: 'print(6 * 7)',
    language: 'python',
  });
  assert.deepEqual([ran.status, ran.run_result.stdout], ['Success', '42\n']);

  const metrics = await fetch(`http://${await stack.port('orchestrator', 9464)}/metrics`);
  assert.match(await metrics.text(), /^assay_/m);

  // A verifier and the orchestrator that the command talks to, in the middle of a run; the other one goes on with it.
  const file = join(tempDir(t), 'samples.jsonl');
  const candidates = 20_000;
  const rows = Array.from({ length: 10 }, (_, p) => ({
    id: `p${p}`,
    gold: String(p),
    samples: Array.from(
      { length: candidates / 10 },
      (_, i) => `Attempt ${i}: so \\boxed{${i % 4 === 0 ? p : p + i}}`,
    ),
  }));
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const large = ['run', file, '--verifier', 'math', '--run', 'large', '--json', '--quiet'];
  const broken = startAssay(t, [...large, '--orchestrator', first], { timeoutMs: 120_000 });
  const client = new OrchestratorClient(second);
  defer(t, async () => client.close());
  const some = async () => {
    const json = await client.getReport('large').catch(() => '{}');
    const { results } = JSON.parse(json) as Partial<Report>;
    return (results?.verifiers[0]?.correct ?? 0) > 0;
  };
  await until('some verdicts', some, 60_000);
  await Promise.all([
    stack.compose('kill', 'orchestrator'),
    stack.compose('kill', '--signal', 'SIGKILL', 'math'),
  ]);
  // It says that verdicts are missing, and does not end as if all was well.
  assert.notEqual((await broken.ended).code, 0);
  await stack.compose('up', '--detach', '--wait', 'math');
  const whole = await assay(t, [...large, '--orchestrator', second], { timeoutMs: 120_000 });
  assert.equal(whole.code, 0, whole.stderr);
  const [after] = reportOf(whole).results.verifiers;
  const right = rows.reduce(
    (sum, { samples }) => sum + samples.filter((_, i) => i % 4 === 0 || i === 0).length,
    0,
  );
  assert.deepEqual([after?.correct, after?.incorrect], [right, candidates - right]);

  await stack.down();
  assert.deepEqual(await stack.left(), []);
});
