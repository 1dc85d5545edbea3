import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OrchestratorClient, type SubmitChunk } from '@assay/client';
import {
  AssayError,
  connectOrchestrator,
  Dialer,
  grpcReason,
  newToken,
  type Right,
  status,
  type TenantLimits,
  Tokens,
} from '@assay/contract';
import { openSqliteStore } from '@assay/store';
import { type ServiceError, setLogVerbosity } from '@grpc/grpc-js';
import { TenantAllowances } from './allowance.ts';
import { Orchestrator } from './orchestrator.ts';
import { type RunningServer, serveOrchestrator } from './server.ts';
import { Rates } from './tenants-rate.ts';
import { answerAll, ScriptedVerifier } from './testing/scripted-verifier.ts';

setLogVerbosity(3);

const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
const assayCode = (code: string) => (error: unknown) =>
  error instanceof AssayError && error.code === code ? true : assert.fail(`${code}, not ${error}`);

async function* chunks(n: number): AsyncGenerator<SubmitChunk> {
  for (let i = 0; i < n; i++) yield { problem, candidates: [{ index: i, text: `${i} right` }] };
}

describe('an orchestrator with tenants', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tenants-'));
  const file = join(folder, 'tokens.jsonl');
  const store = openSqliteStore(':memory:');
  const lines: string[] = [];
  const clients: OrchestratorClient[] = [];
  let verifier: ScriptedVerifier;
  let orchestrator: Orchestrator;
  let server: RunningServer;

  const tokenOf = (tenant: string, rights: Right[], limits: Partial<TenantLimits> = {}) => {
    const { token, line } = newToken({ tenant, rights, ...limits });
    lines.push(line);
    return token;
  };
  const given = {
    a: tokenOf('a', ['submit']),
    b: tokenOf('b', ['submit']),
    reader: tokenOf('a', ['read']),
    admin: tokenOf('root', ['admin']),
    replica: tokenOf('replica', ['register']),
    few: tokenOf('few', ['submit'], { maxRuns: 2 }),
    slow: tokenOf('slow', ['submit'], { rate: 20 }),
    busy: tokenOf('busy', ['submit'], { rate: 10 }),
    modest: tokenOf('modest', ['submit'], { maxPriority: 5, maxWeight: 2 }),
  };
  const client = (token?: string) => {
    const dialer = new Dialer(token === undefined ? {} : { token });
    const made = new OrchestratorClient(server.address, { dialer, reconnectMs: 0 });
    clients.push(made);
    return made;
  };

  before(async () => {
    writeFileSync(file, lines.join('\n'));
    verifier = await new ScriptedVerifier({ verify: answerAll }).start();
    orchestrator = new Orchestrator(store, [verifier.address]);
    server = await serveOrchestrator(orchestrator, {
      tokens: new Tokens(file),
      silenceMs: 200,
      maxIdleMs: 300,
    });
  });
  after(async () => {
    for (const each of clients) await each.close();
    await server.close(100);
    await orchestrator.close();
    verifier.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('runs are of who made them: others neither see, watch, read, feed nor cancel them', async () => {
    const [a, b, admin] = [client(given.a), client(given.b), client(given.admin)];
    const run = await a.createRun({ id: 'of-a', verifiers: ['scripted'] });
    assert.equal(run.tenant, 'a');
    await a.submit('of-a', chunks(20), { complete: true });
    const ids = async (of: OrchestratorClient) => (await of.listRuns()).map(({ id }) => id);
    assert.deepEqual(await ids(a), ['of-a']);
    assert.deepEqual(await ids(b), []);
    const unknown = assayCode('run_unknown');
    await assert.rejects(b.getReport('of-a'), unknown);
    await assert.rejects(Array.fromAsync(b.watchRun('of-a')), unknown);
    await assert.rejects(b.submit('of-a', chunks(1)), unknown);
    await assert.rejects(b.cancelRun('of-a'), unknown);
    // The same words as for a run that is not there.
    const message = async (id: string) => b.cancelRun(id).catch((error: AssayError) => error.message);
    assert.equal(
      (await message('of-a'))?.toString().replace('of-a', '?'),
      (await message('none'))?.toString().replace('none', '?'),
    );
    await assert.rejects(b.createRun({ id: 'of-a', verifiers: ['scripted'] }), assayCode('run_exists'));
    assert.equal((await a.createRun({ id: 'of-a', verifiers: ['scripted'] })).tenant, 'a');
    assert.ok((await admin.getReport('of-a')).includes('of-a'));
    assert.deepEqual(await ids(admin), ['of-a']);
    assert.equal((await admin.createRun({ id: 'of-a', verifiers: ['scripted'] })).tenant, 'a');
    assert.equal((await admin.cancelRun('of-a')).state, 'CANCELLED');
  });

  test('every method asks for its right, and health for none', async () => {
    const nobody = client();
    const calls = (of: OrchestratorClient) => ({
      createRun: () => of.createRun({ id: 'x', verifiers: ['scripted'] }),
      submit: () => of.submit('of-a', chunks(1)),
      cancelRun: () => of.cancelRun('x'),
      watchRun: () => Array.fromAsync(of.watchRun('x', { once: true })),
      getReport: () => of.getReport('x'),
      listRuns: () => of.listRuns(),
      listVerifiers: () => of.listVerifiers(),
      registerVerifier: () => of.registerVerifier('127.0.0.1:1', true),
    });
    for (const [name, call] of Object.entries(calls(nobody))) {
      await assert.rejects(call(), assayCode('token_missing'), name);
    }
    for (const [name, call] of Object.entries(calls(client('assay_of_nobody_at_all_at_all')))) {
      await assert.rejects(call(), assayCode('token_unknown'), name);
    }
    const refused = async (token: string) => {
      const names: string[] = [];
      for (const [name, call] of Object.entries(calls(client(token)))) {
        await call().catch((error: AssayError) => error.code === 'right_missing' && names.push(name));
      }
      return names;
    };
    assert.deepEqual(await refused(given.reader), ['createRun', 'submit', 'cancelRun', 'registerVerifier']);
    assert.deepEqual(await refused(given.a), ['registerVerifier']);
    assert.deepEqual(await refused(given.admin), []);
    assert.equal((await refused(given.replica)).length, 7);
    assert.equal(await healthOf(server.address), 'SERVING');
  });

  test('a tenant has as many open runs as it may, also where it asks for many at once', async () => {
    const few = client(given.few);
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => few.createRun({ id: `few-${i}`, verifiers: ['scripted'] })),
    );
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 2);
    for (const each of asked) {
      if (each.status === 'rejected') assert.ok(assayCode('too_many_runs')(each.reason));
    }
    const [open] = await few.listRuns();
    await few.cancelRun(open?.id ?? '');
    await few.createRun({ id: 'few-more', verifiers: ['scripted'] });
    // One that is over is not opened again on top of them, also not by several at once.
    const again = await Promise.allSettled(
      [1, 2].map(() => few.submit(open?.id ?? '', chunks(1), { complete: true })),
    );
    for (const each of again) {
      assert.ok(each.status === 'rejected' && assayCode('too_many_runs')(each.reason));
    }
    await few.cancelRun('few-more');
    await few.submit(open?.id ?? '', chunks(1), { complete: true });
  });

  test('a tenant goes as fast as it may, and other tenants feel nothing', async () => {
    const slow = client(given.slow);
    await slow.createRun({ id: 'slow', verifiers: ['scripted'] });
    const start = performance.now();
    await slow.submit('slow', chunks(40));
    // 20 at once, and the other 20 in no less than a second.
    assert.ok(performance.now() - start >= 1_000);
    const connection = connectOrchestrator(
      server.address,
      new Dialer({ token: given.slow }).dial(server.address),
    );
    const listed = () =>
      new Promise<string | undefined>((resolve) =>
        connection.listRuns({}, (error) => resolve(error === null ? 'ok' : grpcReason(error))),
      );
    const asked = await Promise.all(Array.from({ length: 60 }, listed));
    connection.close();
    const limited = asked.filter((each) => each === 'rate_limited').length;
    assert.ok(limited > 0 && limited + asked.filter((each) => each === 'ok').length === 60, `${limited}`);
    await client(given.a).listRuns();
    // Whoever waits for the next second is let through.
    await Promise.all(Array.from({ length: 30 }, () => slow.listRuns()));
  });

  test('a tenant whose candidates wait can look after them all the same', async () => {
    const busy = client(given.busy);
    const run = await busy.createRun({ id: 'busy', verifiers: ['scripted'] });
    const begun = Promise.withResolvers<void>();
    const feeding = busy.submit(run.id, chunks(1_000), { onVerdicts: () => begun.resolve() });
    feeding.catch(begun.reject);
    await begun.promise;
    for (let i = 0; i < 5; i++) await busy.listRuns();
    assert.equal((await busy.cancelRun(run.id)).state, 'CANCELLED');
    await assert.rejects(feeding, assayCode('run_cancelled'));
  });

  test('runs go no further ahead of others than their tenant may', async () => {
    const modest = client(given.modest);
    const make = (id: string, settings: object) =>
      modest.createRun({ id, verifiers: ['scripted'], ...settings });
    await assert.rejects(make('ahead', { priority: 6 }), assayCode('invalid_run'));
    await assert.rejects(make('heavy', { weight: 2.5 }), assayCode('invalid_run'));
    assert.equal((await make('fair', { priority: 5, weight: 2 })).priority, 5);
    assert.equal((await make('patient', { priority: -5 })).weight, 1);
  });

  test('streams that begin with silence end, and so do connections without calls', async () => {
    const connection = connectOrchestrator(
      server.address,
      new Dialer({ token: given.a }).dial(server.address),
    );
    const streams = Array.from({ length: 200 }, () => connection.submit());
    const ends = await Promise.all(
      streams.map((stream) => new Promise<ServiceError>((resolve) => stream.on('error', resolve).resume())),
    );
    assert.ok(ends.every((end) => end.code === status.DEADLINE_EXCEEDED && grpcReason(end) === 'silent'));
    connection.close();

    const [host, port] = server.address.split(':') as [string, string];
    const socket = connectTcp(Number(port), host);
    await new Promise((resolve) => socket.on('close', resolve).resume());
  });

  test('metadata without end is cut off, and nobody else feels it', async () => {
    const session = connect(`http://${server.address}`);
    session.on('error', () => {});
    const code = await new Promise((resolve) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/assay.v1.Orchestrator/ListRuns',
        'content-type': 'application/grpc',
        te: 'trailers',
        'x-much': 'x'.repeat(60_000),
        'x-more': 'x'.repeat(60_000),
      });
      stream.on('response', (headers) => resolve(headers['grpc-status']));
      stream.on('error', resolve);
      stream.on('close', () => resolve(stream.rstCode));
      stream.end();
    });
    session.destroy();
    assert.notEqual(code, '0');
    assert.notEqual(code, undefined);
    await client(given.a).listRuns();
  });

  test('who has no token cannot make the server read what it sends', async () => {
    const nobody = client();
    const labels = { much: 'x'.repeat(8 << 20) };
    const asked = await Promise.allSettled(
      Array.from({ length: 20 }, () => nobody.createRun({ verifiers: ['scripted'], labels })),
    );
    for (const each of asked) {
      // The answer may be there before all is sent, and ends the stream.
      assert.match(
        each.status === 'rejected' && each.reason.code,
        /^(token_missing|orchestrator_unreachable)$/,
      );
    }
  });
});

async function healthOf(address: string): Promise<string> {
  const { makeGenericClientConstructor, credentials } = await import('@grpc/grpc-js');
  const { service } = await import('grpc-health-check');
  const Health = makeGenericClientConstructor(service, 'Health');
  const connection = new Health(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      connection.check?.({ service: '' }, (error: Error | null, answer?: { status: string }) =>
        error ? reject(error) : resolve(String(answer?.status)),
      );
    });
  } finally {
    connection.close();
  }
}

test('a rate is never exceeded over any time, and what is left is used', async () => {
  let now = 0;
  const rates = new Rates(() => now);
  let taken = 0;
  for (; now <= 10_000; now += 10) if (rates.take('t', 50, 3)) taken += 3;
  // A second's worth at once, then 50 a second.
  assert.ok(taken <= 50 + 500 && taken >= 500, String(taken));
  assert.ok(rates.take('free', 0, 1e9));
  // More than a second's worth at once goes when the budget is full, and is paid for afterwards.
  now += 10_000;
  assert.ok(rates.take('t', 50, 500));
  now += 9_000;
  assert.ok(!rates.take('t', 50, 1));
  now += 100;
  assert.ok(rates.take('t', 50, 1));
});

test('who waits gets its part in turn, however much others ask for', async () => {
  const rates = new Rates();
  const order: string[] = [];
  const ask = (name: string, n: number, signal?: AbortSignal) =>
    rates.wait('t', 1_000, n, signal).then(
      () => order.push(name),
      () => order.push(`${name} gave up`),
    );
  const aborter = new AbortController();
  const waits = [ask('first', 1_000), ask('large', 50), ask('gone', 5, aborter.signal), ask('small', 1)];
  aborter.abort();
  await Promise.all(waits);
  assert.deepEqual(
    order.filter((each) => each !== 'gone gave up'),
    ['first', 'large', 'small'],
  );
  assert.ok(order.indexOf('gone gave up') < order.indexOf('large'), 'who gives up is told at once');
});

test('a tenant whose tokens are gone is not without limits', () => {
  const limits = new Map([['a', { maxInFlight: 20 }]]);
  const tenants = new TenantAllowances((tenant) => limits.get(tenant));
  const allowance = tenants.of('a');
  allowance.take(5);
  assert.equal(allowance.left, 15);
  limits.delete('a');
  assert.ok(allowance.left <= 0);
  allowance.giveBack(5);
  assert.equal(allowance.left, 1, 'its work comes to an end');
  assert.equal(tenants.of('').left, Number.POSITIVE_INFINITY, 'who is no tenant has no limits');
});
