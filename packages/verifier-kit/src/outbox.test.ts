import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from './outbox.ts';

const never = new AbortController().signal;

test('items come as they finish, and the stream ends after the last', async () => {
  const outbox = new Outbox<number>(3);
  outbox.put(1);
  outbox.put(2);
  const lists = outbox.lists(60_000, never);
  assert.deepEqual((await lists.next()).value, [1, 2]);
  const next = lists.next();
  setImmediate(() => outbox.put(3));
  assert.deepEqual((await next).value, [3]);
  assert.equal((await lists.next()).done, true);
});

test('nothing for a while is an empty list, not the end', async () => {
  const outbox = new Outbox<number>(1);
  const lists = outbox.lists(1, never);
  assert.deepEqual((await lists.next()).value, []);
  outbox.put(1);
  assert.deepEqual((await lists.next()).value, [1]);
});

test('it ends where the signal aborts', async () => {
  const controller = new AbortController();
  const lists = new Outbox<number>(1).lists(60_000, controller.signal);
  const next = lists.next();
  setImmediate(() => controller.abort());
  assert.deepEqual((await next).value, []);
  assert.equal((await lists.next()).done, true);
});

test('none are expected: none come', async () => {
  assert.equal((await new Outbox<number>(0).lists(60_000, never).next()).done, true);
});
