import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rates } from './rates.ts';

test('growth per second over the last seconds', () => {
  const rates = new Rates();
  assert.equal(rates.read('a', 100, 0), null);
  assert.equal(rates.read('a', 110, 1_000), 10);
  assert.equal(rates.read('a', 110, 1_000), 10, 'the same reading tells nothing new');
  for (let s = 2; s <= 20; s++) rates.read('a', 110, s * 1_000);
  assert.equal(rates.read('a', 110, 21_000), 0, 'what was long ago counts no more');
  assert.equal(rates.read('b', 5, 21_000), null, 'counters are apart');
});

test('readings that are far apart: the last two count, and after too long a gap it begins anew', () => {
  const rates = new Rates();
  rates.read('a', 0, 0);
  rates.read('a', 10, 10_000);
  assert.equal(rates.read('a', 30, 20_000), 2);
  assert.equal(rates.read('a', 1_000, 320_001), null);
});

test('a counter that falls begins anew; others are forgotten', () => {
  const rates = new Rates();
  rates.read('a', 100, 0);
  assert.equal(rates.read('a', 3, 1_000), null);
  assert.equal(rates.read('a', 5, 2_000), 2);
  rates.keep(new Set());
  assert.equal(rates.read('a', 7, 3_000), null);
});
