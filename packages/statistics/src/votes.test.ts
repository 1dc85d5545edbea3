import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plurality, pluralityOf, votesOf } from './votes.ts';

test('votesOf orders classes by size, leaves out empty ones, and counts all candidates', () => {
  const { n, abstaining, sizes, rates } = votesOf(
    { counts: [2, 0, 5], correct: Uint8Array.of(1, 0, 5), abstaining: 3 },
    0,
  );
  assert.deepEqual([n, abstaining, [...sizes], [...rates]], [10, 3, [5, 2], [1, 0.5]]);
});

test('plurality: the largest class, the mean of tied ones, failure without votes', () => {
  const rate = (counts: number[], correct: number[]) =>
    plurality(votesOf({ counts, correct, abstaining: 9 }, 0));
  assert.equal(rate([2, 5], [2, 0]), 0);
  assert.equal(rate([2, 5], [0, 4]), 0.8);
  assert.equal(rate([3, 3, 3, 1], [3, 0, 0, 1]), 1 / 3);
  assert.equal(rate([], []), 0);
});

test('votesOf names the problem and the entry that is wrong', () => {
  assert.throws(
    () => votesOf({ counts: [2], correct: [3] }, 4),
    /correct\[0\] of problem 4 is 3.*from 0 to 2/,
  );
  assert.throws(() => votesOf({ counts: [-1], correct: [0] }, 4), /counts\[0\] of problem 4 is -1/);
  assert.throws(() => votesOf({ counts: [2], correct: [] }, 4), /problem 4.*counts: 1, correct: 0/);
  assert.throws(() => votesOf({ counts: [2], correct: [1], abstaining: 0.5 }, 4), /abstaining of problem 4/);
});

test('pluralityOf: how many classes tie, and the chance that the vote is right', () => {
  assert.deepEqual(pluralityOf({ counts: [2, 5], correct: [2, 0], abstaining: 9 }), { tied: 1, success: 0 });
  assert.deepEqual(pluralityOf({ counts: [1, 3, 3], correct: [0, 3, 0] }), { tied: 2, success: 1 / 2 });
  assert.equal(pluralityOf({ counts: [0], correct: [0], abstaining: 2 }), undefined);
});
