import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { weightTransforms } from './ballots.ts';
import { majorityAtK } from './majority.ts';
import { createRandom } from './random.ts';
import type { ScoredProblem } from './scored.ts';
import { overSubsets, plainWeights, successOfVote } from './testing/subsets.ts';
import { votersOf } from './voters.ts';
import { type WeightedMajorityOptions, weightedMajorityAtK } from './weighted-majority.ts';

const others = weightTransforms.filter((transform) => transform !== 'raw');

const estimates = (problem: ScoredProblem, ks: number[], options: WeightedMajorityOptions) =>
  weightedMajorityAtK([problem], ks, { resamples: 1, ...options }).points.map(({ estimate }) => estimate);

function assertClose(actual: number | undefined, expected: number, about: unknown, within = 1e-12): void {
  const close = actual !== undefined && Math.abs(actual - expected) <= within;
  assert.ok(close, `${JSON.stringify(about)}: ${actual}, not ${expected}`);
}

/** 40 candidates of 4 classes and some without one; the right answer is rarer and scores higher. */
const large = (seed: number): ScoredProblem => {
  const random = createRandom(seed);
  const classes = Array.from({ length: 40 }, () => Math.max(-1, random.below(6) - 2));
  const correct = classes.map((own) => (own === 0 ? 1 : 0));
  const scores = correct.map((right) => right + random.below(40) / 10 - 2);
  return { scores, correct, classes };
};

describe('weightedMajorityAtK', () => {
  test('by hand', () => {
    // Answers A A B, where B is right.
    const problem = { scores: [1, 2, 4], correct: [0, 0, 1], classes: [0, 0, 1] };
    const all = (transform: WeightedMajorityOptions['transform'], temperature = 1) =>
      estimates(problem, [3], { transform, temperature })[0];
    assert.equal(all('softmax'), 1);
    // e^0.1 + e^0.2 > e^0.4.
    assert.equal(all('softmax', 10), 0);
    // 0.73 + 0.88 > 0.98; ranks 1 + 2 = 3; 0 + 1 < 3; 1 + 2 < 4.
    assert.equal(all('sigmoid'), 0);
    assert.equal(all('rank'), 1 / 2);
    assert.equal(all('min-shift'), 1);
    assert.equal(all('raw'), 1);
  });

  test('is the mean over all subsets by the definitions, n up to 8', () => {
    const candidate = fc.tuple(
      fc.constantFrom(0, 0.1, 0.5, 1, 1.25, 3, 40),
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: -1, max: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(candidate, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...weightTransforms),
        (list, transform) => {
          const sign = transform === 'raw' ? 1 : -1;
          const table = {
            scores: list.map(([score], i) => (i % 2 ? sign * score : score)),
            correct: list.map(([, right]) => right),
            classes: list.map(([, , own]) => own),
          };
          const ks = list.map((_, i) => i + 1);
          estimates(table, ks, { transform }).forEach((value, i) => {
            const k = ks[i] as number;
            const weigh = plainWeights[transform] as (own: number[]) => number[];
            const truth = overSubsets(list.length, k, (drawn) => successOfVote(table, drawn, weigh));
            assertClose(value, truth, { transform, table, k });
          });
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('with equal scores it is the majority vote', () => {
    const { correct, classes } = large(1);
    for (const transform of ['softmax', 'sigmoid', 'rank', 'raw'] as const) {
      const problem = { scores: new Float64Array(40).fill(0.7), correct, classes } as ScoredProblem;
      const ks = [1, 2, 40];
      const truth = majorityAtK([votersOf(problem, 0)], ks).points;
      estimates(problem, ks, { transform, exactBudget: 1e9 }).forEach((value, i) => {
        assertClose(value, truth[i]?.estimate as number, { transform, k: ks[i] });
      });
    }
  });

  test('softmax and ranks do not change where all scores are shifted; ranks follow the order only', () => {
    const { scores, correct, classes } = large(2) as ScoredProblem & { scores: number[] };
    const ks = [2, 5, 17, 40];
    for (const [transform, change] of [
      ['softmax', (score: number) => score - 4096],
      ['softmax', (score: number) => score + 4096],
      ['min-shift', (score: number) => 64 * score],
      ['rank', (score: number) => Math.exp(score)],
    ] as const) {
      // Binary fractions, so that shifting is exact.
      const fine = scores.map((score) => Math.round(score * 16) / 16);
      const problem = { scores: fine, correct, classes } as ScoredProblem;
      const changed = { ...problem, scores: fine.map(change) };
      const moved = estimates(changed, ks, { transform });
      estimates(problem, ks, { transform }).forEach((value, i) => {
        assertClose(moved[i], value, { transform, k: ks[i] });
      });
    }
  });

  test('scores of any size: only what is drawn counts', () => {
    // Far apart, the highest score drawn decides, as in best-of-N; the one at 1e300 is drawn in 1 of 4.
    const problem = { scores: [1e300, -1e30, -1000, -1002], correct: [0, 0, 1, 0], classes: [0, 1, 2, 3] };
    assertClose(estimates(problem, [1], { transform: 'softmax' })[0], 1 / 4, 'one');
    assertClose(estimates(problem, [2], { transform: 'softmax' })[0], 2 / 6, 'two');
    assertClose(estimates(problem, [2], { transform: 'softmax', temperature: 1e-300 })[0], 2 / 6, 'cold');
    // Logits far below 0, where 1 / (1 + e^-x) itself is 0: two of -1000 weigh more than one of -999.5.
    const low = { scores: [-1000, -1000, -999.5], correct: [1, 1, 0], classes: [0, 0, 1] };
    assert.equal(estimates(low, [3], { transform: 'sigmoid' })[0], 1);
    assert.equal(estimates({ ...low, scores: [-1000, -1000, -999] }, [3], { transform: 'sigmoid' })[0], 0);
    // Two of three that weigh alike win, though the sum of their weights is no number.
    for (const most of [Number.MAX_VALUE, Number.MIN_VALUE]) {
      const wide = { scores: [most, most, most, -most], correct: [1, 1, 0, 0], classes: [0, 0, 1, 2] };
      assert.equal(estimates(wide, [4], { transform: 'min-shift' })[0], 1);
      assert.equal(estimates({ ...wide, scores: [most, most, most, 0] }, [4], { transform: 'raw' })[0], 1);
    }
  });

  test('resamples where subsets are too many, and is right within the error that it states', () => {
    const problems = [3, 4, 5].map(large);
    const ks = [1, 2, 3, 37, 40];
    const always = [1, 40];
    for (const transform of others) {
      const exact = weightedMajorityAtK(problems, ks, { transform, exactBudget: 1e7, resamples: 1 });
      const options = { transform, exactBudget: 0, subsets: 2000, resamples: 1 } as const;
      weightedMajorityAtK(problems, ks, options).points.forEach((point, i) => {
        const truth = exact.points[i];
        assert.equal(truth?.method, 'exact');
        assert.equal(point.method, always.includes(point.k) ? 'exact' : 'resampled');
        const off = Math.abs(point.estimate - truth.estimate);
        const about = `${transform} k ${point.k}: ${point.estimate} ± ${point.resamplingError}, not ${truth.estimate}`;
        assert.ok(off <= 4.5 * point.resamplingError + 1e-9, about);
      });
    }
  });

  test('nobody votes: failure', () => {
    const none = { scores: [1, 2, 3], correct: [1, 1, 1] };
    for (const transform of weightTransforms) {
      assert.deepEqual(estimates(none, [1, 3], { transform }), [0, 0]);
      const one = estimates({ ...none, classes: [-1, 5, -1] }, [1, 2, 3], { transform });
      one.forEach((value, i) => {
        assertClose(value, (i + 1) / 3, transform);
      });
    }
  });

  test('says what it did; equal input and seed give equal output', () => {
    const run = (seed: number) => weightedMajorityAtK([large(6)], [10], { transform: 'softmax', seed });
    const { transform, temperature, ties, subsets, points } = run(0);
    assert.deepEqual([transform, temperature, ties, subsets], ['softmax', 1, 'uniform', 100]);
    assert.deepEqual(run(0).points, points);
    assert.notDeepEqual(run(1).points, points);
    assert.equal(weightedMajorityAtK([large(6)], [40], { transform: 'rank' }).temperature, null);
  });

  test('refuses negative raw scores, and says why', () => {
    const problem = { scores: [1, -0.5], correct: [1, 0], classes: [0, 1] };
    assert.throws(
      () => weightedMajorityAtK([problem], [1], { transform: 'raw' }),
      /^RangeError: score 1 of problem 0 is -0.5: .* negative .* more votes; use softmax, sigmoid, rank or min-shift$/,
    );
  });

  test('refuses what is no score, class, transform or temperature', () => {
    const problem = { scores: [1, 2], correct: [1, 0], classes: [0, 1] };
    const run = (change: Partial<ScoredProblem>, options: object = {}) => {
      const full = { transform: 'rank', ...options } as WeightedMajorityOptions;
      return () => weightedMajorityAtK([{ ...problem, ...change }], [1], full);
    };
    assert.throws(run({ scores: [1, Number.NaN] }), /score 1 of problem 0 is NaN/);
    assert.throws(run({ classes: [0] }), /problem 0 \(scores: 2, classes: 1\)/);
    assert.throws(run({ classes: [0, -2] }), /classes\[1\] of problem 0 is -2/);
    assert.throws(run({ classes: [0, 0.5] }), /classes\[1\] of problem 0 is 0.5/);
    assert.throws(run({}, { transform: 'log' }), /transform is log; give one of softmax, /);
    assert.throws(run({}, { transform: 'softmax', temperature: 0 }), /temperature is 0/);
  });
});
