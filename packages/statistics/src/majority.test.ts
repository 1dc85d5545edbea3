import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { majorityAtK } from './majority.ts';
import { exactMajority } from './majority-exact.ts';
import { createRandom } from './random.ts';
import { type ClassTable, votesOf } from './votes.ts';

const small: ClassTable[] = [
  { counts: [4, 3, 1], correct: [4, 0, 0], abstaining: 2 },
  { counts: [5, 6], correct: [5, 0] },
  { counts: [], correct: [], abstaining: 10 },
];

/** Many classes of nearly equal size: no exact sum is affordable in the middle. */
const wide: ClassTable[] = Array.from({ length: 10 }, (_, problem) => {
  const random = createRandom(21, problem);
  const counts = Array.from({ length: 100 }, () => 5 + random.below(30));
  return { counts, correct: counts.map((size, i) => (i % 2 ? size : 0)), abstaining: 50 };
});

describe('majorityAtK', () => {
  test('is the mean of the exact values where these are affordable', () => {
    const { points, dropped, ...settings } = majorityAtK(small, [1, 2, 5, 10], { seed: 3, resamples: 100 });
    for (const { k, estimate, method, resampledProblems, resamplingError, bootstrap } of points) {
      const values = small.map(
        (table, i) => exactMajority(votesOf(table, i), k, Number.POSITIVE_INFINITY) as number,
      );
      assert.ok(Math.abs(estimate - values.reduce((sum, value) => sum + value, 0) / 3) < 1e-12);
      assert.deepEqual([method, resampledProblems, resamplingError], ['exact', 0, 0]);
      assert.ok(bootstrap.low <= estimate && estimate <= bootstrap.high);
    }
    assert.equal(points[0]?.estimate.toFixed(12), ((0.4 + 5 / 11 + 0) / 3).toFixed(12));
    assert.deepEqual(dropped, []);
    assert.deepEqual(settings, {
      problems: 3,
      confidence: 0.95,
      resamples: 100,
      seed: 3,
      ties: 'uniform',
      subsets: 100,
    });
  });

  test('resamples the rest, says so, and is right within the error that it states', () => {
    const ks = [1, 2, 10, 60];
    const cheap = majorityAtK(wide, ks, { exactBudget: 3e4, subsets: 400 });
    const exact = majorityAtK(wide, ks, { exactBudget: 1e12 });
    assert.deepEqual(
      cheap.points.map(({ method, resampledProblems }) => [method, resampledProblems]),
      [
        ['exact', 0],
        ['exact', 0],
        ['resampled', 10],
        ['resampled', 10],
      ],
    );
    cheap.points.forEach(({ estimate, resamplingError }, i) => {
      const truth = exact.points[i]?.estimate as number;
      assert.ok(
        Math.abs(estimate - truth) <= 4 * resamplingError + 1e-12,
        `${estimate} ± ${resamplingError}: ${truth}`,
      );
      assert.ok(resamplingError < 0.01);
    });
  });

  test('the stated error is the spread between seeds', () => {
    const run = (seed: number) =>
      majorityAtK(wide, [20], { exactBudget: 0, subsets: 50, seed, resamples: 1 }).points[0];
    const runs = Array.from({ length: 200 }, (_, seed) => run(seed));
    const values = runs.map((point) => point?.estimate as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / 200;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199);
    const ratio = spread / (runs[0]?.resamplingError as number);
    assert.ok(ratio > 0.8 && ratio < 1.25, `ratio ${ratio}`);
  });

  test('budget 0 resamples all but k = n, which needs no draws', () => {
    const { points } = majorityAtK(small.slice(0, 1), [1, 10], { exactBudget: 0 });
    assert.deepEqual(
      points.map(({ method }) => method),
      ['resampled', 'exact'],
    );
    assert.equal(points[1]?.estimate, 1);
  });

  test('equal input and seed give equal output; a problem draws from its own stream', () => {
    const options = { exactBudget: 0, subsets: 20, resamples: 10 };
    assert.deepEqual(majorityAtK(wide, [5, 50], options), majorityAtK(wide, [5, 50], options));
    const other = majorityAtK(wide, [5, 50], { ...options, seed: 1 });
    assert.notDeepEqual(majorityAtK(wide, [5, 50], options).points, other.points);
    const certain: ClassTable = { counts: [60], correct: [60] };
    const first = wide[0] as ClassTable;
    const alone = majorityAtK([first], [5, 50], options).points;
    majorityAtK([first, certain], [5, 50], options).points.forEach(({ estimate }, i) => {
      assert.ok(Math.abs(estimate - ((alone[i]?.estimate as number) + 1) / 2) < 1e-12);
    });
  });

  test('refuses or drops k beyond the smallest problem', () => {
    assert.throws(() => majorityAtK(small, [1, 11]), /k = 11 is larger than problem 0's 10 candidates/);
    assert.deepEqual(majorityAtK(small, [1, 11], { onShort: 'drop-k' }).dropped, [11]);
    assert.throws(() => majorityAtK([], [1]), /problems is 0/);
    assert.throws(() => majorityAtK(small, [1], { subsets: 1 }), /subsets is 1/);
    assert.throws(() => majorityAtK([{ counts: [1], correct: [2] }], [1]), /correct\[0\] of problem 0/);
  });
});
