import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mean, quantile, scaled, standardDeviation, standardScores, total } from './summary.ts';

test('mean and sample standard deviation', () => {
  assert.equal(mean([2, 4, 4, 4, 5, 5, 7, 9]), 5);
  assert.equal(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7));
  assert.ok(Number.isNaN(mean([])));
  assert.ok(Number.isNaN(standardDeviation([1])));
});

test('total', () => {
  assert.equal(total([1, 2, 3.5]), 6.5);
  assert.equal(total([]), 0);
});

test('scaled by a power of two, whatever the size: below 2, and exact', () => {
  assert.deepEqual(scaled([3, -4, Number.NaN, 0]), Float64Array.of(0.75, -1, Number.NaN, 0));
  assert.deepEqual(scaled([0, 0]), new Float64Array(2));
  assert.deepEqual(scaled([Number.MAX_VALUE]), Float64Array.of(2 - 2 ** -52));
  assert.deepEqual(scaled([-3 * Number.MIN_VALUE]), Float64Array.of(-1.5));
});

describe('standardScores', () => {
  test('by hand, with a missing value; equal ones and none', () => {
    assert.deepEqual(standardScores([1, 3, Number.NaN]), Float64Array.of(-1, 1, 0));
    assert.deepEqual(standardScores([0.1, 0.1, 0.1]), new Float64Array(3));
    assert.deepEqual(standardScores([Number.NaN]), new Float64Array(1));
    assert.deepEqual(standardScores([]), new Float64Array(0));
  });

  test('neither overflows, nor vanishes, nor cancels', () => {
    for (const [low, high] of [
      [-Number.MAX_VALUE, Number.MAX_VALUE],
      [0, Number.MIN_VALUE],
      [1, 1 + 2 ** -52],
      [1.5, 1.5 + 2 ** -52],
      [-1e200, 1e200],
    ] as const) {
      const [one = 0, other = 0] = standardScores([low, high]);
      assert.ok(one < other && Math.abs(other) < 2 && Math.abs(one) < 2, `${low}, ${high}: ${one}, ${other}`);
    }
  });
});

test('quantile interpolates as R type 7 does', () => {
  const sorted = Float64Array.of(1, 2, 4, 8);
  assert.deepEqual(
    [0, 0.1, 0.5, 0.75, 1].map((q) => quantile(sorted, q)),
    [1, 1.3, 3, 5, 8],
  );
  assert.equal(quantile([3], 0.975), 3);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});
