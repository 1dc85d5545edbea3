import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defer } from '../support/cleanup.ts';
import { Wire } from './wire.ts';

test('a wire carries, is silent, and is cut', { timeout: 20_000 }, async (t) => {
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  defer(t, () => echo.close());
  const wire = await Wire.to(t, `127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const port = Number(wire.address.split(':')[1]);

  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  const hears = async (text: string) => {
    while (heard !== text) await once(socket, 'data');
  };
  socket.write('one ');
  await hears('one ');
  wire.silence();
  socket.write('two ');
  await sleep(100);
  assert.equal(heard, 'one ');
  wire.mend();
  await hears('one two ');

  const reset = once(socket, 'error');
  wire.cut();
  assert.equal(((await reset)[0] as NodeJS.ErrnoException).code, 'ECONNRESET');
  const refused = connect(port, '127.0.0.1');
  await once(refused, 'error');
  wire.mend();
  const again = connect(port, '127.0.0.1');
  again.write('back');
  const [bytes] = (await once(again, 'data')) as [Buffer];
  assert.equal(bytes.toString(), 'back');
  again.destroy();
});
