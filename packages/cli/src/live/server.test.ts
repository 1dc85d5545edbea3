/** The live view as strangers meet it: bytes on a socket. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { OrchestratorApi } from '@assay/client';
import { AssayError } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { type LiveOptions, serveLive } from './server.ts';

/** A live view of one empty run, `r`. */
async function start(
  t: TestContext,
  { api: own, ...options }: LiveOptions & { api?: Partial<OrchestratorApi> } = {},
) {
  const store = openSqliteStore(':memory:');
  const orchestrator = new Orchestrator(store);
  await orchestrator.createRun({ id: 'r', verifiers: ['stub'] });
  const api = new Proxy(orchestrator, {
    get(target, name) {
      const value = own?.[name as keyof OrchestratorApi] ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const notes: string[] = [];
  const live = await serveLive({ api, store, note: (line) => notes.push(line) }, '127.0.0.1', 0, options);
  t.after(async () => {
    await live.close();
    await orchestrator.close();
    await store.close();
  });
  return { ...live, notes, port: Number(new URL(live.url).port) };
}

/** Sends bytes and answers with all that comes back until the server closes. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  return received(socket);
}

async function received(socket: Socket): Promise<string> {
  let answer = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    answer += part;
  });
  socket.on('error', () => {});
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
  return answer;
}

function request(target: string, { method = 'GET', host = '127.0.0.1', headers = '' } = {}): string {
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test('every answer carries its limits, and allows no other site anything', async (t) => {
  const { port } = await start(t);
  for (const target of [
    '/',
    '/run?id=r',
    '/live.js',
    '/live.css',
    '/icon.svg',
    '/api/overview',
    '/api/run?id=r',
    '/nothing',
  ]) {
    const answer = await exchange(port, request(target));
    assert.equal(statusOf(answer), target === '/nothing' ? 404 : 200, target);
    assert.match(
      answer,
      /^content-security-policy: default-src 'none'; script-src 'self'; .*frame-ancestors 'none'\r$/m,
    );
    assert.match(answer, /^x-content-type-options: nosniff\r$/m);
    assert.match(answer, /^cross-origin-resource-policy: same-origin\r$/m);
    assert.doesNotMatch(answer, /^access-control-/im);
    assert.doesNotMatch(bodyOf(answer), /<script(?! type="module" src="live\.js">)|\sstyle=/, target);
    const head = await exchange(port, request(target, { method: 'HEAD' }));
    assert.equal(bodyOf(head), '');
    assert.equal(statusOf(head), statusOf(answer));
  }
  const report = await exchange(port, request('/report?id=r'));
  assert.equal(statusOf(report), 200);
  assert.match(
    report,
    /^content-security-policy: default-src 'none'; .*sandbox allow-scripts allow-downloads\r$/m,
  );
});

test('names that a stranger lets point here are refused', async (t) => {
  const { port } = await start(t);
  for (const host of [
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    'a b',
    '[::1',
    '127.0.0.1:1:2',
    'x@127.0.0.1',
  ]) {
    const answer = await exchange(port, request('/api/overview', { host }));
    assert.ok([400, 421].includes(statusOf(answer)), `${host}: ${answer}`);
    assert.doesNotMatch(answer, /"runs"/);
  }
  for (const host of ['127.0.0.1', `127.0.0.1:${port}`, 'localhost', 'LOCALHOST:1', '[::1]:80', '10.1.2.3']) {
    assert.equal(statusOf(await exchange(port, request('/api/overview', { host }))), 200, host);
  }
  assert.equal(statusOf(await exchange(port, 'GET / HTTP/1.0\r\n\r\n')), 421, 'no name at all');
});

test('only reading, and nothing beside the pages', async (t) => {
  const { port } = await start(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
    const answer = await exchange(
      port,
      `${request('/api/run?id=r', { method, headers: 'Content-Length: 5\r\n' })}hello`,
    );
    assert.equal(statusOf(answer), 405, method);
    assert.match(answer, /^allow: GET, HEAD\r$/im);
  }
  for (const target of [
    '/../../../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/package.json',
    '/live.js/../server.ts',
    '//etc/passwd',
    '/live.ts',
    '/api',
    '/api/run/../overview',
    'http://127.0.0.1/etc/passwd',
    '/\\..\\x',
    '/constructor',
    '/__proto__',
  ]) {
    const answer = await exchange(port, request(target));
    assert.equal(statusOf(answer), 404, target);
    assert.equal(JSON.parse(bodyOf(answer)).error.code, 'not_found');
  }
  for (const id of ['nobody', '..', '', '%00', '%E0%A4%A', "'; DROP TABLE run; --", '<script>']) {
    const answer = await exchange(port, request(`/api/run?id=${id.replaceAll(' ', '%20')}`));
    assert.equal(statusOf(answer), 404, id);
    assert.equal(JSON.parse(bodyOf(answer)).error.code, 'run_unknown');
  }
});

test('pages of other sites may link here and read nothing', async (t) => {
  const { port } = await start(t);
  const from = (site: string, mode: string) =>
    request('/api/run?id=r', { headers: `Sec-Fetch-Site: ${site}\r\nSec-Fetch-Mode: ${mode}\r\n` });
  for (const [site, mode, status] of [
    ['cross-site', 'no-cors', 403],
    ['same-site', 'cors', 403],
    ['cross-site', 'navigate', 200],
    ['same-origin', 'cors', 200],
    ['none', 'navigate', 200],
  ] as const) {
    assert.equal(statusOf(await exchange(port, from(site, mode))), status, `${site} ${mode}`);
  }
});

test('what is too long, too slow or no HTTP ends soon', async (t) => {
  const { port, url } = await start(t, { requestMs: 300 });
  assert.equal(statusOf(await exchange(port, request(`/?${'x'.repeat(3_000)}`))), 414);
  assert.equal(statusOf(await exchange(port, request(`/?${'x'.repeat(20_000)}`))), 431);
  assert.equal(
    statusOf(await exchange(port, request('/', { headers: `X: ${'x'.repeat(20_000)}\r\n` }))),
    431,
  );
  assert.equal(statusOf(await exchange(port, 'hello\r\n\r\n')), 400);
  assert.equal(statusOf(await exchange(port, '')), 408, 'who connects and is silent');
  const slow = connect(port, '127.0.0.1');
  const dribble = setInterval(() => slow.write('X: y\r\n'), 50);
  slow.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  const answer = await received(slow);
  clearInterval(dribble);
  assert.ok(answer === '' || statusOf(answer) === 408, answer);
  assert.equal((await fetch(url)).status, 200, 'and others are served');
});

test('it takes so many connections and no more, and ends whoever hangs on it', async (t) => {
  const { port, close } = await start(t);
  const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => {});
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await Promise.race(closed);
  sockets[0]?.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  await close();
  await Promise.all(closed);
});

test('a report is built once for all who ask, and its faults are told without their inside', async (t) => {
  let built = 0;
  const first = Promise.withResolvers<string>();
  const getReport = () => {
    built++;
    return built === 1 ? first.promise : Promise.reject(new TypeError('secret'));
  };
  const { url, notes } = await start(t, { api: { getReport } });
  const answers = Promise.all([1, 2, 3].map(() => fetch(`${url}api/report?id=r`)));
  await fetch(`${url}api/overview`);
  first.reject(new TypeError('secret'));
  for (const answer of await answers) {
    assert.equal(answer.status, 500);
    assert.deepEqual(await answer.json(), { error: { code: 'internal', message: 'A fault of Assay.' } });
  }
  assert.equal((await fetch(`${url}report?id=r`)).status, 500);
  assert.equal(built, 1, 'nor is it tried again at once');
  assert.match(notes.join('\n'), /secret/);
});

test('an address that is taken is told', async (t) => {
  const { port } = await start(t);
  const store = openSqliteStore(':memory:');
  const api = new Orchestrator(store);
  t.after(() => api.close());
  await assert.rejects(
    serveLive({ api, store, note: () => {} }, '127.0.0.1', port),
    (error: unknown) =>
      error instanceof AssayError &&
      error.code === 'listen' &&
      error.message.includes('another program listens there'),
  );
});
