/** Exact rational numbers, bounded in size before any work is done on them. */

import { absolute } from './bits.ts';
import { greatestCommonDivisor } from './euclid.ts';

/** Lowest terms, `den` > 0: equal numbers have equal parts. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** Most digits of an integer. Reading and writing one of this size takes well under a millisecond. */
export const maxIntegerDigits = 20_000;

/** Most digits above or below the line of a number that is no integer: lowest terms cost the square of this. */
export const maxFractionDigits = 1_000;

const maxPart = 10n ** BigInt(maxFractionDigits);
const maxInteger = 10n ** BigInt(maxIntegerDigits);

/** digits × 10^exponent; undefined where the number would be larger than the limits. `digits` is one or more of 0-9. */
export function decimal(digits: string, exponent: number): Rational | undefined {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 48) start++;
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 48) end--;
  if (start === end) return { num: 0n, den: 1n };
  const scale = exponent + digits.length - end;
  const significant = digits.slice(start, end);
  if (scale >= 0) {
    if (significant.length + scale > maxIntegerDigits) return undefined;
    return { num: BigInt(significant + '0'.repeat(scale)), den: 1n };
  }
  if (significant.length > maxFractionDigits || -scale > maxFractionDigits) return undefined;
  return lowestTerms(BigInt(significant), 10n ** BigInt(-scale));
}

/** a / b; undefined where b is zero or the quotient would be larger than the limits. */
export function divide(a: Rational, b: Rational): Rational | undefined {
  if (b.num === 0n) return undefined;
  if (a.den === 1n && b.den === 1n && a.num % b.num === 0n) return { num: a.num / b.num, den: 1n };
  const num = a.num * b.den;
  const den = a.den * b.num;
  return den < 0n ? bounded(-num, -den) : bounded(num, den);
}

/** a + b; undefined where the sum would be larger than the limits. */
export function add(a: Rational, b: Rational): Rational | undefined {
  if (a.den === b.den) return bounded(a.num + b.num, a.den);
  if (a.den === 1n || b.den === 1n) return inLimits(a.num * b.den + b.num * a.den, a.den * b.den);
  // Only common divisors of the denominators can be left in the sum.
  const common = greatestCommonDivisor(a.den, b.den);
  if (common === 1n) return inLimits(a.num * b.den + b.num * a.den, a.den * b.den);
  const part = a.den / common;
  const num = a.num * (b.den / common) + b.num * part;
  const left = greatestCommonDivisor(absolute(num), common);
  return inLimits(num / left, part * (b.den / left));
}

/** a - b; undefined where the difference would be larger than the limits. */
export function subtract(a: Rational, b: Rational): Rational | undefined {
  return add(a, negate(b));
}

/** a · b; undefined where the product would be larger than the limits. */
export function multiply(a: Rational, b: Rational): Rational | undefined {
  const p = b.den === 1n ? 1n : greatestCommonDivisor(b.den, absolute(a.num));
  const q = a.den === 1n ? 1n : greatestCommonDivisor(a.den, absolute(b.num));
  return inLimits((a.num / p) * (b.num / q), (a.den / q) * (b.den / p));
}

/** -1, 0 or 1 as a < b, a = b or a > b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const [left, right] = a.den === b.den ? [a.num, b.num] : [a.num * b.den, b.num * a.den];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function whole(value: bigint | number): Rational {
  return { num: BigInt(value), den: 1n };
}

/** m·2^e, of any size. */
export function dyadic(m: bigint, e: number): Rational {
  if (e >= 0) return { num: m << BigInt(e), den: 1n };
  if (m === 0n) return whole(0);
  let cut = 0;
  while (cut < -e && ((m >> BigInt(cut)) & 1n) === 0n) cut++;
  return { num: m >> BigInt(cut), den: 1n << BigInt(-e - cut) };
}

/** base^exponent for an integer base; undefined where the power would be larger than the limits, and for 0^0. */
export function power(base: bigint, exponent: number): Rational | undefined {
  if (base === 0n) return exponent > 0 ? { num: 0n, den: 1n } : undefined;
  const size = Math.abs(exponent);
  // String(base) bounds the digits of the power from above.
  if (size * String(base).length > (exponent < 0 ? maxFractionDigits : maxIntegerDigits)) return undefined;
  const value = base ** BigInt(size);
  return exponent < 0 ? divide({ num: 1n, den: 1n }, { num: value, den: 1n }) : { num: value, den: 1n };
}

export function negate(a: Rational): Rational {
  return { num: -a.num, den: a.den };
}

export function equal(a: Rational, b: Rational): boolean {
  return a.num === b.num && a.den === b.den;
}

/** `3`, `-3/4`: equal for equal numbers. */
export function format(a: Rational): string {
  return a.den === 1n ? String(a.num) : `${a.num}/${a.den}`;
}

/** num / den in lowest terms, den > 0; undefined where it is larger than the limits. */
function bounded(num: bigint, den: bigint): Rational | undefined {
  return inLimits(num, den) && lowestTerms(num, den);
}

function inLimits(num: bigint, den: bigint): Rational | undefined {
  const limit = den === 1n ? maxInteger : maxPart;
  return absolute(num) > limit || den > maxPart ? undefined : { num, den };
}

/** num / den for den > 0, of any size. */
export function lowestTerms(num: bigint, den: bigint): Rational {
  const divisor = greatestCommonDivisor(absolute(num), den);
  return divisor === 1n ? { num, den } : { num: num / divisor, den: den / divisor };
}
