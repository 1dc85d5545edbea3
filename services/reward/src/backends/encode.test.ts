import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendError, Item } from '../types.ts';
import { encodeAll } from './encode.ts';

const items = Array.from(
  { length: 4 },
  (_, i): Item => ({ messages: [{ role: 'user', content: 'p' }], promptKey: 'p', response: String(i) }),
);

/** Takes longer than a turn of the event loop may. */
function slowly(item: Item): string {
  const end = performance.now() + 25;
  while (performance.now() < end);
  return item.response;
}

test('in their order', async () => {
  assert.deepEqual(await encodeAll(items, ({ response }) => response, new AbortController().signal), [
    '0',
    '1',
    '2',
    '3',
  ]);
});

test('an abort is seen between two long ones, and so is all else', async () => {
  const over = new AbortController();
  const seen: string[] = [];
  setImmediate(() => over.abort());
  const encoding = encodeAll(
    items,
    (item) => {
      seen.push(item.response);
      return slowly(item);
    },
    over.signal,
  );
  await assert.rejects(encoding, (error: BackendError) => error.fault === 'timeout');
  assert.deepEqual(seen, ['0']);
});

test('what cannot be encoded fails all', async () => {
  const encode = ({ response }: Item) => assert.notEqual(response, '2');
  await assert.rejects(encodeAll(items, encode, new AbortController().signal), assert.AssertionError);
});
