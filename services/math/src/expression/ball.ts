/** Real numbers as intervals: arithmetic whose results always contain the true value. */

import { bitLength, integerRoot } from './bits.ts';
import { type Budget, fail } from './budget.ts';
import type { Rational } from './rational.ts';

/** The interval m·2^e ± 2^rad; rad = -Infinity: exact. */
export interface Ball {
  readonly m: bigint;
  readonly e: number;
  readonly rad: number;
}

/** What an evaluation is done with: `bits` of relative precision, and the steps that may be spent. */
export interface Work {
  readonly bits: number;
  readonly budget: Budget;
}

/** Exponents beyond this end the evaluation: numbers above 2^(2^40). */
const maxExponent = 2 ** 40;

export const zero: Ball = { m: 0n, e: 0, rad: -Infinity };
export const one: Ball = { m: 1n, e: 0, rad: -Infinity };

/** log2(2^a + 2^b), rounded up. */
export function logSum(a: number, b: number): number {
  const high = Math.max(a, b);
  const low = Math.min(a, b);
  if (low === -Infinity || high - low > 60) return low === -Infinity ? high : high + 1e-9;
  return high + Math.log2(1 + 2 ** (low - high)) + 1e-9;
}

/** Upper bound of log2 |middle|; -Infinity for zero. */
export function top(a: Ball): number {
  return a.m === 0n ? -Infinity : a.e + bitLength(a.m);
}

/** Upper bound of log2 of the largest absolute value in the interval. */
export function topOf(a: Ball): number {
  return logSum(top(a), a.rad);
}

/** Lower bound of log2 of the smallest absolute value; -Infinity where the interval (nearly) reaches zero. */
export function bottom(a: Ball): number {
  if (a.m === 0n) return -Infinity;
  const low = a.e + bitLength(a.m) - 2;
  return a.rad === -Infinity ? low : low > a.rad + 1 ? low - 1 : -Infinity;
}

/** m·2^e ± 2^rad with digits dropped that are beyond the precision or the radius. */
export function ball(m: bigint, e: number, rad: number, work: Work): Ball {
  const length = bitLength(m);
  work.budget.spend(5 + length / 500);
  const byRadius = rad === -Infinity ? 0 : Math.floor(rad) - 24 - e;
  const cut = Math.max(length - work.bits - 8, byRadius);
  if (cut <= 0) return { m, e, rad };
  if (e + length > maxExponent || e < -maxExponent) fail('unsupported');
  if (cut >= length + 1) return { m: 0n, e: 0, rad: logSum(rad, e + length) };
  return { m: m >> BigInt(cut), e: e + cut, rad: logSum(rad, e + cut) };
}

function fromInteger(value: bigint, work: Work): Ball {
  return ball(value, 0, -Infinity, work);
}

export function fromRational(value: Rational, work: Work): Ball {
  const numerator = fromInteger(value.num, work);
  return value.den === 1n ? numerator : divideBalls(numerator, fromInteger(value.den, work), work);
}

export function negateBall(a: Ball): Ball {
  return a.m === 0n ? a : { m: -a.m, e: a.e, rad: a.rad };
}

/** a·2^k. */
export function scale(a: Ball, k: number): Ball {
  return { m: a.m, e: a.e + k, rad: a.rad + k };
}

export function addBalls(a: Ball, b: Ball, work: Work): Ball {
  if (a.m === 0n && a.rad === -Infinity) return b;
  if (b.m === 0n && b.rad === -Infinity) return a;
  const rad = logSum(a.rad, b.rad);
  const finest = Math.max(top(a), top(b)) - work.bits - 24;
  const e = Math.max(Math.min(a.m === 0n ? b.e : a.e, b.m === 0n ? a.e : b.e), Math.ceil(finest));
  const m = shiftTo(a, e) + shiftTo(b, e);
  const lost = (a.e < e && a.m !== 0n) || (b.e < e && b.m !== 0n);
  return ball(m, e, lost ? logSum(rad, e + 1) : rad, work);
}

function shiftTo(a: Ball, e: number): bigint {
  if (a.m === 0n || a.e === e) return a.m;
  if (a.e > e) return a.m << BigInt(a.e - e);
  return e - a.e > bitLength(a.m) ? 0n : a.m >> BigInt(e - a.e);
}

export function multiplyBalls(a: Ball, b: Ball, work: Work): Ball {
  work.budget.spend((work.bits * work.bits) / 3e5);
  const exact = a.rad === -Infinity && b.rad === -Infinity;
  const rad = exact ? -Infinity : logSum(logSum(top(a) + b.rad, top(b) + a.rad), a.rad + b.rad);
  return ball(a.m * b.m, a.e + b.e, rad, work);
}

/** Throws 'imprecise' where b reaches zero, 'undefined' where it is zero. */
export function divideBalls(a: Ball, b: Ball, work: Work): Ball {
  const low = bottom(b);
  if (low === -Infinity) fail(b.m === 0n && b.rad === -Infinity ? 'undefined' : 'imprecise');
  if (a.m === 0n) return a.rad === -Infinity ? a : { m: 0n, e: 0, rad: a.rad - low + 1e-9 };
  work.budget.spend((work.bits * work.bits) / 1e5);
  const k = Math.max(0, work.bits + 12 + bitLength(b.m) - bitLength(a.m));
  const m = (a.m << BigInt(k)) / b.m;
  const e = a.e - b.e - k;
  const exact = a.rad === -Infinity && b.rad === -Infinity && m * b.m === a.m << BigInt(k);
  const size = topOf(a) - low;
  const rad = exact ? -Infinity : logSum(logSum(a.rad - low, size + b.rad - low), e);
  return ball(m, e, rad, work);
}

/** Real root of a >= 0. Throws 'imprecise' where the interval reaches below zero without being zero. */
export function rootBall(a: Ball, index: number, work: Work): Ball {
  if (a.m === 0n) {
    return a.rad === -Infinity ? a : { m: 0n, e: 0, rad: a.rad / index + 1e-9 };
  }
  const low = bottom(a);
  if (low === -Infinity || a.m < 0n) return fail('imprecise');
  work.budget.spend(30 + (work.bits * work.bits * index * index) / (index === 2 ? 8e4 : 5e4));
  let k = Math.max(0, (work.bits + 12) * index - bitLength(a.m));
  k += (((a.e - k) % index) + index) % index;
  const shifted = a.m << BigInt(k);
  const m = integerRoot(shifted, index);
  const e = (a.e - k) / index;
  // |d root| <= |d a| · root / (index · smallest a): at most (size of root) / (smallest a) for any index.
  const rad = a.rad === -Infinity ? -Infinity : a.rad + topOf(a) / index - low;
  const exact = a.rad === -Infinity && index <= 8 && m ** BigInt(index) === shifted;
  return ball(m, e, exact ? -Infinity : logSum(rad, e), work);
}

/** Sign where the interval does not reach zero; 0 where it is exactly zero. */
export function signOf(a: Ball): -1 | 0 | 1 | undefined {
  if (a.m === 0n && a.rad === -Infinity) return 0;
  if (bottom(a) === -Infinity) return undefined;
  return a.m < 0n ? -1 : 1;
}

export function isZero(a: Ball): boolean {
  return a.m === 0n && a.rad === -Infinity;
}

/** The middle as a double; ±Infinity or 0 beyond its range. */
export function toNumber(a: Ball): number {
  if (a.m === 0n) return 0;
  const cut = Math.max(0, bitLength(a.m) - 64);
  const e = a.e + cut;
  return Number(a.m >> BigInt(cut)) * 2 ** Math.max(-1100, Math.min(1100, e));
}
