import assert from 'node:assert/strict';
import { test } from 'node:test';
import { untilAborted } from './until-aborted.ts';

async function* numbers(n: number) {
  for (let i = 0; i < n; i++) yield i;
}

test('gives every item, and ends with the input', async () => {
  const { signal } = new AbortController();
  assert.deepEqual(await Array.fromAsync(untilAborted(numbers(5), signal)), [0, 1, 2, 3, 4]);
});

test('throws the reason at once, also while the input is silent, and tells the input to end', async () => {
  const aborter = new AbortController();
  let returned = false;
  const silent: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const reading = assert.rejects(Array.fromAsync(untilAborted(silent, aborter.signal)), /enough/);
  aborter.abort(new Error('enough'));
  await reading;
  assert.ok(returned);
});

test('passes on what the input throws, and closes it when the reader leaves', async () => {
  const { signal } = new AbortController();
  let closed = false;
  async function* input() {
    try {
      yield 1;
      throw new Error('broken');
    } finally {
      closed = true;
    }
  }
  await assert.rejects(Array.fromAsync(untilAborted(input(), signal)), /broken/);
  closed = false;
  for await (const _ of untilAborted(input(), signal)) break;
  assert.ok(closed);
});
