/**
 * exp, ln, sine, cosine, arc tangent of intervals: arguments reduced, then Taylor series in fixed point
 * (Brent & Zimmermann, Modern Computer Arithmetic, chapter 4), with more guard digits than the errors can reach.
 */
import {
  addBalls,
  type Ball,
  ball,
  bottom,
  divideBalls,
  isZero,
  logSum,
  multiplyBalls,
  negateBall,
  one,
  rootBall,
  scale,
  signOf,
  toNumber,
  top,
  topOf,
  type Work,
  zero,
} from './ball.ts';
import { integerSqrt } from './bits.ts';
import { fail } from './budget.ts';

/** Arguments of exp, sine and cosine beyond 2^40 are not reduced. */
const maxTop = 40;

/** Constants are kept at the longest precision asked for, in blocks. */
const block = 512;

interface Kept {
  bits: number;
  value: bigint;
}
const keptPi: Kept = { bits: 0, value: 0n };
const keptLn2: Kept = { bits: 0, value: 0n };

/** atan(1/n) or atanh(1/n) times 2^bits. */
function inverseSeries(n: bigint, bits: number, sign: 1n | -1n): bigint {
  let power = (1n << BigInt(bits)) / n;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (sign * power) / (n * n);
    sum += power / k;
  }
  return sum;
}

function kept(constant: Kept, bits: number, compute: (bits: number) => bigint): bigint {
  if (constant.bits < bits) {
    constant.bits = Math.ceil(bits / block) * block;
    constant.value = compute(constant.bits + 32) >> 32n;
  }
  return constant.value >> BigInt(constant.bits - bits);
}

/** π·2^bits, error below 2. Machin's formula. */
function fixedPi(bits: number): bigint {
  return kept(keptPi, bits, (b) => 16n * inverseSeries(5n, b, -1n) - 4n * inverseSeries(239n, b, -1n));
}

/** ln 2·2^bits, error below 2. */
function fixedLn2(bits: number): bigint {
  return kept(
    keptLn2,
    bits,
    (b) =>
      18n * inverseSeries(26n, b, 1n) - 2n * inverseSeries(4801n, b, 1n) + 8n * inverseSeries(8749n, b, 1n),
  );
}

export function pi(work: Work): Ball {
  const bits = work.bits + 8;
  work.budget.spend(10);
  return ball(fixedPi(bits), -bits, 1 - bits, work);
}

/** The middle of a as an integer times 2^-bits, error below 1. */
function fixed(a: Ball, bits: number): bigint {
  const k = a.e + bits;
  return k >= 0 ? a.m << BigInt(k) : a.m >> BigInt(-k);
}

function seriesCost(bits: number): number {
  return 30 + 1.7 * (bits / 100) ** 2.5;
}

/** sin t (sign -1) or sinh t (sign 1) in fixed point, for |t| < 1/2. */
function sineSeries(t: bigint, shift: bigint, sign: 1n | -1n): bigint {
  const square = (sign * t * t) >> shift;
  let term = t;
  let sum = t;
  for (let n = 2; ; n += 2) {
    term = ((term * square) >> shift) / BigInt(n * (n + 1));
    if (term === 0n) return sum;
    sum += term;
  }
}

/** e^a. Throws 'imprecise' for wide intervals, 'unsupported' beyond 2^40. */
export function expBall(a: Ball, work: Work): Ball {
  if (isZero(a)) return one;
  if (a.rad > -2) fail('imprecise');
  const size = top(a);
  if (size > maxTop) fail('unsupported');
  const halvings = Math.ceil(Math.sqrt(work.bits) / 2);
  const bits = work.bits + 40 + halvings + Math.max(0, Math.ceil(size));
  work.budget.spend(seriesCost(bits));
  const shift = BigInt(bits);
  let t = fixed(a, bits);
  let k = 0n;
  if (size >= -1) {
    const ln2 = fixedLn2(bits);
    k = t / ln2;
    t -= k * ln2;
  }
  t >>= BigInt(halvings);
  // e^t = sinh t + √(1 + sinh² t): the series has half the terms.
  const sine = sineSeries(t, shift, 1n);
  let sum = sine + integerSqrt((1n << (2n * shift)) + sine * sine);
  for (let j = 0; j < halvings; j++) sum = (sum * sum) >> shift;
  const e = Number(k) - bits;
  // Each squaring doubles the relative error; a few units for every term before.
  const own = Number(k) + 2 - (work.bits + 16);
  return ball(sum, e, logSum(own, Number(k) + 2 + a.rad + 1), work);
}

/** [sin a, cos a]. Throws 'unsupported' beyond 2^40. */
export function sinCos(a: Ball, work: Work): readonly [Ball, Ball] {
  if (isZero(a)) return [zero, one];
  if (a.rad > 2) fail('imprecise');
  const size = top(a);
  if (size > maxTop) fail('unsupported');
  const halvings = Math.ceil(Math.sqrt(work.bits) / 3);
  // Small arguments: digits after the leading zeros count.
  const small = a.m === 0n ? 0 : Math.min(Math.max(0, -size), 8 * work.bits);
  const bits = Math.ceil(work.bits + 40 + 2 * halvings + Math.max(0, size) + small);
  work.budget.spend(1.3 * seriesCost(bits));
  const shift = BigInt(bits);
  let t = fixed(a, bits);
  let quadrant = 0;
  if (size >= 0) {
    const half = fixedPi(bits) >> 1n;
    const turns = (2n * t + half) / (2n * half);
    t -= turns * half;
    quadrant = Number(((turns % 4n) + 4n) % 4n);
  }
  t >>= BigInt(halvings);
  let sine = sineSeries(t, shift, -1n);
  let cosine = integerSqrt((1n << (2n * shift)) - sine * sine);
  for (let j = 0; j < halvings; j++) {
    const s = (sine * cosine) >> (shift - 1n);
    cosine = (cosine * cosine - sine * sine) >> shift;
    sine = s;
  }
  const rad = logSum(a.rad, -(work.bits + 20 + small));
  const s = ball(sine, -bits, rad, work);
  const c = ball(cosine, -bits, rad, work);
  switch (quadrant) {
    case 0:
      return [s, c];
    case 1:
      return [c, negateBall(s)];
    case 2:
      return [negateBall(s), negateBall(c)];
    default:
      return [negateBall(c), s];
  }
}

/** ln a for a > 0. Throws 'imprecise' where the interval reaches zero, 'undefined' at or below it. */
export function lnBall(a: Ball, work: Work): Ball {
  const sign = signOf(a);
  if (sign === undefined) fail('imprecise');
  if (sign !== 1) fail('undefined');
  if (a.m === 1n && a.e === 0 && a.rad === -Infinity) return zero;
  // a = 2^k · c with c in (1/2, 2), a double y near ln c, and ln c = y + 2 atanh(d / (2 + d)), d = c·e^-y - 1.
  const whole = Math.round(top(a) - 0.5);
  const k = Math.abs(whole) <= 1 ? 0 : whole;
  const c: Ball = { m: a.m, e: a.e - k, rad: -Infinity };
  const bits = work.bits + 48;
  const inner = { bits, budget: work.budget };
  const y = Math.log(toNumber(c));
  const start = fromNumber(y);
  const d = addBalls(multiplyBalls(c, expBall(negateBall(start), inner), inner), { ...one, m: -1n }, inner);
  const z = divideBalls(d, addBalls(d, { ...one, m: 2n }, inner), inner);
  let sum = addBalls(start, scale(oddSeries(z, 1n, inner), 1), inner);
  if (k !== 0) {
    const ln2 = ball(fixedLn2(bits), -bits, 1 - bits, inner);
    sum = addBalls(sum, multiplyBalls({ ...one, m: BigInt(k) }, ln2, inner), inner);
  }
  const rad = a.rad === -Infinity ? -Infinity : a.rad - bottom(a);
  return ball(sum.m, sum.e, logSum(sum.rad, rad), work);
}

/** An exact interval for a finite double; zero for one below 1e-150. */
export function fromNumber(value: number): Ball {
  if (Math.abs(value) < 1e-150) return zero;
  const e = Math.floor(Math.log2(Math.abs(value))) - 54;
  return { m: BigInt(Math.round(value * 2 ** -e)), e, rad: -Infinity };
}

/** z + s·z³/3 + z⁵/5 + ...: atanh (s = 1) or atan (s = -1) of a |z| < 2^-20. */
function oddSeries(z: Ball, s: 1n | -1n, work: Work): Ball {
  if (isZero(z)) return z;
  if (topOf(z) > -20) return fail('imprecise');
  // As z (1 + s·w/3 + w²/5 + ...) for w = z² in fixed point.
  const bits = work.bits + 16;
  work.budget.spend(seriesCost(bits) / 4);
  const shift = BigInt(bits);
  const w = fixed({ m: z.m * z.m, e: 2 * z.e, rad: -Infinity }, bits);
  let power = 1n << shift;
  let sum = power;
  for (let n = 3n; ; n += 2n) {
    power = (s * power * w) >> shift;
    if (power === 0n || power === -1n) break;
    sum += power / n;
  }
  // The derivative of either function is below 2 here.
  const factor: Ball = { m: sum, e: -bits, rad: 8 - bits };
  const value = multiplyBalls({ m: z.m, e: z.e, rad: -Infinity }, factor, work);
  return { m: value.m, e: value.e, rad: logSum(value.rad, z.rad + 1) };
}

/** arctan a. */
export function atanBall(a: Ball, work: Work): Ball {
  if (isZero(a)) return a;
  const inner = { bits: work.bits + 32, budget: work.budget };
  const middle: Ball = { m: a.m, e: a.e, rad: -Infinity };
  if (a.m === 0n) return { m: 0n, e: 0, rad: a.rad };
  let value: Ball;
  if (top(a) > 60) {
    // arctan a = ±π/2 - arctan 1/a.
    const half = scale(pi(inner), -1);
    const rest = atanBall(divideBalls(one, middle, inner), inner);
    value = addBalls(a.m > 0n ? half : negateBall(half), negateBall(rest), inner);
  } else {
    // With a double y near arctan a: arctan a = y + arctan((a cos y - sin y) / (cos y + a sin y)).
    const y = fromNumber(Math.atan(toNumber(middle)));
    const [sine, cosine] = sinCos(y, inner);
    const above = addBalls(multiplyBalls(middle, cosine, inner), negateBall(sine), inner);
    const below = addBalls(cosine, multiplyBalls(middle, sine, inner), inner);
    value = addBalls(y, oddSeries(divideBalls(above, below, inner), -1n, inner), inner);
  }
  return ball(value.m, value.e, logSum(value.rad, a.rad), work);
}

/** √(a² + b²). */
export function hypotBall(a: Ball, b: Ball, work: Work): Ball {
  return rootBall(addBalls(multiplyBalls(a, a, work), multiplyBalls(b, b, work), work), 2, work);
}
