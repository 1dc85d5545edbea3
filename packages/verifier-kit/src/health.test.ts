import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchHealth } from './health.ts';

/** What it tells while `ask` answers with each of `answers` in turn. */
async function told(
  answers: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<(string | undefined)[]> {
  const over = new AbortController();
  const changes: (string | undefined)[] = [];
  let next = 0;
  const ask = (signal: AbortSignal) => {
    const answer = answers[next++];
    if (answer !== undefined) return answer(signal);
    over.abort();
    return Promise.resolve();
  };
  await watchHealth(ask, 5, over.signal, (fault) => changes.push(fault));
  return changes;
}

const well = () => Promise.resolve();
const ill = (why: string) => () => Promise.reject(new Error(why));

test('only changes are told', async () => {
  assert.deepEqual(await told([well, well]), []);
  assert.deepEqual(await told([ill('a'), ill('b'), well, well, ill('c')]), ['a', undefined, 'c']);
});

test('an answer that never comes, whatever becomes of the signal, is a fault', async () => {
  assert.deepEqual(await told([() => new Promise(() => {}), well]), ['no answer within 5 ms', undefined]);
});
