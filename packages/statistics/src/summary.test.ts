import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, quantile, standardDeviation } from './summary.ts';

test('mean and sample standard deviation', () => {
  assert.equal(mean([2, 4, 4, 4, 5, 5, 7, 9]), 5);
  assert.equal(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7));
  assert.ok(Number.isNaN(mean([])));
  assert.ok(Number.isNaN(standardDeviation([1])));
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
