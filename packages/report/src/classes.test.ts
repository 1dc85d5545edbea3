import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@assay/statistics';
import { Classes, classesPerProblem } from './classes.ts';

const tally = (answerClass: string, count: number, correct = 0) => ({
  problem: 1,
  verifier: 0,
  answerClass,
  answer: `written ${answerClass}`,
  count,
  correct,
});

test('names the largest classes, and the largest correct one wherever it is', () => {
  const classes = new Classes(2);
  for (const each of [tally('', 4), tally('a', 3), tally('b', 9), tally('c', 3), tally('d', 1, 1)]) {
    classes.add(each);
  }
  assert.deepEqual(
    classes.largest.map(({ answerClass, count, share, correct }) => [answerClass, count, share, correct]),
    [
      ['b', 9, 9 / 20, 0],
      ['a', 3, 3 / 20, 0],
      ['d', 1, 1 / 20, 1],
    ],
  );
  assert.equal(classes.top?.answer, 'written b');
  assert.deepEqual(classes.vote, { tied: 1, success: 0 });
  assert.deepEqual([classes.counts.length, classes.abstaining, classes.judged], [4, 4, 20]);
});

test('nobody votes: no class, no vote', () => {
  const classes = new Classes(2);
  classes.add(tally('', 4));
  assert.deepEqual([classes.largest, classes.top, classes.vote], [[], null, null]);
});

test('long texts are cut between characters', () => {
  const classes = new Classes(2);
  classes.add({ ...tally('k'.repeat(1_000), 1), answer: `${'x'.repeat(198)}😀 and more` });
  classes.addError({ problem: 1, verifier: 0, reason: 'undecided', message: 'm'.repeat(10_000), count: 1 });
  const [one] = classes.largest;
  assert.equal(one?.answerClass.length, 200);
  assert.ok(one?.answer.isWellFormed() && one.answer.endsWith('…'));
  assert.equal(classes.errors[0]?.message.length, 200);
});

test('many problems: fewer classes of each, and never none', () => {
  assert.deepEqual([0, 1, 1_000, 5_000, 1e6].map(classesPerProblem), [20, 20, 20, 4, 3]);
});

test('the bounded list is the beginning of the whole one', () => {
  const random = createRandom(7, 0);
  for (let round = 0; round < 200; round++) {
    const limit = 1 + random.below(5);
    const all = Array.from({ length: random.below(12) }, (_, i) => {
      const count = 1 + random.below(6);
      return tally(String(i), count, random.below(2) * count);
    });
    const classes = new Classes(limit);
    for (const each of all) classes.add(each);
    const sorted = all.toSorted((a, b) => b.count - a.count);
    const expected = sorted.slice(0, limit);
    const rightest = sorted.find(({ correct }) => correct > 0);
    if (rightest !== undefined && !expected.includes(rightest)) expected.push(rightest);
    assert.deepEqual(
      classes.largest.map(({ answerClass }) => answerClass),
      expected.map(({ answerClass }) => answerClass),
    );
  }
});
