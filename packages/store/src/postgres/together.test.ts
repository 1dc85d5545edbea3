import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Together } from './together.ts';

test('what comes while questions are under way is asked together, and fails together', async () => {
  const asked: {
    questions: readonly number[];
    answer: (rows: string[]) => void;
    fail: (e: Error) => void;
  }[] = [];
  const together = new Together<number, string[]>((questions) => {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    asked.push({ questions, answer: resolve, fail: reject });
    return promise;
  });
  const answers = [[1], [2], [3, 4], [5]].map((questions) => together.ask(questions));
  const seen = () => asked.map(({ questions }) => questions);
  assert.deepEqual(seen(), [[1], [2]]);
  asked[1]?.answer(['two']);
  assert.deepEqual(await answers[1], ['two']);
  assert.deepEqual(seen(), [[1], [2], [3, 4, 5]]);
  const last = together.ask([6]);
  asked[2]?.fail(new Error('away'));
  await assert.rejects(answers[2] as Promise<unknown>, /away/);
  await assert.rejects(answers[3] as Promise<unknown>, /away/);
  assert.deepEqual(seen().at(-1), [6]);
  asked[3]?.answer(['six']);
  asked[0]?.answer(['one']);
  assert.deepEqual([await answers[0], await last], [['one'], ['six']]);
  const more = together.ask([7]);
  assert.deepEqual(seen().at(-1), [7]);
  asked[4]?.answer([]);
  assert.deepEqual(await more, []);
});
