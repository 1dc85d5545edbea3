import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type Backend, BackendError, type BackendFault } from '../types.ts';
import { llamaBackend } from './llama.ts';
import { sglangBackend } from './sglang.ts';
import { teiBackend } from './tei.ts';
import { conversations } from './testing/contract.ts';
import { standInEncoder } from './testing/encoder.ts';
import { llamaStandIn } from './testing/llama.ts';
import { sglangStandIn } from './testing/sglang.ts';
import type { Mischief, StandIn } from './testing/stand-in.ts';
import { teiStandIn } from './testing/tei.ts';
import { vllmStandIn } from './testing/vllm.ts';
import { vllmBackend } from './vllm.ts';

const never = new AbortController().signal;
const encoder = standInEncoder();
const apiKey = 'key-of-a-test';
const maxBytes = 2 ** 18;

const servers: Readonly<Record<string, { start(): Promise<StandIn>; make(url: string): Backend }>> = {
  vLLM: { start: vllmStandIn, make: (url) => vllmBackend({ url, encoder, apiKey, maxBytes }) },
  'vLLM, of a process reward model': {
    start: vllmStandIn,
    make: (url) => vllmBackend({ url, encoder, apiKey, maxBytes, process: { aggregate: 'min' } }),
  },
  SGLang: { start: sglangStandIn, make: (url) => sglangBackend({ url, encoder, apiKey, maxBytes }) },
  'SGLang with /v1/score only': {
    start: () => sglangStandIn({ without: ['/classify'] }),
    make: (url) => sglangBackend({ url, encoder, apiKey, maxBytes }),
  },
  'llama.cpp': { start: llamaStandIn, make: (url) => llamaBackend({ url, apiKey, maxBytes }) },
  TEI: { start: teiStandIn, make: (url) => teiBackend({ url, apiKey, maxBytes }) },
};

const faults: Readonly<Record<Exclude<Mischief, 'hang' | 'drip'>, BackendFault>> = {
  reset: 'unavailable',
  half: 'garbage',
  cut: 'garbage',
  shorter: 'garbage',
  nan: 'garbage',
  null: 'garbage',
  string: 'garbage',
  missing: 'garbage',
  surplus: 'garbage',
  beyond: 'garbage',
  twice: 'garbage',
  none: 'garbage',
  busy: 'overloaded',
  down: 'overloaded',
  failing: 'server',
  refusing: 'rejected',
  error: 'garbage',
  page: 'garbage',
  huge: 'garbage',
};

async function faultOf(call: Promise<unknown>): Promise<BackendError> {
  const error = await call.then(
    (scores) => assert.fail(`scores: ${inspect(scores)}`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof BackendError, String(error));
  assert.ok(error.message.length < 500, error.message);
  assert.ok(!inspect(error).includes(apiKey));
  return error;
}

for (const [name, { start, make }] of Object.entries(servers)) {
  describe(`the faults of ${name}`, () => {
    for (const [mischief, fault] of Object.entries(faults)) {
      test(`${mischief}: ${fault}, and no score; then all is well again`, async () => {
        const server = await start();
        const backend = make(server.url);
        try {
          await backend.identify(never);
          const expected = await backend.score(conversations, never);
          server.mischief = mischief as Mischief;
          const error = await faultOf(backend.score(conversations, never));
          assert.equal(error.fault, fault, error.message);
          assert.ok(error.message.includes(server.url), error.message);
          if (mischief === 'busy') assert.equal(error.retryAfterMs, 2000);
          if (mischief === 'down') assert.ok((error.retryAfterMs ?? 0) > 1e9);
          server.mischief = undefined;
          assert.deepEqual(await backend.score(conversations, never), expected);
        } finally {
          await backend.close();
          await server.close();
        }
      });
    }

    for (const mischief of ['hang', 'drip'] as const) {
      test(`${mischief}: a timeout when the caller says so, and the socket is freed`, async () => {
        const server = await start();
        const backend = make(server.url);
        try {
          await backend.identify(never);
          server.mischief = mischief;
          const late = new AbortController();
          const asked = server.next();
          const call = faultOf(backend.score(conversations.slice(0, 1), late.signal));
          await asked;
          const { socket } = server.last;
          late.abort();
          assert.equal((await call).fault, 'timeout');
          if (!socket.destroyed) await once(socket, 'close');
        } finally {
          await backend.close();
          await server.close();
        }
      });
    }

    test('nobody there: unavailable, for health too', async () => {
      const server = await start();
      const { url } = server;
      await server.close();
      const backend = make(url);
      assert.equal((await faultOf(backend.score(conversations, never))).fault, 'unavailable');
      assert.equal((await faultOf(backend.identify(never))).fault, 'unavailable');
      assert.equal((await faultOf(backend.health(never))).fault, 'unavailable');
      await backend.close();
    });

    test('the key is sent with every request; closing leaves no socket open', async () => {
      const server = await start();
      const backend = make(server.url);
      await backend.score(conversations, never);
      await backend.health(never);
      assert.ok(server.seen.length > 2);
      for (const { headers } of server.seen) assert.equal(headers.authorization, `Bearer ${apiKey}`);
      assert.ok(!inspect(backend, { depth: 9, showHidden: true }).includes(apiKey));
      const closed = [...server.sockets].map((socket) => once(socket, 'close'));
      await backend.close();
      await Promise.all(closed);
      await server.close();
    });
  });
}
