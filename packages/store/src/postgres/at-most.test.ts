import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AtMost } from './at-most.ts';

test('runs so many at a time, in the order in which they came, whether they fail or not', async () => {
  const turns = new AtMost(2);
  const begun: number[] = [];
  const ends = Array.from({ length: 6 }, () => Promise.withResolvers<number>());
  const results = ends.map(({ promise }, i) =>
    turns.take(() => {
      begun.push(i);
      return promise;
    }),
  );
  const settled = Promise.allSettled(results);
  assert.deepEqual(begun, [0, 1]);
  ends[1]?.reject(new Error('of its own'));
  await assert.rejects(results[1] as Promise<number>, /of its own/);
  assert.deepEqual(begun, [0, 1, 2]);
  for (const [i, { resolve }] of ends.entries()) resolve(i);
  const values = (await settled).map((result) => result.status === 'fulfilled' && result.value);
  assert.deepEqual(values, [0, false, 2, 3, 4, 5]);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
  assert.equal(await turns.take(async () => 'one more'), 'one more');
});
