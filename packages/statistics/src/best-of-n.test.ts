import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bestOfNAtK } from './best-of-n.ts';
import { logSpacedKs } from './ks.ts';
import { passAtK } from './pass-at-k.ts';
import { createRandom } from './random.ts';
import type { ScoredProblem } from './scored.ts';
import { choose, toNumber } from './testing/exact.ts';
import { overSubsets, successOfBest } from './testing/subsets.ts';

const estimates = (problem: ScoredProblem, ks: number[]) =>
  bestOfNAtK([problem], ks, { resamples: 1 }).points.map(({ estimate }) => estimate);

function assertClose(actual: number | undefined, expected: number, about: unknown, within = 1e-12): void {
  const close = actual !== undefined && Math.abs(actual - expected) <= within;
  assert.ok(close, `${JSON.stringify(about)}: ${actual}, not ${expected}`);
}

describe('bestOfNAtK', () => {
  test('by hand: ties by expectation', () => {
    // The best two are tied, one of them is right: of 3 pairs one has both (1/2), one the right one, one the other.
    assert.deepEqual(
      estimates({ scores: [2, 2, 1], correct: [1, 0, 0] }, [1, 2, 3]).map((value) => value.toFixed(12)),
      [1 / 3, 1 / 2, 1 / 2].map((value) => value.toFixed(12)),
    );
    // All scores are equal: a random choice, whatever k. 0 and -0 are equal.
    const equal = estimates({ scores: [0, -0, 0, -0], correct: [0, 0, 1, 1] }, [1, 2, 3, 4]);
    for (const value of equal) assertClose(value, 1 / 2, 'equal');
  });

  test('is the mean over all subsets, n up to 12', () => {
    const candidate = fc.tuple(fc.constantFrom(-2, -0.5, 0, 0.25, 7, 1e9), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 12 }), (pairs) => {
        const table = { scores: pairs.map(([score]) => score), correct: pairs.map(([, right]) => right) };
        const ks = pairs.map((_, i) => i + 1);
        estimates(table, ks).forEach((value, i) => {
          const k = ks[i] as number;
          const truth = overSubsets(pairs.length, k, (drawn) => successOfBest(table, drawn));
          assertClose(value, truth, { table, k });
        });
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  test('10,000 candidates: as in integers', () => {
    const n = 10_000;
    const random = createRandom(9);
    // Some 100 different scores, so that groups of equal ones are large.
    const scores = Float64Array.from({ length: n }, () => random.below(100) - 50);
    const correct = Uint8Array.from(scores, (score) => (random.below(200) < 60 + score ? 1 : 0));
    const ks = [1, 2, 10, 137, 1500];
    const values = estimates({ scores, correct }, ks);
    ks.forEach((k, at) => {
      // Of all subsets, those whose best score is `score`: no higher one, and not only lower ones.
      let sum = 0;
      let notHigher = 0;
      const all = choose(n, k);
      let waysLower = 0n;
      for (let score = -50; score < 50; score++) {
        const group = Array.from(correct).filter((_, i) => scores[i] === score);
        notHigher += group.length;
        // The groups above hold all chances that count.
        const ways = k > 100 && score < 0 ? 0n : choose(notHigher, k);
        const right = group.reduce((total, one) => total + one, 0);
        if (ways > waysLower) sum += (toNumber(ways - waysLower, all) * right) / group.length;
        waysLower = ways;
      }
      assertClose(values[at], sum, { k });
    });
  });

  test('10,000 candidates: the tiniest chance keeps its accuracy; certainty is 1', () => {
    const n = 10_000;
    const scores = Float64Array.from({ length: n }, (_, i) => -i);
    const at = (place: number, k: number) =>
      estimates({ scores, correct: Uint8Array.from(scores, (_, i) => (i === place ? 1 : 0)) }, [
        k,
      ])[0] as number;
    for (const [place, k] of [
      [0, 1],
      [0, 5000],
      [9999, 1],
      [5000, 40],
      [300, 700],
    ] as const) {
      const truth = toNumber(choose(n - 1 - place, k - 1), choose(n, k));
      assertClose(at(place, k) / truth, 1, { place, k }, 1e-10);
    }
    const all = estimates({ scores, correct: new Uint8Array(n).fill(1) }, logSpacedKs(n));
    for (const value of all) assertClose(value, 1, 'all correct');
  });

  test('a perfect selector reaches coverage', () => {
    const correct = [0, 1, 0, 0, 1, 0, 0, 0, 0];
    estimates({ scores: correct, correct }, [1, 2, 5, 9]).forEach((value, i) => {
      assertClose(value, passAtK(9, 2, [1, 2, 5, 9][i] as number), i);
    });
  });

  test('states its spread: that of what one draw for every problem gets', () => {
    const problems = [
      { scores: [3, 1, 2], correct: [0, 1, 1] },
      { scores: [1, 2, 3, 4], correct: [0, 0, 1, 0] },
    ];
    // k = 2: values 1/3 (one of three pairs has no 3) and 1/3 (2 of 6 pairs); each draw gets 0 or 1 right.
    const [point] = bestOfNAtK(problems, [2]).points;
    assertClose(point?.estimate, 1 / 3, 'mean');
    assertClose(point?.spread, Math.sqrt((2 * (2 / 9)) / 4), 'spread');
  });

  test('says that it is exact', () => {
    const problems = [
      { scores: [3, 1], correct: [0, 1] },
      { scores: [1, 2, 3], correct: [0, 1, 1] },
    ];
    const { points, dropped } = bestOfNAtK(problems, [1, 2, 3], { onShort: 'drop-k', exactBudget: 0 });
    assert.deepEqual(dropped, [3]);
    for (const { method, resampledProblems, resamplingError, bootstrap, estimate } of points) {
      assert.deepEqual([method, resampledProblems, resamplingError], ['exact', 0, 0]);
      assert.ok(bootstrap.low <= estimate && estimate <= bootstrap.high);
    }
  });

  test('refuses what is no score, and what does not fit together', () => {
    const good = { scores: [1, 2], correct: [0, 1] };
    for (const score of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.throws(
        () => bestOfNAtK([good, { scores: [1, score], correct: [0, 1] }], [1]),
        new RegExp(`^RangeError: score 1 of problem 1 is ${score}; `),
      );
    }
    assert.throws(
      () => bestOfNAtK([{ scores: [1, 2], correct: [0] }], [1]),
      /problem 0 \(scores: 2, correct: 1\)/,
    );
    assert.throws(
      () => bestOfNAtK([{ scores: [1, 2], correct: [0, 2] }], [1]),
      /correct\[1\] of problem 0 is 2/,
    );
    assert.throws(() => bestOfNAtK([good], [3]), /k = 3 is larger than problem 0's 2 candidates/);
    assert.throws(() => bestOfNAtK([], [1]), /problems is 0/);
  });
});
