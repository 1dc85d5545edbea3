/** `assay bench verifier` on verifiers of known service time and slots, and on ones that fail in every way. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  type DescribeResponseInit,
  grpcError,
  status,
  type Verdict,
  type VerifierHandlers,
  verifierService,
} from '@assay/contract';
import type { LoadTest } from '@assay/report';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { startAssay } from '../support/assay.ts';
import { until } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { sampleProblems, writeSamples } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

const env = { STUB_FIXED: '1' };

function bench(
  t: TestContext,
  replica: { address: string },
  options: readonly string[] = [],
  candidates = 400,
) {
  const problems = sampleProblems({ problems: 5, candidates: candidates / 5 });
  const samples = writeSamples(join(tempDir(t), 'samples.jsonl'), problems);
  const args = ['bench', 'verifier', replica.address, '--samples', samples, ...options];
  const running = startAssay(t, args, { timeoutMs: 60_000 });
  return Object.assign(running, {
    async test(): Promise<LoadTest & { code: number | null }> {
      const { stdout, stderr, code } = await running.ended;
      assert.ok(stdout.startsWith('{'), stderr);
      return { ...(JSON.parse(stdout) as LoadTest), code };
    },
  });
}

type VerifyCall = Parameters<VerifierHandlers['Verify']>[0];

/** A verifier that answers in this way alone. */
async function odd(t: TestContext, answer: (call: VerifyCall) => unknown): Promise<{ address: string }> {
  const server = new Server();
  server.addService(verifierService, {
    Describe: (_: unknown, callback: (error: null, value: DescribeResponseInit) => void) =>
      callback(null, {
        ...{ name: 'odd', version: '1', kinds: ['math_answer'], decides: true },
        ...{ slots: 1, capacity: 8, maxBatch: 8, candidateTimeoutMs: 1000, maxMessageBytes: 1e6 },
      }),
    Verify: answer,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  t.after(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}` };
}

describe('assay bench verifier', { concurrency: 2 }, () => {
  test('known service time and slots: the knee and the replicas are within 10 %', async (t) => {
    const [slots, ms, target] = [5, 50, 1000];
    const replica = await Replica.start(t, { meanMs: ms, env, flags: ['--slots', String(slots)] });
    const truth = (target * ms) / 1000 / slots;
    let told = '';
    // A machine that is busy with other work makes it look slower than it is; once it must not.
    for (let attempt = 0; attempt < 3; attempt++) {
      const options = [
        '--json',
        '--seconds',
        '2',
        '--concurrency',
        '1,2,4,8,16,32',
        '--target',
        String(target),
      ];
      const { capacity, target: needs, steps, code } = await bench(t, replica, options).test();
      assert.equal(code, 0);
      assert.deepEqual(
        steps.map(({ inFlight }) => inFlight),
        [1, 2, 4, 8, 16, 32],
      );
      const knee = capacity?.knee ?? 0;
      const least = needs?.least ?? 0;
      told = `knee ${knee}, ${least} replicas`;
      if (Math.abs(knee / slots - 1) > 0.1 || Math.abs(least / truth - 1) > 0.1) continue;
      assert.equal(needs?.replicas, Math.ceil(least / 0.8));
      assert.ok(capacity?.law);
      return;
    }
    assert.fail(`${told}, not ${slots} and ${truth}`);
  });

  test('steps double by themselves and end; the text tells the same as the file', async (t) => {
    const replica = await Replica.start(t, { meanMs: 10, env, flags: ['--slots', '2'] });
    const out = join(tempDir(t), 'figures/load.json');
    const { stdout, stderr, code } = await bench(t, replica, ['--seconds', '0.4', '--out', out]).ended;
    assert.equal(code, 0, stderr);
    const { steps, capacity, samples, notes } = JSON.parse(readFileSync(out, 'utf8')) as LoadTest;
    assert.deepEqual(
      steps.map(({ inFlight }) => inFlight),
      steps.map((_, i) => 2 ** i),
    );
    assert.ok(capacity?.knee && steps.length < 10);
    assert.match(stdout, /Knee: .* at a time; .* It says 2 slots\./);
    assert.match(stdout, /Universal Scalability Law: λ/);
    assert.equal(samples.distinct, 400);
    assert.equal(
      notes.some((note) => note.includes('400 different candidates')),
      samples.asked > 400,
    );
  });

  test('a verifier that is full: what it refuses is told and is no throughput', async (t) => {
    const flags = ['--slots', '2', '--capacity', '4', '--max-batch', '4'];
    const replica = await Replica.start(t, { meanMs: 10, env, flags });
    const options = ['--json', '--seconds', '0.5', '--concurrency', '2,16'];
    const { steps, notes, code } = await bench(t, replica, options).test();
    assert.equal(code, 0);
    const [light, heavy] = steps;
    assert.equal(light?.refused, 0);
    assert.ok(heavy && heavy.refused > 0 && heavy.verdicts > 0);
    assert.ok(heavy.rate < 250, `${heavy.rate}/s of 2 slots of 10 ms`);
    assert.ok(notes.some((note) => note.includes('refused')));
  });

  test('a verifier that falls silent ends the test in time, and what was measured stands', async (t) => {
    const replica = await Replica.start(t, { meanMs: 10, env, flags: ['--candidate-timeout-ms', '500'] });
    const running = bench(t, replica, ['--json', '--seconds', '0.5', '--concurrency', '1,2,4,8,16,32,64']);
    await until('a step', () => running.stderr.includes('1 in flight:'));
    await replica.kill('SIGSTOP');
    const { steps, notes, code } = await running.test();
    await replica.kill('SIGCONT');
    assert.equal(code, 3);
    const last = steps.at(-1);
    assert.ok(steps.length < 7 && last?.stalled);
    assert.ok(last.errors.some(({ reason }) => reason === 'no_verdict'));
    assert.ok(notes.some((note) => note.includes('fell silent')));
    assert.ok((steps[0]?.rate ?? 0) > 0);
  });

  test('a verifier that dies and comes back: its errors are told, and the test goes on', async (t) => {
    const replica = await Replica.start(t, { meanMs: 10, env, flags: ['--slots', '4'] });
    const running = bench(t, replica, ['--json', '--seconds', '4', '--concurrency', '2,4']);
    await until('a step', () => running.stderr.includes('2 in flight:'));
    await replica.restart();
    const { steps, code } = await running.test();
    assert.equal(code, 3);
    const [before, after] = steps;
    assert.deepEqual(before?.errors, []);
    assert.ok(after?.errors.some(({ reason }) => ['UNAVAILABLE', 'CANCELLED', 'INTERNAL'].includes(reason)));
    assert.ok((after?.rate ?? 0) > 0);
  });

  test('a verifier that starts late is waited for; none at all is said', async (t) => {
    const replica = await Replica.start(t, { meanMs: 1, env });
    await replica.kill();
    const running = bench(t, replica, ['--json', '--seconds', '0.2', '--concurrency', '1']);
    await replica.restart();
    assert.equal((await running.test()).code, 0);
  });

  test('Ctrl-C prints what was measured', async (t) => {
    const replica = await Replica.start(t, { meanMs: 10, env });
    const running = bench(t, replica, ['--seconds', '1', '--concurrency', '1,2,4,8,16,32,64,128']);
    await until('a step', () => running.stderr.includes('1 in flight:'));
    running.kill('SIGINT');
    const { code, stdout } = await running.ended;
    assert.equal(code, 130);
    assert.match(stdout, /Stopped before the last step/);
  });

  test('verifiers that break the contract, or refuse everything: nothing is measured, and why', async (t) => {
    const correct = { index: 0, status: 'CORRECT' } as Verdict;
    const ways = [
      [
        (call: VerifyCall) => call.write({ verdicts: [{ ...correct, index: 7 }] }),
        /garbage: .*not asked for/,
      ],
      [(call: VerifyCall) => call.write({ verdicts: [correct, correct] }), /garbage: .*not asked for/],
      [(call: VerifyCall) => call.end(), /garbage: ended OK without 1 verdicts/],
      [
        (call: VerifyCall) => call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'no room')),
        /refused: no room/,
      ],
    ] as const;
    await Promise.all(
      ways.map(async ([answer, why]) => {
        const { firstMs, steps, capacity, notes, code } = await bench(t, await odd(t, answer), [
          '--json',
        ]).test();
        assert.deepEqual([firstMs, steps, capacity, code], [null, [], null, 1]);
        assert.match(notes[0] ?? '', why);
      }),
    );
  });

  test('wrong usage is told before anything is asked', async (t) => {
    const replica = await Replica.start(t);
    for (const [options, pattern] of [
      [['--concurrency', '1,0'], /whole number/],
      [['--seconds', '0'], /above 0/],
      [['--format', 'none'], /Allowed choices/],
    ] as const) {
      const { code, stderr } = await bench(t, replica, options).ended;
      assert.equal(code, 2, stderr);
      assert.match(stderr, pattern);
    }
  });
});
