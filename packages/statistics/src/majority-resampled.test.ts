import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exactMajority } from './majority-exact.ts';
import { resampledMajority } from './majority-resampled.ts';
import { createRandom } from './random.ts';
import { type ClassTable, votesOf } from './votes.ts';

const tables: ClassTable[] = [
  { counts: [40, 38, 15, 5, 2], correct: [0, 38, 5, 0, 2], abstaining: 20 },
  { counts: [1, 1, 1, 1, 1, 1], correct: [1, 0, 0, 1, 0, 0] },
  { counts: [500, 450], correct: [500, 0], abstaining: 50 },
  { counts: [3, 2], correct: [0, 2], abstaining: 60 },
];

describe('resampledMajority', () => {
  test('agrees with the exact value within its own error', () => {
    for (const [problem, table] of tables.entries()) {
      const votes = votesOf(table, problem);
      const ks = [1, 2, 3, 5, 20, 50, 99].filter((k) => k < votes.n);
      const subsets = 20_000;
      const { mean, variance } = resampledMajority(votes, ks, subsets, createRandom(17, problem));
      ks.forEach((k, i) => {
        const exact = exactMajority(votes, k, Number.POSITIVE_INFINITY) as number;
        const error = Math.sqrt((variance[i] as number) / subsets);
        const off = Math.abs((mean[i] as number) - exact);
        assert.ok(
          off <= 4.5 * error + 1e-9,
          `problem ${problem} k ${k}: ${mean[i]} ± ${error}, not ${exact}`,
        );
      });
    }
  });

  test('its variance is that of the values over subsets', () => {
    // 1 of 5 classes of one candidate: a coin with 2/5.
    const votes = votesOf({ counts: [1, 1, 1, 1, 1], correct: [1, 0, 1, 0, 0] }, 0);
    const { mean, variance } = resampledMajority(votes, [1], 5000, createRandom(2));
    const p = mean[0] as number;
    assert.ok(Math.abs(p - 0.4) < 0.03);
    assert.ok(Math.abs((variance[0] as number) - (p * (1 - p) * 5000) / 4999) < 1e-12);
  });

  test('all candidates: the plurality, or the mean of tied ones, without variance', () => {
    const all = (table: ClassTable) => {
      const votes = votesOf(table, 0);
      const { mean, variance } = resampledMajority(votes, [votes.n], 8, createRandom(1));
      return [mean[0], variance[0]];
    };
    assert.deepEqual(all({ counts: [40, 38], correct: [0, 38], abstaining: 20 }), [0, 0]);
    assert.deepEqual(all({ counts: [2, 2, 1], correct: [0, 2, 0] }), [0.5, 0]);
  });
});
