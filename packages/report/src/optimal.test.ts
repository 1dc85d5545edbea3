import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bestOfNAtK, createRandom, mean } from '@assay/statistics';
import { optimalOf } from './optimal.ts';
import { renderOptimal } from './optimal-lines.ts';
import type { ScoreTable, ScoreTables } from './selectors.ts';

/** Candidates of `problems` problems of rising difficulty; `score` makes a score of whether one is correct. */
function made(
  problems: number,
  n: number,
  selectors: Record<string, (correct: number, u: number, p: number) => number>,
  classed = false,
): ScoreTables {
  const random = createRandom(11);
  const next = () => random.next() / 2 ** 32;
  const tables = Array.from({ length: problems }, (_, p): ScoreTable => {
    const correct = Array.from({ length: n }, () => (next() < (p + 1) / (problems + 1) ? 1 : 0));
    const classes = correct.map((right) => (right === 1 ? 0 : 1 + Math.floor(3 * next())));
    const scores = Object.values(selectors).map((score) => correct.map((right) => score(right, next(), p)));
    return { correct, ...(classed && { classes }), scores };
  });
  return { selectors: Object.keys(selectors), classesBy: classed ? 'oracle' : null, problems: tables };
}

function choiceOf(...args: Parameters<typeof optimalOf>) {
  const { choice } = optimalOf(...args);
  return choice ?? assert.fail();
}

const good = (right: number, u: number) => right + 2 * u;

describe('optimalOf', () => {
  test('two selectors, each of use for other problems: the mix takes each where it is', () => {
    const tables = made(80, 40, {
      hard: (right, u, p) => (p < 32 ? right : 0) + u / 2,
      easy: (right, u, p) => (p < 32 ? 0 : right) + u / 2,
    });
    const choice = choiceOf(tables, { budgets: [1, 16] });
    const [one, many] = choice.points;
    assert.equal(one?.mix, one?.single);
    assert.ok((many?.difference.low ?? 0) > 0.02, JSON.stringify(many));
    assert.deepEqual(
      [choice.bins[0], choice.bins.at(-1)].map((bin) => bin?.best[1]?.strategy.name),
      ['best-of-n by easy', 'best-of-n by hard'],
    );
    const text = renderOptimal(choice, 0.95);
    assert.match(text, /choosing by difficulty gains at budgets of 16\n/);
    assert.match(text, /80 problems in 5 bins of difficulty by pass@1\n/);
    assert.ok(
      text.split('\n').every((line) => line.length <= 100),
      text,
    );
  });

  test('no luck of the same candidates: equal problems, whose votes follow from their luck, gain nothing', () => {
    // Every problem is solved by half of all samples. By its own candidates a lucky one would be easy, and its vote right.
    const random = createRandom(3);
    const problems = Array.from({ length: 400 }, (): ScoreTable => {
      const correct = Array.from({ length: 16 }, () => random.below(2));
      return { correct, classes: correct.map((right) => 1 - right), scores: [correct.map(() => 0)] };
    });
    const choice = choiceOf({ selectors: ['none'], classesBy: 'oracle', problems });
    for (const { mix, single, difference } of choice.points) {
      assert.ok(difference.low <= 0 && mix - single < 0.03, `${mix - single}`);
    }
  });

  test('scores that tell nothing: a vote is best where right answers are most frequent', () => {
    const guess = (_: number, u: number) => u;
    const { bins } = choiceOf(made(60, 20, { a: guess, b: guess }, true), { budgets: [9] });
    for (const { best } of bins.slice(0, 2)) {
      assert.match(best[0]?.strategy.name ?? '', /^(majority|weighted-(softmax|rank) by [ab])$/);
    }
  });

  test('a quarter tells difficulty, the rest is chosen from', () => {
    const tables = made(10, 12, { a: good });
    const { points, by } = choiceOf(tables, { by: 'a' });
    assert.equal(by, 'mean score of a');
    assert.deepEqual(
      points.map(({ budget }) => budget),
      [1, 4, 9],
    );
    assert.equal(optimalOf(tables, { budgets: [10] }).choice, null);
    const rates = Array.from({ length: 100 }, (_, seed) => {
      return choiceOf(tables, { seed, bins: 1, budgets: [1] }).points[0]?.single ?? 0;
    });
    // The rest is as good as all, over many random parts.
    const all = tables.problems.map(({ correct, scores }) => ({ correct, scores: scores[0] ?? [] }));
    const whole = bestOfNAtK(all, [1]).points[0]?.estimate ?? 0;
    assert.ok(Math.abs(mean(rates) - whole) < 0.02, `${mean(rates)} and ${whole}`);
    assert.ok(new Set(rates).size > 5);
  });

  test('missing verdicts and scores are left out, and told', () => {
    const { problems, ...more } = made(10, 8, { a: good, b: good, silent: () => Number.NaN });
    const [first, second, ...rest] = problems as [ScoreTable, ScoreTable, ...ScoreTable[]];
    const holed = { ...first, correct: Array.from(first.correct, (right, i) => (i === 0 ? -1 : right)) };
    const lone = { correct: [1], scores: [[1], [1], [Number.NaN]] };
    const choice = choiceOf({ ...more, problems: [holed, second, lone, ...rest] });
    assert.equal(choice.problems, 10);
    assert.match(choice.notes[0] ?? '', /^Candidates without .*, left out: 2; problems: 1\.$/);
    assert.match(choice.notes[1] ?? '', /has an answer class/);
  });

  test('what cannot be done is said', () => {
    const tables = made(4, 4, { a: good });
    const why = (...args: Parameters<typeof optimalOf>) => {
      const result = optimalOf(...args);
      return result.choice === null ? result.why : '';
    };
    assert.match(why(tables, { by: 'b' }), /No selector with scores is called b/);
    assert.match(why(made(4, 4, { a: () => Number.NaN })), /No selector has a score/);
    assert.match(why(made(1, 4, { a: good })), /Fewer than two problems/);
    assert.match(why(made(4, 1, { a: good })), /Fewer than two problems/);
    assert.match(why(tables, { budgets: [4] }), /A budget is 4, and some problem has 3/);
  });

  test('scores so great that their sum is infinite', () => {
    const tables = made(6, 8, { a: (right) => 1e308 + right * 1e307 });
    assert.equal(choiceOf(tables, { by: 'a', bins: 2 }).problems, 6);
  });
});
