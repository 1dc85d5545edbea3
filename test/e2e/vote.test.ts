/** Majority vote by answer class: what the report says is what counting the stored verdicts gives. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, reportOf } from '../support/assay.ts';
import { storedRows } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

interface Vote {
  answerClass: string;
  correct: boolean;
}

test('examples/math: the vote at every k, and the classes of every problem', async (t) => {
  const store = join(tempDir(t), 'store.db');
  const samples = join(repository, 'examples/math/problems.jsonl');
  const ended = await assay(t, ['run', samples, '--verifier', 'math', '--store', store, '--json']);
  assert.equal(ended.code, 0, ended.stderr);
  const { run, results } = reportOf(ended);
  const [math] = results.verifiers;

  const votes = new Map<string, Vote[]>();
  for (const [key, { judgement }] of await storedRows(store, run.id)) {
    const id = key.slice(0, key.lastIndexOf('/'));
    const { answerClass = '', status } = judgement?.verdict ?? {};
    votes.set(id, [...(votes.get(id) ?? []), { answerClass, correct: status === 'CORRECT' }]);
  }
  assert.ok((math?.majority?.points.length ?? 0) >= 3);
  for (const { k, estimate } of math?.majority?.points ?? []) {
    const expected = mean([...votes.values()].map((all) => mean(subsets(all, k).map(successOf))));
    assert.ok(Math.abs(estimate - expected) < 1e-9, `k = ${k}: ${estimate}, counted ${expected}`);
  }

  assert.equal(math?.perProblem.length, votes.size);
  for (const { id, largest, vote, classes, abstaining } of math?.perProblem ?? []) {
    const all = votes.get(id) ?? [];
    const counted = [...tally(all)].map(([answerClass, { count, correct }]) => ({
      answerClass,
      count,
      correct,
    }));
    counted.sort((a, b) => b.count - a.count || (a.answerClass < b.answerClass ? -1 : 1));
    assert.deepEqual(
      largest.map(({ answerClass, count, correct }) => ({ answerClass, count, correct })),
      counted,
      id,
    );
    assert.equal(classes, counted.length, id);
    assert.equal(abstaining, all.filter(({ answerClass }) => answerClass === '').length, id);
    assert.ok(Math.abs((vote?.success ?? 0) - successOf(all)) < 1e-12, id);
    for (const { answerClass, count, correct } of counted) {
      assert.ok(correct === 0 || correct === count, `${id}: ${answerClass} is judged both ways`);
    }
  }
});

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** All subsets of k elements of a short list. */
function subsets<T>(all: readonly T[], k: number): T[][] {
  const masks = Array.from({ length: 1 << all.length }, (_, mask) => mask);
  return masks.map((mask) => all.filter((_, i) => mask & (1 << i))).filter(({ length }) => length === k);
}

function tally(votes: readonly Vote[]): Map<string, { count: number; correct: number }> {
  const classes = new Map<string, { count: number; correct: number }>();
  for (const { answerClass, correct } of votes) {
    if (answerClass === '') continue;
    const sum = classes.get(answerClass) ?? { count: 0, correct: 0 };
    classes.set(answerClass, { count: sum.count + 1, correct: sum.correct + Number(correct) });
  }
  return classes;
}

/** Chance that the most frequent class is right; of tied ones each is chosen with equal chance. */
function successOf(votes: readonly Vote[]): number {
  const classes = [...tally(votes).values()];
  const most = Math.max(...classes.map(({ count }) => count));
  const tied = classes.filter(({ count }) => count === most);
  return tied.length === 0 ? 0 : mean(tied.map(({ count, correct }) => correct / count));
}
