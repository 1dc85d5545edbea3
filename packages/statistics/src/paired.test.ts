import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bestOfNAtK } from './best-of-n.ts';
import { coverage } from './coverage.ts';
import { criticalStudent } from './critical.ts';
import { majorityAtK } from './majority.ts';
import { mcnemarExact, pairedBestOfN, pairedCoverage, pairedMajority } from './paired.ts';
import { createRandom } from './random.ts';
import { choose, toNumber } from './testing/exact.ts';

const close = (actual: number | undefined, expected: number, within = 1e-12) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe('paired differences', () => {
  const problems = fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 9 }), {
    minLength: 3,
    maxLength: 3,
  });

  test('each rate is that of its own function, and the difference is theirs', () => {
    fc.assert(
      fc.property(problems, problems, (a, b) => {
        const counts = (all: boolean[][]) => ({
          n: all.map((own) => own.length),
          c: all.map((own) => own.filter(Boolean).length),
        });
        const ks = [1, 2, 4];
        const { points } = pairedCoverage(counts(a), counts(b), ks);
        const [first, second] = [coverage(counts(a), ks), coverage(counts(b), ks)];
        for (const [i, point] of points.entries()) {
          close(point.first, first.points[i]?.estimate as number);
          close(point.second, second.points[i]?.estimate as number);
          close(point.difference, point.second - point.first);
          assert.ok(point.bootstrap.low - 1e-12 <= point.difference);
          assert.ok(point.difference <= point.bootstrap.high + 1e-12);
        }
        const scored = (all: boolean[][]) =>
          all.map((own) => ({ scores: own.map((_, i) => (i * 7) % 5), correct: own.map(Number) }));
        const best = pairedBestOfN(scored(a), scored(b), ks);
        close(best.points[1]?.second, bestOfNAtK(scored(b), ks).points[1]?.estimate as number);
        // Right ones are class 0, wrong ones class 1 or none.
        const classed = (all: boolean[][]) =>
          all.map((own) => ({
            correct: own.map(Number),
            classes: own.map((right, i) => (right ? 0 : i % 3 === 0 ? -1 : 1)),
          }));
        const tables = classed(b).map(({ classes, correct }) => {
          const of = (label: number) => classes.filter((own) => own === label).length;
          return {
            counts: [of(0), of(1)],
            correct: [correct.filter((one) => one === 1).length, 0],
            abstaining: of(-1),
          };
        });
        const vote = pairedMajority(classed(a), classed(b), ks);
        close(vote.points[2]?.second, majorityAtK(tables, ks).points[2]?.estimate as number);
      }),
      { numRuns: 30 },
    );
  });

  test("by hand: Student's t of the differences, and k up to the smaller of each problem", () => {
    const first = { n: [10, 5, 10], c: [1, 1, 5] };
    const second = { n: [5, 10, 10], c: [2, 4, 8] };
    const { points, dropped } = pairedCoverage(first, second, [1, 5, 10], { onShort: 'drop-k' });
    assert.deepEqual(dropped, [10]);
    // 0.4 − 0.1, 0.4 − 0.2, 0.8 − 0.5: mean 4/15, standard deviation √(1/300).
    close(points[0]?.difference, 4 / 15);
    const half = (criticalStudent(0.95, 2) * Math.sqrt(1 / 300)) / Math.sqrt(3);
    close(points[0]?.analytic.low, 4 / 15 - half);
    assert.throws(() => pairedCoverage(first, second, [1, 10]), /k = 10 is larger than problem 0's 5/);
    assert.throws(() => pairedCoverage(first, { n: [1], c: [0] }, [1]), /first: 3, second: 1/);
  });

  test('exchanged, the difference changes its sign', () => {
    const [a, b] = [
      { n: [9, 9, 9, 9], c: [0, 3, 6, 9] },
      { n: [9, 9, 9, 9], c: [1, 3, 2, 8] },
    ];
    const there = pairedCoverage(a, b, [1]).points[0];
    const back = pairedCoverage(b, a, [1]).points[0];
    close(there?.difference, -(back?.difference as number));
    close(there?.bootstrap.low, -(back?.bootstrap.high as number));
  });

  test('claims no certainty where every problem has the same difference', () => {
    const same = { n: new Array(128).fill(10), c: new Array(128).fill(3) };
    const [none] = pairedCoverage(same, same, [1]).points;
    assert.equal(none?.difference, 0);
    assert.equal(none?.bootstrap.method, 'wilson-over-problems');
    // Wilson's for 0 of 128: z² / (128 + z²).
    close(none?.bootstrap.high, 3.8415 / 131.8415, 1e-5);
    close(none?.bootstrap.low, -3.8415 / 131.8415, 1e-5);
    const [all] = pairedCoverage({ n: [4], c: [0] }, { n: [4], c: [4] }, [1]).points;
    assert.equal(all?.difference, 1);
    close(all?.bootstrap.high, 1);
    assert.ok((all?.bootstrap.low as number) < 0);
  });

  test('the interval holds the true difference about as often as it says, narrower than one without pairs', () => {
    const random = createRandom(3);
    const trials = 300;
    let held = 0;
    let width = 0;
    let apart = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Hard and easy problems, the same for both; the second is better by 0.1 of what is left.
      const rates = Array.from({ length: 40 }, () => random.below(1000) / 1000);
      const draw = (rate: number) => Array.from({ length: 20 }, () => random.below(1000) < 1000 * rate);
      const counts = (gain: number) => ({
        n: rates.map(() => 20),
        c: rates.map((rate) => draw(rate + gain * (1 - rate)).filter(Boolean).length),
      });
      const [a, b] = [counts(0), counts(0.1)];
      const options = { resamples: 300, seed: trial };
      const [point] = pairedCoverage(a, b, [1], options).points;
      assert.ok(point);
      // 0.1 · E(1 − rate)
      if (point.bootstrap.low <= 0.05005 && 0.05005 <= point.bootstrap.high) held++;
      width += point.bootstrap.high - point.bootstrap.low;
      const one = coverage(a, [1], options).points[0]?.bootstrap;
      apart += Math.SQRT2 * ((one?.high as number) - (one?.low as number));
    }
    // 285 expected; four standard deviations of Binomial(300, 0.95) are 15, and the percentile bootstrap is a bit short.
    assert.ok(held >= 265, `${held} of ${trials}`);
    assert.ok(width < apart / 2, `${width / trials} and ${apart / trials}`);
  });
});

describe('mcnemarExact', () => {
  test('is twice the smaller tail of the binomial, exactly', () => {
    for (const [b, c] of [
      [0, 0],
      [0, 5],
      [1, 9],
      [7, 7],
      [12, 30],
      [300, 500],
      [0, 400],
      [2_000, 2_100],
    ] as const) {
      let ways = 0n;
      for (let x = 0; x <= Math.min(b, c); x++) ways += choose(b + c, x);
      const expected = Math.min(1, toNumber(2n * ways, 2n ** BigInt(b + c)));
      close(mcnemarExact(b, c) / expected, 1, 1e-10);
      assert.equal(mcnemarExact(b, c), mcnemarExact(c, b));
    }
    assert.throws(() => mcnemarExact(-1, 2), /onlyFirst is -1/);
  });
});
