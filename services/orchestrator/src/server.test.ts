import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:http2';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OrchestratorApi, OrchestratorClient, type SubmitChunk } from '@assay/client';
import {
  AssayError,
  grpcReason,
  OrchestratorConnection,
  type RunVerdict,
  type SubmitRequestInit,
  status,
} from '@assay/contract';
import type { Report } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { Orchestrator } from './orchestrator.ts';
import { type RunningServer, serveOrchestrator } from './server.ts';
import { handlers } from './server-handlers.ts';
import { type SubmitCall, submit } from './server-submit.ts';
import { answerAll, ScriptedVerifier } from './testing/scripted-verifier.ts';

const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
const assayCode = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;

async function* chunks(n: number, size = 100): AsyncGenerator<SubmitChunk> {
  for (let from = 0; from < n; from += size) {
    const candidates = Array.from({ length: Math.min(size, n - from) }, (_, i) => ({
      index: from + i,
      text: `${from + i} ${(from + i) % 4 === 0 ? 'right' : 'wrong'}`,
    }));
    yield { problem, candidates };
  }
}

test('a token that is taken out as its stream begins ends it with that', async () => {
  const call = Object.assign(new EventEmitter(), { metadata: new Metadata() });
  const ended = once(call, 'error').catch((error) => [error]);
  const gone = () => {
    throw new AssayError('token_unknown', 'The token is gone.');
  };
  await submit(gone, call as unknown as SubmitCall, 1_000);
  const [error] = await ended;
  assert.equal(error.code, status.UNAUTHENTICATED);
  assert.equal(grpcReason(error), 'token_unknown');
});

test('a run is not looked at more often than its store can bear', async () => {
  const asked: unknown[] = [];
  const api = {
    watchRun(_run: string, { intervalMs }: { intervalMs?: number }) {
      asked.push(intervalMs);
      return [];
    },
  } as unknown as OrchestratorApi;
  const { WatchRun } = handlers(() => api, 1_000);
  for (const intervalMs of [0, 1, 250, 2 ** 32 - 1]) {
    const ended = Promise.withResolvers<void>();
    const request = { run: 'r', once: false, intervalMs };
    const call = { metadata: new Metadata(), request, end: ended.resolve };
    WatchRun(Object.assign(new EventEmitter(), call) as never);
    await ended.promise;
  }
  assert.deepEqual(asked, [undefined, 100, 250, 3_600_000]);
});

describe('the orchestrator behind gRPC', () => {
  const store = openSqliteStore(':memory:');
  let verifier: ScriptedVerifier;
  let orchestrator: Orchestrator;
  let server: RunningServer;
  let client: OrchestratorClient;

  before(async () => {
    verifier = await new ScriptedVerifier({ verify: answerAll }).start();
    orchestrator = new Orchestrator(store, [verifier.address]);
    server = await serveOrchestrator(orchestrator);
    client = new OrchestratorClient(server.address);
  });
  after(async () => {
    await client.close();
    await server.close(100);
    await orchestrator.close();
    verifier.stop();
    store.close();
  });

  test('candidates in, verdicts out, report', async () => {
    await client.createRun({ id: 'remote', verifiers: ['scripted'], labels: { model: 'm' } });
    const verdicts: RunVerdict[] = [];
    await client.submit('remote', chunks(5_000), {
      complete: true,
      onVerdicts: (some) => verdicts.push(...some),
    });
    assert.equal(verdicts.length, 5_000);
    assert.equal(verdicts.filter((v) => v.verdict?.status === 'CORRECT').length, 1_250);
    const report = JSON.parse(await client.getReport('remote')) as Report;
    assert.equal(report.results.verifiers[0]?.coverage?.table.points[0]?.judged?.estimate, 0.25);
    assert.equal(report.run.labels.model, 'm');
    const [progress] = await Array.fromAsync(client.watchRun('remote'));
    assert.equal(progress?.run?.state, 'COMPLETE');
  });

  test('what needs no token reads no more than a short question', async () => {
    const session = connect(`http://${server.address}`);
    session.on('error', () => {});
    const long = Buffer.alloc(5);
    long.writeUInt32BE(100 * 1024 * 1024, 1);
    const ask = async (path: string) => {
      const stream = session.request({
        ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
      });
      stream.on('error', () => {});
      stream.write(long);
      const [headers] = await once(stream, 'response');
      return Number(headers['grpc-status']);
    };
    const open = ['/grpc.health.v1.Health/Check', '/externalscaler.ExternalScaler/IsActive'];
    open.push('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo');
    for (const path of open) assert.equal(await ask(path), status.RESOURCE_EXHAUSTED, path);
    session.destroy();
  });

  test('lists runs and verifiers', async () => {
    await client.createRun({ id: 'listed', verifiers: ['scripted'] });
    assert.ok((await client.listRuns()).some((run) => run.id === 'listed'));
    const [listed] = await client.listVerifiers();
    assert.equal(listed?.name, 'scripted');
    assert.equal(listed?.replicas[0]?.state, 'READY');
    assert.equal(listed?.replicas[0]?.description?.maxBatch, 16);
  });

  test('errors keep their codes', async () => {
    await assert.rejects(client.submit('none', chunks(1)), assayCode('run_unknown'));
    await assert.rejects(client.getReport('none'), assayCode('run_unknown'));
    await assert.rejects(client.createRun({ id: '!', verifiers: ['x'] }), assayCode('invalid_run'));
    await client.createRun({ id: 'twice', verifiers: ['scripted'] });
    await assert.rejects(client.createRun({ id: 'twice', verifiers: ['other'] }), assayCode('run_exists'));
    await assert.rejects(Array.fromAsync(client.watchRun('none')), assayCode('run_unknown'));
    await assert.rejects(client.registerVerifier('nonsense'), assayCode('bad_address'));
    await assert.rejects(
      new OrchestratorClient('127.0.0.1:1').listRuns(),
      assayCode('orchestrator_unreachable'),
    );
  });

  test('cancelling a run ends its open submission with ABORTED', async () => {
    await client.createRun({ id: 'endless', verifiers: ['scripted'] });
    async function* endless() {
      for (let i = 0; ; i++) {
        await sleep(5);
        yield { problem, candidates: [{ index: i, text: `endless ${i}` }] };
      }
    }
    const failed = assert.rejects(client.submit('endless', endless()), assayCode('run_cancelled'));
    await sleep(200);
    assert.equal((await client.cancelRun('endless')).state, 'CANCELLED');
    await failed;
  });

  test('a client that goes away loses nothing that was acknowledged', async () => {
    await client.createRun({ id: 'gone', verifiers: ['scripted'] });
    const aborter = new AbortController();
    let acknowledged = 0;
    async function* slowly() {
      for await (const chunk of chunks(100_000, 10)) {
        await sleep(1);
        yield chunk;
      }
    }
    const submitting = client.submit('gone', slowly(), {
      signal: aborter.signal,
      onVerdicts: (some) => {
        acknowledged += some.length;
        if (acknowledged > 200) aborter.abort(new Error('enough'));
      },
    });
    await assert.rejects(submitting, /enough/);
    assert.ok((await Array.fromAsync(store.verdicts('gone'))).length >= acknowledged);
  });

  const raw = async (messages: SubmitRequestInit[]): Promise<ServiceError> => {
    const connection = new OrchestratorConnection(server.address, credentials.createInsecure());
    const call = connection.submit();
    const failed = new Promise<ServiceError>((resolve, reject) => {
      call.on('error', resolve);
      call.on('end', () => reject(new Error('ended without an error')));
    });
    call.resume();
    for (const message of messages) call.write(message);
    call.end();
    try {
      return await failed;
    } finally {
      connection.close();
    }
  };

  test('a stream that breaks the contract is refused with the reason', async () => {
    const unnamed = await raw([{}]);
    assert.equal(unnamed.code, status.INVALID_ARGUMENT);
    assert.equal(grpcReason(unnamed), 'invalid_request');
    await client.createRun({ id: 'strict', verifiers: ['scripted'] });
    const early = await raw([{ run: 'strict', candidates: [{ problem: 'q', candidates: [{ index: 0 }] }] }]);
    assert.equal(early.code, status.INVALID_ARGUMENT);
    assert.match(early.details, /before the problem/);
    const nameless = await raw([{ run: 'strict', problems: [{ id: '' }] }]);
    assert.equal(grpcReason(nameless), 'invalid_problem');
  });
});
