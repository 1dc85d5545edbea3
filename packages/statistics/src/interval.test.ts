import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilsonInterval } from './interval.ts';

test('wilsonInterval: the examples of Newcombe 1998 (Statistics in Medicine 17:857-872), table I, method 3', () => {
  const rounded = (successes: number, trials: number) => {
    const { low, high } = wilsonInterval(successes, trials);
    return [low.toFixed(4), high.toFixed(4)];
  };
  assert.deepEqual(rounded(81, 263), ['0.2553', '0.3662']);
  assert.deepEqual(rounded(15, 148), ['0.0624', '0.1605']);
  assert.deepEqual(rounded(0, 20), ['0.0000', '0.1611']);
  assert.deepEqual(rounded(1, 29), ['0.0061', '0.1718']);
});

test('wilsonInterval: symmetric in success and failure, exact at the ends, open without trials', () => {
  const few = wilsonInterval(3, 10, 0.9);
  const many = wilsonInterval(7, 10, 0.9);
  assert.ok(Math.abs(few.low - (1 - many.high)) < 1e-15 && Math.abs(few.high - (1 - many.low)) < 1e-15);
  assert.equal(wilsonInterval(0, 1000).low, 0);
  assert.equal(wilsonInterval(1000, 1000).high, 1);
  assert.deepEqual(wilsonInterval(0, 0), { method: 'wilson', low: 0, high: 1 });
  assert.throws(() => wilsonInterval(3, 2), /successes is 3; give an integer from 0 to 2/);
});
