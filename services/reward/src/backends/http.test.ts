import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { test } from 'node:test';
import { BackendError } from '../types.ts';
import { ModelServer } from './http.ts';

const never = new AbortController().signal;

async function withServer(
  listener: RequestListener,
  run: (server: ModelServer) => Promise<void>,
): Promise<void> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new ModelServer('Test', {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/behind/`,
    apiKey: 'the-key',
  });
  try {
    await run(client);
  } finally {
    client.close();
    server.close();
    server.closeAllConnections();
  }
}

async function faultOf(call: Promise<unknown>): Promise<BackendError> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof BackendError, String(error));
  return error;
}

/** The fault of an answer. */
function fault(status: number, text = '', headers: Record<string, string> = {}): Promise<BackendError> {
  const { promise, resolve } = Promise.withResolvers<BackendError>();
  return withServer(
    (_, response) => response.writeHead(status, headers).end(text),
    async (server) => resolve(await faultOf(server.get('/x', never, (answer) => answer))),
  ).then(() => promise);
}

test('a status says whose fault it is', async () => {
  const said: Record<number, string> = {};
  for (const status of [
    301, 400, 401, 403, 404, 405, 408, 409, 413, 422, 424, 429, 500, 501, 502, 503, 504,
  ]) {
    said[status] = (await fault(status)).fault;
  }
  assert.deepEqual(said, {
    301: 'misuse',
    400: 'rejected',
    401: 'misuse',
    403: 'misuse',
    404: 'misuse',
    405: 'misuse',
    408: 'timeout',
    409: 'rejected',
    413: 'too_long',
    422: 'rejected',
    424: 'server',
    429: 'overloaded',
    500: 'server',
    501: 'misuse',
    502: 'server',
    503: 'overloaded',
    504: 'server',
  });
});

test("too many tokens are known by each server's words", async () => {
  const vllm =
    "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.";
  const sglang = "The input (9000 tokens) is longer than the model's context length (8192 tokens).";
  const context =
    'request (216080 tokens) exceeds the available context size (8192 tokens), try increasing it';
  const batch = 'input (518 tokens) is too large to process. increase the physical batch size';
  const tei = 'Input validation error: `inputs` must have less than 512 tokens. Given: 600';
  for (const words of [vllm, sglang, context, tei]) assert.equal((await fault(400, words)).fault, 'too_long');
  assert.equal((await fault(500, batch)).fault, 'too_long');
  assert.equal((await fault(422, tei)).fault, 'too_long');
  assert.equal((await fault(413, 'batch size 64 > maximum allowed batch size 32')).fault, 'rejected');
  assert.equal((await fault(400, 'the prompt is longer than I like')).fault, 'rejected');
});

test('Retry-After is seconds or a date; what is neither is passed over', async () => {
  assert.equal((await fault(429, '', { 'retry-after': '3' })).retryAfterMs, 3000);
  assert.equal((await fault(503, '', { 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' })).retryAfterMs, 0);
  assert.equal((await fault(429, '', { 'retry-after': 'soon' })).retryAfterMs, undefined);
  assert.equal((await fault(429)).retryAfterMs, undefined);
});

test("a server's words are cut short, put in one line, and never hold the key", async () => {
  const { message } = await fault(400, `line one\n\u0007line two the-key ${'x'.repeat(5000)}`);
  assert.match(message, /Test at http:.*\/behind: GET \/x: status 400: line one line two \*\*\* x+…$/);
  assert.ok(message.length < 320, message);
});

test('what the reader throws gets the name of the server and the words', async () => {
  await withServer(
    (_, response) => response.end('{"a":1}'),
    async (server) => {
      const read = () => {
        throw new BackendError('garbage', 'a is odd');
      };
      const error = await faultOf(server.post('/x', {}, never, read));
      assert.equal(error.fault, 'garbage');
      assert.match(error.message, /POST \/x: a is odd: \{"a":1\}/);
    },
  );
});

test('what is no HTTP is garbage', async () => {
  const server = createSocketServer((socket) =>
    socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new ModelServer('Test', {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  assert.equal((await faultOf(client.get('/', never, (answer) => answer))).fault, 'garbage');
  client.close();
  server.close();
});

test('a signal that is aborted already sends nothing', async () => {
  let asked = 0;
  await withServer(
    (_, response) => {
      asked++;
      response.end('{}');
    },
    async (server) => {
      assert.equal((await faultOf(server.get('/x', AbortSignal.abort(), () => 1))).fault, 'timeout');
      assert.equal(asked, 0);
      assert.equal(await server.get('/x', never, () => 1), 1);
      assert.equal(asked, 1);
    },
  );
});

test('a path that is not there is no fault where none needs be', async () => {
  await withServer(
    (request, response) => response.writeHead(request.url === '/behind/there' ? 200 : 404).end('{"a":1}'),
    async (server) => {
      const there = await server.getIfThere('/there', never, (answer) => answer);
      assert.deepEqual(there, { a: 1 });
      assert.equal(await server.getIfThere('/not', never, (answer) => answer), undefined);
    },
  );
});

test('settings that cannot work are refused, without telling secrets', () => {
  const wrong = [
    { url: 'localhost:8000' },
    { url: 'ftp://host' },
    { url: 'http://user:secret@host' },
    { url: 'http://host/?key=secret' },
    { url: 'http://host', apiKey: '' },
    { url: 'http://host', apiKey: 'secret\r\nx: y' },
  ];
  for (const options of wrong) {
    assert.throws(
      () => new ModelServer('Test', options),
      (error) =>
        error instanceof BackendError && error.fault === 'misuse' && !error.message.includes('secret'),
    );
  }
});
