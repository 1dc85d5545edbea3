import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { type OrchestratorHandlers, orchestratorService, VerifierConnection } from '@assay/contract';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { sleep, type Target } from './conformance/check.ts';
import { describe as describeAt, type OpenCall, open } from './conformance/client.ts';
import { conformance } from './conformance/index.ts';

interface Started {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  output: { stdout: string; stderr: string };
  /** Exit code, or the signal's name. */
  exit: Promise<number | string>;
}

function start(t: TestContext, flags: string[], env: Record<string, string> = {}): Started {
  const fixture = join(import.meta.dirname, 'run.fixture.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture, ...flags], {
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, output, exit };
}

async function ready({ child, output, exit }: Started, t: TestContext): Promise<Target> {
  await Promise.race([once(child.stdout, 'data'), exit]);
  assert.match(output.stdout, /^\{.*\}\n$/, output.stderr);
  const line = JSON.parse(output.stdout);
  const connection = new VerifierConnection(line.address, credentials.createInsecure());
  t.after(() => connection.close());
  return { address: line.address, connection, timeoutMs: 5000 } as Target;
}

function call(target: Target, texts: string[]): OpenCall {
  return open(target, {
    problem: { mathAnswer: { gold: '42' } },
    candidates: texts.map((text, index) => ({ index, text })),
  });
}

describe('runVerifier', { concurrency: 4 }, () => {
  test('says that it is ready in one line, conforms, and drains', async (t) => {
    const started = start(t, ['--port', '0', '--slots', '4'], {
      ASSAY_VERIFIER_SLOTS: '3',
      ASSAY_VERIFIER_MAX_BATCH: '16',
    });
    const target = await ready(started, t);
    const { address, ...line } = JSON.parse(started.output.stdout);
    assert.deepEqual(line, { ready: true, name: 'fixture', version: '7' });
    const description = await describeAt(target.connection, 1000);
    // Flags before the environment before the definition.
    assert.deepEqual([description.slots, description.maxBatch, description.capacity], [4, 16, 64]);
    const results = await conformance(address, { timeoutMs: 5000, pid: started.child.pid ?? 0 });
    assert.deepEqual(
      results.filter(({ status }) => status === 'fail'),
      [],
    );
    assert.equal(results.at(-1)?.status, 'pass');
    assert.equal(await started.exit, 0);
    assert.equal(started.output.stdout.trim().split('\n').length, 1);
    for (const text of started.output.stderr.trim().split('\n')) JSON.parse(text);
  });

  test('finishes what runs at SIGTERM', async (t) => {
    const started = start(t, []);
    const target = await ready(started, t);
    const batch = call(target, ['quick', 'slow', 'slow', 'slow']);
    await batch.first;
    started.child.kill('SIGTERM');
    const outcome = await batch.outcome;
    assert.deepEqual([outcome.code, outcome.verdicts.length], ['OK', 4]);
    assert.equal(await started.exit, 0);
  });

  test('exits with 1 after the grace', async (t) => {
    const started = start(t, ['--grace-ms', '100', '--candidate-timeout-ms', '60000']);
    const target = await ready(started, t);
    const batch = call(target, ['quick', 'hang']);
    await batch.first;
    started.child.kill('SIGINT');
    assert.equal((await batch.outcome).code, 'UNAVAILABLE');
    assert.equal(await started.exit, 1);
    assert.match(started.output.stderr, /1 calls were ended by force after 100 ms/);
  });

  test('exits at once at the second signal', async (t) => {
    const started = start(t, ['--candidate-timeout-ms', '60000']);
    const target = await ready(started, t);
    await call(target, ['quick', 'hang']).first;
    started.child.kill('SIGTERM');
    await sleep(50);
    started.child.kill('SIGTERM');
    assert.equal(await started.exit, 1);
  });

  test('exits with 1 when every slot is lost', async (t) => {
    const started = start(t, ['--candidate-timeout-ms', '50', '--grace-ms', '100']);
    const target = await ready(started, t);
    const outcome = await call(target, ['hang', 'hang']).outcome;
    assert.deepEqual(
      outcome.verdicts.map(({ reason }) => reason),
      ['verifier_timeout', 'verifier_timeout'],
    );
    assert.equal(await started.exit, 1);
    assert.match(started.output.stderr, /"msg":"stuck/);
  });

  test('exits with 1 at an error that nobody caught, and logs it', async (t) => {
    const started = start(t, []);
    const target = await ready(started, t);
    const { outcome } = call(target, ['crash', 'slow']);
    assert.equal(await started.exit, 1);
    assert.equal((await outcome).code, 'UNAVAILABLE');
    assert.match(started.output.stderr, /"message":"stray"/);
  });

  test('goes with its parent', async (t) => {
    const started = start(t, ['--exit-with-parent']);
    await ready(started, t);
    started.child.stdin.end();
    assert.equal(await started.exit, 0);
  });

  test('says what is wrong with flags, and exits with 2', async (t) => {
    const wrong: [string[], Record<string, string>, RegExp][] = [
      [['--port', '70000'], {}, /--port <port>.*'70000' is invalid.*from 0 to 65535/],
      [['--slots', 'many'], {}, /--slots <n>.*'many' is invalid.*whole number/],
      [['--log-level', 'loud'], {}, /Allowed choices are fatal, error/],
      [['--colour'], {}, /unknown option '--colour'/],
      [['surplus'], {}, /too many arguments/],
      [[], { ASSAY_VERIFIER_PORT: 'tcp://10.0.0.1:80' }, /ASSAY_VERIFIER_PORT.*whole number/],
      [['--capacity', '3'], {}, /capacity 3 is less than the 32 candidates/],
      [['--register', 'nowhere'], {}, /Give host:port/],
      [['--host', '0.0.0.0', '--register', 'localhost:1'], {}, /--advertise HOST:PORT/],
    ];
    await Promise.all(
      wrong.map(async ([flags, env, message]) => {
        const started = start(t, flags, env);
        assert.equal(await started.exit, 2, flags.join(' '));
        assert.match(started.output.stderr, message);
        assert.equal(started.output.stdout, '');
      }),
    );
  });

  test('shows its help and version', async (t) => {
    const help = start(t, ['--help']);
    assert.equal(await help.exit, 0);
    assert.match(help.output.stdout, /--candidate-timeout-ms <ms>.*ASSAY_VERIFIER_CANDIDATE_TIMEOUT_MS/s);
    const version = start(t, ['--version']);
    assert.equal(await version.exit, 0);
    assert.equal(version.output.stdout, '7\n');
  });

  test('registers within the lease, and takes itself out when it drains', async (t) => {
    const orchestrate = async () => {
      const seen: { address: string; drain: boolean; at: number }[] = [];
      const registerVerifier: OrchestratorHandlers['RegisterVerifier'] = ({ request }, callback) => {
        seen.push({ ...request, at: performance.now() });
        callback(null, { leaseS: 3 });
      };
      const orchestrator = new Server();
      orchestrator.addService(orchestratorService, { RegisterVerifier: registerVerifier });
      t.after(() => orchestrator.forceShutdown());
      const port = await new Promise((resolve) => {
        orchestrator.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, bound) =>
          resolve(bound),
        );
      });
      return { seen, port };
    };
    const both = [await orchestrate(), await orchestrate()];
    const started = start(t, ['--register', both.map(({ port }) => `127.0.0.1:${port}`).join()]);
    const { address } = await ready(started, t);
    while (both.some(({ seen }) => seen.length < 2)) await sleep(20);
    started.child.kill('SIGTERM');
    assert.equal(await started.exit, 0);
    for (const { seen } of both) {
      assert.ok((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0) < 2000);
      assert.ok(seen.every((one) => one.address === address));
      assert.deepEqual(
        seen.map(({ drain }) => drain),
        [...seen.slice(1).map(() => false), true],
      );
    }
  });
});
