import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Dialer, orchestratorService, type RunVerdict, type SubmitRequest, status } from '@assay/contract';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { OrchestratorClient } from './client.ts';

async function serve(t: TestContext, handlers: UntypedServiceImplementation): Promise<string> {
  const server = new Server();
  server.addService(orchestratorService, handlers);
  t.after(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return `127.0.0.1:${port}`;
}

function watchRun(call: ServerWritableStream<object, object>): void {
  call.write({ run: { id: 'r', verifiers: ['v'] } });
  call.end();
}

function client(t: TestContext, addresses: string[], options = {}): OrchestratorClient {
  const made = new OrchestratorClient(addresses, { dialer: new Dialer({}), ...options });
  t.after(() => made.close());
  return made;
}

test('what one does not answer in time is asked of the next', async (t) => {
  const sockets: Socket[] = [];
  const stuck = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    stuck.close();
  });
  await once(stuck, 'listening');
  const silent = `127.0.0.1:${(stuck.address() as AddressInfo).port}`;
  const well = await serve(t, {
    listRuns: (_: unknown, answer: (e: null, r: object) => void) => answer(null, {}),
  });
  const api = client(t, [silent, well], { timeoutMs: 4_000 });
  assert.deepEqual(await api.listRuns(), []);
  await assert.rejects(client(t, [silent], { timeoutMs: 100 }).listRuns());
});

test('an answer without all verdicts is none: what lacks them is sent again', async (t) => {
  let calls = 0;
  const address = await serve(t, {
    watchRun,
    submit: (call: ServerDuplexStream<SubmitRequest, object>) => {
      calls++;
      const most = calls === 1 ? 1 : 2;
      let told = 0;
      call.on('data', ({ candidates: all }: SubmitRequest) => {
        for (const { problem, candidates } of all) {
          for (const { index: candidate } of candidates) {
            if (told++ < most) call.write({ verdicts: [{ problem, candidate, verifier: 'v' }] });
          }
        }
      });
      call.on('end', () => call.end());
    },
  });
  const verdicts: RunVerdict[] = [];
  async function* input() {
    yield { problem: { id: 'p' }, candidates: [0, 1, 2].map((index) => ({ index, text: 'x' })) };
  }
  await client(t, [address]).submit('r', input(), { onVerdicts: (some) => verdicts.push(...some) });
  assert.deepEqual([calls, ...verdicts.map(({ candidate }) => candidate)], [2, 0, 1, 2]);
  calls = 0;
  const impatient = client(t, [address], { reconnectMs: 0 });
  await assert.rejects(impatient.submit('r', input()), /without the verdicts of 2 candidates/);
});

test('streams that a server cuts as it ends are taken up again', async (t) => {
  let calls = 0;
  const address = await serve(t, {
    watchRun,
    submit: (call: ServerDuplexStream<SubmitRequest, object>) => {
      // As the client is told of a stream that was reset.
      if (calls++ === 0) call.emit('error', { code: status.CANCELLED, details: 'Call cancelled' });
      call.on('data', ({ candidates: all }: SubmitRequest) => {
        for (const { problem, candidates } of all) {
          for (const { index: candidate } of candidates)
            call.write({ verdicts: [{ problem, candidate, verifier: 'v' }] });
        }
      });
      call.on('end', () => call.end());
    },
  });
  const verdicts: RunVerdict[] = [];
  async function* input() {
    yield { problem: { id: 'p' }, candidates: [{ index: 0, text: 'x' }] };
  }
  await client(t, [address]).submit('r', input(), { onVerdicts: (some) => verdicts.push(...some) });
  assert.deepEqual([calls, verdicts.length], [2, 1]);
});

test('closed while it waits for a server, it waits no longer', async (t) => {
  const api = client(t, ['127.0.0.1:1']);
  const submitted = api.submit('r', (async function* () {})());
  const watched = Array.fromAsync(api.watchRun('r'));
  await api.close();
  await assert.rejects(submitted, { code: 'closed' });
  await assert.rejects(watched, { code: 'closed' });
  await assert.rejects(api.listRuns(), { code: 'closed' });
});

test('calls that fail together at a dead address all get to the living one', async (t) => {
  const well = await serve(t, {
    listRuns: (_: unknown, answer: (e: null, r: object) => void) => answer(null, {}),
  });
  const api = client(t, ['127.0.0.1:1', well]);
  await Promise.all(Array.from({ length: 4 }, () => api.listRuns()));
});
