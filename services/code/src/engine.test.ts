import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from './engine.ts';

test('what the engine does in time is passed on, a failure as well', async () => {
  assert.equal(await within(60_000, async (signal) => signal.aborted), false);
  await assert.rejects(
    within(60_000, () => Promise.reject(new Error('no such container'))),
    /^Error: no such container$/,
  );
});

test('a call that gets no answer is given up, and says so', async () => {
  const unanswered = within(
    10,
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  );
  await assert.rejects(unanswered, /does not answer within 0\.01 s/);
});
