/** The client where orchestrators die under it: each verdict once, nothing hangs, memory is bounded. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OnlineJudge, OrchestratorClient, type SubmitChunk } from '@assay/client';
import { AssayError, type RunVerdict } from '@assay/contract';
import { serve } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { isAlive, until } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { tempDir } from '../support/temp.ts';

const problemCount = 20;
const perProblem = 60;
const size = problemCount * perProblem;

async function* chunks(): AsyncGenerator<SubmitChunk> {
  for (let problem = 0; problem < problemCount; problem++) {
    const message = { id: `p${problem}`, mathAnswer: { gold: '0' } };
    for (let from = 0; from < perProblem; from += 20) {
      const candidates = Array.from({ length: 20 }, (_, i) => ({
        index: from + i,
        text: `try ${problem} ${from + i} is ${(from + i) % 3}`,
      }));
      yield { problem: message, candidates };
    }
  }
}

function client(t: TestContext, addresses: string | string[], options = {}): OrchestratorClient {
  const made = new OrchestratorClient(addresses, options);
  defer(t, () => made.close());
  return made;
}

/** Counts verdicts; each must be right, and no candidate may have two. */
class Book {
  readonly seen = new Set<string>();
  readonly add = (verdicts: RunVerdict[]) => {
    for (const { problem, candidate, verdict } of verdicts) {
      const key = `${problem}/${candidate}`;
      assert.ok(!this.seen.has(key), `two verdicts of ${key}`);
      this.seen.add(key);
      assert.equal(verdict?.status, candidate % 3 === 0 ? 'CORRECT' : 'INCORRECT', key);
    }
  };
}

test('goes on where the orchestrator is killed and started again at its address, several times', async (t) => {
  const store = join(tempDir(t), 'store.db');
  const replica = await Replica.start(t, { meanMs: 10, flags: ['--slots', '8'] });
  const start = (port: string) =>
    serve(t, ['--port', port, '--no-http', '--store', store, '--verifier-address', replica.address]);
  let server = await start('0');
  const port = server.address.split(':')[1] as string;
  const broken: AssayError[] = [];
  const api = client(t, server.address, { onReconnect: (fault: AssayError) => broken.push(fault) });
  await api.createRun({ id: 'r', verifiers: ['stub'] });
  const book = new Book();
  const done = api.submit('r', chunks(), { complete: true, onVerdicts: book.add });
  done.catch(() => {});
  for (const share of [0.1, 0.4, 0.7]) {
    await until(`${share} of the verdicts`, () => book.seen.size >= share * size);
    server.kill();
    await server.ended;
    server = await start(port);
  }
  await done;
  assert.equal(book.seen.size, size);
  assert.ok(broken.length >= 3, `${broken.length} connections broke`);
  assert.ok(broken.every(({ code }) => code === 'orchestrator_unreachable'));
  const [run] = await api.listRuns();
  assert.equal(run?.state, 'COMPLETE');
});

test('goes on at the next address, and a watch goes on with it', async (t) => {
  const store = join(tempDir(t), 'store.db');
  const replica = await Replica.start(t, { meanMs: 10, flags: ['--slots', '8'] });
  const options = ['--port', '0', '--no-http', '--verifier-address', replica.address, '--store', store];
  const first = await serve(t, options);
  const second = await serve(t, options);
  const api = client(t, [first.address, second.address]);
  await api.createRun({ id: 'r', verifiers: ['stub'] });
  const book = new Book();
  const done = api.submit('r', chunks(), { complete: true, onVerdicts: book.add });
  done.catch(() => {});
  let told = 0;
  const watched = (async () => {
    for await (const { run } of api.watchRun('r', { intervalMs: 20 })) {
      told++;
      if (run?.state === 'COMPLETE') return;
    }
  })();
  await until('a third of the verdicts', () => book.seen.size > size / 3);
  const before = told;
  first.kill();
  await done;
  await watched;
  assert.equal(book.seen.size, size);
  assert.ok(told > before);
  assert.ok(isAlive(second.pid));
});

test('an input that is silent does not keep a broken connection from being told, and is not lost', async (t) => {
  const replica = await Replica.start(t);
  const store = join(tempDir(t), 'store.db');
  const start = (port: string) =>
    serve(t, ['--port', port, '--no-http', '--store', store, '--verifier-address', replica.address]);
  let server = await start('0');
  const port = server.address.split(':')[1] as string;
  let broken = 0;
  const api = client(t, server.address, { onReconnect: () => broken++ });
  await api.createRun({ id: 'r', verifiers: ['stub'] });
  const gate = Promise.withResolvers<void>();
  const book = new Book();
  async function* slow() {
    let sent = 0;
    for await (const chunk of chunks()) {
      if (sent++ === 2) await gate.promise;
      yield chunk;
    }
  }
  const done = api.submit('r', slow(), { onVerdicts: book.add });
  done.catch(() => {});
  await until('the first verdicts', () => book.seen.size === 40);
  server.kill();
  await until('the break', () => broken > 0);
  server = await start(port);
  gate.resolve();
  await done;
  assert.equal(book.seen.size, size);
});

test('what no other try can mend ends at once; patience ends', async (t) => {
  const replica = await Replica.start(t);
  const store = join(tempDir(t), 'store.db');
  const server = await serve(t, [
    ...['--port', '0', '--no-http', '--store', store, '--verifier-address', replica.address],
  ]);
  const code = (expected: string) => (error: unknown) =>
    error instanceof AssayError && error.code === expected;
  const api = client(t, server.address, { reconnectMs: 300 });
  await assert.rejects(api.submit('nobody', chunks()), code('run_unknown'));
  await assert.rejects(api.submit('nobody', chunks()), /There is no run nobody/);
  await api.createRun({ id: 'r', verifiers: ['stub'] });
  async function* bad(): AsyncGenerator<SubmitChunk> {
    yield { problem: { id: '' }, candidates: [] };
  }
  await assert.rejects(api.submit('r', bad()), code('invalid_problem'));
  async function* broken(): AsyncGenerator<SubmitChunk> {
    yield { problem: { id: 'p', mathAnswer: { gold: '0' } }, candidates: [{ index: 0, text: '0' }] };
    throw new Error('the file ends here');
  }
  await assert.rejects(api.submit('r', broken()), /the file ends here/);
  const aborter = new AbortController();
  aborter.abort(new Error('enough'));
  await assert.rejects(api.submit('r', chunks(), { signal: aborter.signal }), /enough/);
  server.kill();
  await server.ended;
  await assert.rejects(api.submit('r', chunks()), code('orchestrator_unreachable'));
  await assert.rejects(Array.fromAsync(api.watchRun('r')), code('orchestrator_unreachable'));
});

test('judges online: many problems at once in few runs, in time or not', async (t) => {
  const replica = await Replica.start(t, { meanMs: 2 });
  const store = join(tempDir(t), 'store.db');
  const server = await serve(t, [
    ...['--port', '0', '--no-http', '--store', store, '--verifier-address', replica.address],
  ]);
  const api = client(t, server.address);
  const judge = new OnlineJudge(api, { verifiers: ['stub'], problemsPerRun: 8 });
  const judged = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      judge.judge({
        problem: { id: `mine ${i}`, mathAnswer: { gold: String(i) } },
        candidates: ['it is 7', { index: 9, text: `it is ${i}` }],
      }),
    ),
  );
  for (const [i, { verdicts, complete }] of judged.entries()) {
    assert.ok(complete);
    assert.deepEqual(
      verdicts
        .map(({ problem, candidate, verdict }) => [problem, candidate, verdict?.status])
        .sort((a, b) => Number(a[1]) - Number(b[1])),
      [
        [`mine ${i}`, 0, i === 7 ? 'CORRECT' : 'INCORRECT'],
        [`mine ${i}`, 9, 'CORRECT'],
      ],
    );
  }
  assert.equal((await api.listRuns()).length, 3);

  await replica.restart({ meanMs: 60_000 });
  const late = await judge.judge({
    problem: { mathAnswer: { gold: '1' } },
    candidates: ['nobody has judged this: 1'],
    timeoutMs: 200,
  });
  assert.deepEqual(late, { verdicts: [], complete: false });
});
