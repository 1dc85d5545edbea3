import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  compare,
  decimal,
  divide,
  equal,
  format,
  maxFractionDigits,
  multiply,
  negate,
  type Rational,
  subtract,
} from './rational.ts';

fc.configureGlobal({ seed: 1 });

const whole = (value: bigint) => ({ num: value, den: 1n });
const big = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 60n });

test('quotients are in lowest terms', () => {
  fc.assert(
    fc.property(big, positive, positive, (num, den, factor) => {
      const a = divide(whole(num), whole(den)) as Rational;
      const b = divide(whole(-num * factor), whole(-den * factor)) as Rational;
      assert.ok(equal(a, b));
      assert.equal(a.num * den, num * a.den);
      assert.equal(equal(a, divide(whole(num + 1n), whole(den)) as Rational), false);
    }),
  );
});

test('sums and signs', () => {
  fc.assert(
    fc.property(big, positive, big, positive, (a, b, c, d) => {
      const [p, q] = [divide(whole(a), whole(b)) as Rational, divide(whole(c), whole(d)) as Rational];
      const sum = add(p, q) as Rational;
      assert.ok(equal(add(sum, negate(q)) as Rational, p));
      assert.ok(equal(subtract(sum, q) as Rational, p));
      if (c !== 0n) assert.ok(equal(divide(multiply(p, q) as Rational, q) as Rational, p));
      assert.equal(compare(p, q), Math.sign(Number(a * d - c * b)));
      assert.equal(compare(p, p), 0);
    }),
  );
});

test('limits hold before any work', () => {
  assert.equal(decimal('1', 1_000_000_000), undefined);
  assert.equal(decimal('1', -1_000_000_000), undefined);
  assert.equal(divide(whole(1n), whole(0n)), undefined);
  assert.equal(divide(whole(10n ** BigInt(maxFractionDigits + 1)), whole(7n)), undefined);
  assert.equal(format(decimal('00100', -4) as Rational), '1/100');
  assert.equal(format(decimal('0', -1_000_000_000) as Rational), '0');
});
