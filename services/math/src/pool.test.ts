import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CallFailure, Pool } from './pool.ts';

/** Stands for the stages: does what it is told. */
const source = `
let calls = 0;
globalThis.judgeBatch = (text) => {
  calls++;
  if (text === 'loop') for (;;);
  if (text === 'native') return String((2n ** (2n ** 28n)).toString().length);
  if (text === 'bomb') { const kept = []; for (;;) kept.push(new Array(1e6).fill(kept.length)); }
  if (text === 'throw') throw new Error('thrown inside');
  if (text === 'calls') return String(calls);
  if (text === 'globals') return Object.getOwnPropertyNames(globalThis).join();
  return text;
};`;

const failed = (kind: CallFailure['kind']) => (error: unknown) =>
  error instanceof CallFailure && error.kind === kind;

describe('pool', () => {
  const timeoutMs = 300;
  const pool = new Pool({ source, slots: 2, timeoutMs, memoryMb: 32 });
  before(() => pool.start());
  after(() => pool.close());

  test('calls are answered, each with its own answer', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => `text ${at} ☃ 🙂`);
    assert.deepEqual(await Promise.all(texts.map((text) => pool.call(text))), texts);
  });

  test('nothing of Node is inside', async () => {
    const globals = (await pool.call('globals')).split(',');
    for (const name of ['process', 'require', 'fetch', 'setTimeout'])
      assert.equal(globals.includes(name), false);
  });

  test('an endless loop ends by the timeout of the isolate, which is then replaced', async () => {
    const pids = pool.pids;
    await assert.rejects(Promise.all([pool.call('loop'), pool.call('loop')]), failed('timeout'));
    assert.equal(await pool.call('calls'), '1');
    assert.deepEqual(pool.pids, pids);
  });

  test('a native operation ends with its process, which is then replaced', async () => {
    const pids = pool.pids;
    const start = performance.now();
    const native = pool.call('native');
    // Meanwhile the other child serves.
    assert.equal(await pool.call('hello'), 'hello');
    await assert.rejects(native, failed('timeout'));
    assert.ok(performance.now() - start < timeoutMs + 2_000);
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((text) => pool.call(text))), [
      'a',
      'b',
      'c',
      'd',
    ]);
    assert.notDeepEqual(pool.pids, pids);
  });

  test('memory is bounded', async () => {
    await assert.rejects(pool.call('bomb'), (error) => error instanceof CallFailure);
    assert.equal(await pool.call('hello'), 'hello');
  });

  test('an exception is a failure of its call only', async () => {
    await assert.rejects(pool.call('throw'), /thrown inside/);
    assert.equal(await pool.call('hello'), 'hello');
  });

  test('a call whose signal aborts while it waits is dropped', async () => {
    const busy = Promise.allSettled([pool.call('loop'), pool.call('loop')]);
    const waiting = pool.call('hello', AbortSignal.timeout(20));
    await assert.rejects(waiting, { name: 'TimeoutError' });
    await busy;
  });
});

test('a process that is killed costs its call and is replaced', async () => {
  const pool = new Pool({ source, slots: 2 });
  await pool.start();
  const calls = [pool.call('loop'), pool.call('loop')];
  const outcomes = Promise.allSettled(calls);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === 'rejected' && failed('crash')(outcome.reason));
  }
  assert.equal(await pool.call('hello'), 'hello');
  pool.close();
});

test('a script that cannot start is said at the start', async () => {
  const pool = new Pool({ source: 'throw new Error("broken")', slots: 1 });
  await assert.rejects(pool.start(), { code: 'no_isolates', message: /broken/ });
});

test('a closed pool rejects what waits and what runs', async () => {
  const pool = new Pool({ source, slots: 1 });
  await pool.start();
  const calls = Promise.allSettled([pool.call('loop'), pool.call('waits')]);
  pool.close();
  for (const outcome of await calls) assert.equal(outcome.status, 'rejected');
  await assert.rejects(pool.call('late'), failed('crash'));
});
