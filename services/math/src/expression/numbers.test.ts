import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addBalls,
  type Ball,
  divideBalls,
  fromRational,
  multiplyBalls,
  negateBall,
  rootBall,
  toNumber,
  top,
} from './ball.ts';
import { bitLength, integerRoot, integerSqrt } from './bits.ts';
import { Budget } from './budget.ts';
import { atanBall, expBall, lnBall, pi, sinCos } from './elementary.ts';
import type { Rational } from './rational.ts';
import { simplestRational } from './reconstruct.ts';
import { inverseMod, powerMod, primes, totient } from './residues.ts';

fc.configureGlobal({ seed: 1, numRuns: 200 });

const budget = new Budget(Number.MAX_SAFE_INTEGER);
const coarse = { bits: 64, budget };
const fine = { bits: 400, budget };
const rational = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([num, den]): Rational => ({ num, den }));

/** Whether a value that is known far better lies in the interval. */
function holds(wide: Ball, narrow: Ball): boolean {
  const distance = addBalls(wide, negateBall({ ...narrow, rad: -Infinity }), { bits: 2_000, budget });
  return top({ ...distance, rad: -Infinity }) - 2 <= Math.max(wide.rad, narrow.rad);
}

test('sizes and roots of integers', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 3000n }), fc.integer({ min: 2, max: 9 }), (value, index) => {
      const length = bitLength(value);
      assert.ok(value < 1n << BigInt(length) && (length < 2 || value >= 1n << BigInt(length - 2)));
      const root = integerSqrt(value);
      assert.ok(root * root <= value && (root + 1n) ** 2n > value);
      const other = integerRoot(value, index);
      assert.ok(other ** BigInt(index) <= value && (other + 1n) ** BigInt(index) > value);
    }),
  );
});

test('an interval holds the value, and has the precision asked for', () => {
  fc.assert(
    fc.property(rational, rational, (a, b) => {
      const [x, y] = [fromRational(a, coarse), fromRational(b, coarse)];
      const [u, v] = [fromRational(a, fine), fromRational(b, fine)];
      assert.ok(holds(addBalls(x, y, coarse), addBalls(u, v, fine)));
      assert.ok(holds(multiplyBalls(x, y, coarse), multiplyBalls(u, v, fine)));
      if (b.num !== 0n) assert.ok(holds(divideBalls(x, y, coarse), divideBalls(u, v, fine)));
      if (a.num > 0n) {
        assert.ok(holds(rootBall(x, 2, coarse), rootBall(u, 2, fine)));
        assert.ok(holds(rootBall(x, 5, coarse), rootBall(u, 5, fine)));
        const ln = lnBall(x, coarse);
        assert.ok(holds(ln, lnBall(u, fine)));
        assert.ok(Math.abs(toNumber(ln) - Math.log(Number(a.num) / Number(a.den))) < 1e-12);
        assert.ok(ln.rad < Math.max(top(ln), 0) - 50);
      }
      const atan = atanBall(x, coarse);
      assert.ok(holds(atan, atanBall(u, fine)));
      assert.ok(Math.abs(toNumber(atan) - Math.atan(Number(a.num) / Number(a.den))) < 1e-12);
    }),
  );
});

test('exp, sine and cosine against doubles and themselves', () => {
  const short = fc
    .tuple(fc.integer({ min: -30_000, max: 30_000 }), fc.integer({ min: 1, max: 1_000 }))
    .map(([num, den]): Rational => ({ num: BigInt(num), den: BigInt(den) }));
  fc.assert(
    fc.property(short, (a) => {
      const value = Number(a.num) / Number(a.den);
      const [x, u] = [fromRational(a, coarse), fromRational(a, fine)];
      const [wave, exact] = [sinCos(x, coarse), sinCos(u, fine)];
      assert.ok(holds(wave[0], exact[0]) && holds(wave[1], exact[1]));
      assert.ok(Math.abs(toNumber(wave[0]) - Math.sin(value)) < 1e-10);
      assert.ok(Math.abs(toNumber(wave[1]) - Math.cos(value)) < 1e-10);
      if (Math.abs(value) > 600) return;
      const power = expBall(x, coarse);
      assert.ok(holds(power, expBall(u, fine)));
      assert.ok(Math.abs(toNumber(power) / Math.exp(value) - 1) < 1e-10);
      const back = lnBall(expBall(u, fine), fine);
      assert.ok(holds(back, u) && back.rad < -330);
    }),
  );
  assert.equal(toNumber(pi(fine)), Math.PI);
});

test('a fraction is found in an interval, and only a simple one', () => {
  fc.assert(
    fc.property(rational, (a) => {
      const found = simplestRational(fromRational(a, fine));
      assert.ok(found && found.num * a.den === a.num * found.den);
    }),
  );
  assert.equal(simplestRational(pi(fine)), undefined);
  assert.equal(simplestRational(rootBall(fromRational({ num: 2n, den: 1n }, fine), 2, fine)), undefined);
});

test('the primes are what they are said to be', () => {
  for (const { p, i } of primes) {
    assert.equal((i * i) % p, p - 1n);
    for (const base of [2n, 3n, 5n, 7n]) assert.equal(powerMod(base, p - 1n, p, budget), 1n);
    assert.equal((inverseMod(12345n, p, budget) * 12345n) % p, 1n);
    // A unit modulo p - 1 to the totient is one.
    const unit = 1_000_003n;
    assert.equal(powerMod(unit, totient(p - 1n), p - 1n, budget), 1n);
  }
  assert.deepEqual([1n, 2n, 12n, 97n, 1000n].map(totient), [1n, 1n, 4n, 96n, 400n]);
});
