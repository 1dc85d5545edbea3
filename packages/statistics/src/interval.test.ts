import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newcombeInterval, wilsonInterval } from './interval.ts';

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

test('newcombeInterval: the examples of Newcombe 1998 (Statistics in Medicine 17:873-890), table II, method 10', () => {
  const rounded = (a: [number, number], b: [number, number]) => {
    const [first, second] = [b, a].map(([successes, trials]) => ({ successes, trials }));
    assert.ok(first && second);
    const { low, high } = newcombeInterval(first, second);
    return [low.toFixed(4), high.toFixed(4)];
  };
  assert.deepEqual(rounded([56, 70], [48, 80]), ['0.0524', '0.3339']);
  assert.deepEqual(rounded([9, 10], [3, 10]), ['0.1705', '0.8090']);
  assert.deepEqual(rounded([0, 10], [0, 20]), ['-0.1611', '0.2775']);
  assert.deepEqual(rounded([10, 10], [0, 20]), ['0.6791', '1.0000']);
  assert.throws(() => rounded([0, 0], [1, 2]), /trials is 0/);
});
