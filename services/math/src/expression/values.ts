/** Arithmetic of values: exact while they are short rationals, enclosures from there on. */

import { fromRational, isZero, negateBall, rootBall, signOf, topOf, type Work, zero } from './ball.ts';
import { absolute, bitLength } from './bits.ts';
import { fail } from './budget.ts';
import {
  addComplex,
  type Complex,
  complexField,
  divideComplex,
  expComplex,
  isReal,
  lnComplex,
  multiplyComplex,
  negateComplex,
  powerComplex,
  real,
  sqrtComplex,
} from './complex.ts';
import type { Field } from './derived.ts';
import { exactPower, exactRoot } from './exact.ts';
import { add, divide, multiply, negate, type Rational, whole } from './rational.ts';

export type Value = Rational | Complex;

/** Where and how an expression is evaluated. */
export interface Context extends Work {
  /** Values of symbols; bound variables are added and removed. */
  readonly values: Map<string, Rational>;
  /** Text of a value, the same for equal values: what an unknown function sees of its argument. */
  readonly nameOf: (value: Value, context: Context) => string;
  /** About the height of the values in bits: rationals have no longer parts. */
  readonly height: number;
  /** Differences smaller than 2^-span of a value are not to be expected. */
  readonly span: number;
  /** Bits of the longest rational that became an enclosure: what a sound precision must exceed. */
  longest: number;
  /** Set once an exact value was given up for its length. */
  overflow: boolean;
  /** Set once something without a value of its own was given one. */
  stood: boolean;
}

export function isRational(value: Value): value is Rational {
  return 'num' in value;
}

export function toComplex(value: Value, c: Context): Complex {
  if (!isRational(value)) return value;
  if (c.bits === 0) return fail('unsupported');
  const { num, den } = value;
  if (den > 16777216n || num > 16777216n || num < -16777216n) {
    c.longest = Math.max(c.longest, bitLength(num) + bitLength(den));
  }
  return real(fromRational(value, c));
}

const fields = new WeakMap<Work, Field<Complex>>();

/** Functions of enclosures at the precision of the context. */
export function fieldOf(work: Work): Field<Complex> {
  let field = fields.get(work);
  if (!field) {
    field = complexField(work);
    fields.set(work, field);
  }
  return field;
}

export function negateValue(a: Value): Value {
  return isRational(a) ? negate(a) : negateComplex(a);
}

const short = 1n << 48n;

function isShort(value: bigint): boolean {
  return value < short && value > -short;
}

/** Charges an exact operation by the length of its operands: common divisors cost the square of the shorter one. */
function charge(a: Rational, b: Rational, c: Context): void {
  if (a.den === 1n && b.den === 1n && isShort(a.num) && isShort(b.num)) return;
  const [p, q, r, s] = [bitLength(a.num), bitLength(a.den), bitLength(b.num), bitLength(b.den)];
  const all = p + q + r + s;
  const shorter = Math.min(q, s) + Math.min(p, s) + Math.min(r, q);
  c.budget.spend(1 + all / 500 + (all * all) / 1e7 + (shorter * shorter) / 4e3);
}

export function addValues(a: Value, b: Value, c: Context): Value {
  if (isRational(a) && isRational(b)) {
    charge(a, b, c);
    const sum = add(a, b);
    if (sum) return sum;
    c.overflow = true;
  }
  return addComplex(toComplex(a, c), toComplex(b, c), c);
}

export function multiplyValues(a: Value, b: Value, c: Context): Value {
  if (isRational(a) && isRational(b)) {
    charge(a, b, c);
    const product = multiply(a, b);
    if (product) return product;
    c.overflow = true;
  }
  return multiplyComplex(toComplex(a, c), toComplex(b, c), c);
}

export function divideValues(a: Value, b: Value, c: Context): Value {
  if (isRational(b) && b.num === 0n) return fail('undefined');
  if (isRational(a) && isRational(b)) {
    charge(a, b, c);
    const quotient = divide(a, b);
    if (quotient) return quotient;
    c.overflow = true;
  }
  return divideComplex(toComplex(a, c), toComplex(b, c), c);
}

export function raiseValue(base: Value, exponent: Value, c: Context): Value {
  if (isRational(base) && isRational(exponent)) {
    const exact = exactPower(base, exponent, c.budget);
    if (exact) return exact;
    if (exponent.den === 1n) c.overflow = true;
  }
  if (c.bits === 0) return fail('unsupported');
  const z = toComplex(base, c);
  if (isRational(exponent)) {
    const count = absolute(exponent.num);
    if (count <= 4096n && (exponent.den === 1n || (exponent.den <= 6n && count <= 64n))) {
      const power = powerComplex(
        exponent.den === 1n ? z : principalRoot(z, exponent.den, c),
        Number(count),
        c,
      );
      return exponent.num < 0n ? divideComplex(toComplex(whole(1), c), power, c) : power;
    }
  }
  if (isZero(z.re) && isZero(z.im)) {
    const sign = signOf(toComplex(exponent, c).re);
    return sign === 1 ? whole(0) : fail('undefined');
  }
  const field = fieldOf(c);
  return field.exp(multiplyComplex(toComplex(exponent, c), field.ln(z), c));
}

/** z^(1/index), principal. */
function principalRoot(z: Complex, index: bigint, c: Context): Complex {
  if (index === 2n) return sqrtComplex(z, c);
  if (isReal(z) && index <= 12n && (isZero(z.re) || signOf(z.re) === 1)) {
    return real(rootBall(z.re, Number(index), c));
  }
  return expComplex(divideComplex(lnComplex(z, c), toComplex(whole(index), c), c), c);
}

export function rootOfValue(radicand: Value, index: Value, c: Context): Value {
  if (isRational(radicand) && isRational(index) && index.den === 1n) {
    const exact = exactRoot(radicand, index.num, c.budget);
    if (exact) return exact;
  }
  if (!isRational(index) || index.den !== 1n || index.num < 1n) {
    return raiseValue(radicand, divideValues(whole(1), index, c), c);
  }
  const z = toComplex(radicand, c);
  if (index.num === 1n) return z;
  if (isReal(z) && index.num % 2n === 1n) {
    const sign = signOf(z.re);
    // An odd root close to zero keeps no relative precision, but it is real.
    if (sign === undefined) return real({ m: 0n, e: 0, rad: topOf(z.re) / Number(index.num) + 1 });
    if (sign < 0) return negateComplex(principalRoot({ re: negateBall(z.re), im: zero }, index.num, c));
  }
  return principalRoot(z, index.num, c);
}
