/** The live view of the commands: where it is served, and that it holds nobody up. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Overview } from '@assay/report';
import { assay, serve, startAssay } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { prepare } from '../support/place.ts';
import { until } from '../support/process.ts';

const ready = (line: string) => JSON.parse(line) as { address: string; http?: string };

async function overview(http: string): Promise<Overview> {
  const response = await fetch(`${http}api/overview`, { signal: AbortSignal.timeout(20_000) });
  assert.equal(response.status, 200);
  return (await response.json()) as Overview;
}

test('a server shows its verifiers, and ends though connections hang on it', async (t) => {
  const place = await prepare(t, 0);
  const args = ['--port', '0', '--store', place.store, '--verifier-address', place.replica.address];
  const server = await serve(t, args);
  const { address, http = '' } = ready(await server.line(/"ready":true/));
  const [port, own] = [Number(address.split(':')[1]), new URL(http)];
  assert.equal(own.hostname, '127.0.0.1');
  assert.equal(Number(own.port), port + 1);
  const { verifiers } = await overview(http);
  assert.deepEqual(
    verifiers.map(({ name, replicas }) => [name, replicas.map(({ address, state }) => [address, state])]),
    [['stub', [[place.replica.address, 'READY']]]],
  );
  const half = await hang(t, own, 'GET / HTTP/1.1\r\n');
  const idle = await hang(t, own, `GET /api/overview HTTP/1.1\r\nHost: ${own.host}\r\n\r\n`);
  server.kill('SIGTERM');
  assert.equal((await server.ended).code, 0, server.stderr);
  await Promise.all([half, idle].map(async (socket) => socket.closed || once(socket, 'close')));
});

test('an address that is taken: an error where it was chosen, else a server without a live view', async (t) => {
  const place = await prepare(t, 0);
  const args = ['--store', place.store, '--verifier-address', place.replica.address];
  const first = await serve(t, ['--port', '0', ...args]);
  const { http = '' } = ready(await first.line(/"ready":true/));
  const { port } = new URL(http);
  const chosen = await assay(t, ['serve', '--port', '0', '--http', port, ...args]);
  assert.equal(chosen.code, 1);
  assert.match(
    chosen.stderr,
    /^error \[listen\]: Cannot serve the live view .*another program listens there.*\n {2}\S+/m,
  );

  const without = await serve(t, ['--port', String(Number(port) - 1), '--host', '127.0.0.2', ...args]);
  assert.equal(ready(await without.line(/"ready":true/)).http, undefined);
  await until('a note', () => /no live view: .*another program/.test(without.stderr));
  const none = await serve(t, ['--port', '0', '--no-http', ...args]);
  assert.equal(ready(await none.line(/"ready":true/)).http, undefined);
  for (const wrong of ['here', ':80', '127.0.0.1:', '1.2.3.4:70000', 'a:b:80']) {
    const { code, stderr } = await assay(t, ['serve', '--http', wrong, ...args]);
    assert.deepEqual([code, /Give PORT or HOST:PORT/.test(stderr)], [2, true], stderr);
  }
});

test('a run serves its own live view while it goes on', async (t) => {
  const place = await prepare(t, 10);
  const run = startAssay(t, [...place.command, '--run', 'r', '--http', '0']);
  const found = () => /^live view: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(run.stderr)?.[1] ?? '';
  await until('its address', found);
  await until('a share of it', async () => {
    const [line] = (await overview(found())).runs;
    const share = line?.progress?.share ?? 0;
    return line?.status === 'running' && share > 0 && share < 1 && (line.progress?.secondsLeft ?? 0) > 0;
  });
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
});

/** A connection that has sent this, and stays. */
async function hang(t: TestContext, { hostname, port }: URL, text: string) {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}).resume();
  defer(t, () => socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}
