/** Complex numbers in double precision with a bound on their error. */

import { bitLength } from './bits.ts';
import { fail } from './budget.ts';
import { complexArctan, type Field } from './derived.ts';
import type { Rational } from './rational.ts';

/** A complex number within `err` of re + i·im; `real`: computed from real numbers by real steps. */
export interface Double {
  readonly re: number;
  readonly im: number;
  readonly err: number;
  readonly real: boolean;
}

/** Relative rounding of one operation, with room for the library functions. */
export const eps = 1e-15;

export function make(re: number, im: number, err: number, isReal: boolean): Double {
  if (!(err < 1e290) || !Number.isFinite(re) || !Number.isFinite(im)) return fail('unsupported');
  return { re, im, err, real: isReal };
}

export function size(a: Double): number {
  return a.real ? Math.abs(a.re) : Math.hypot(a.re, a.im);
}

/** Middle and error from a rational. */
export function fromRationalDouble(value: Rational): Double {
  let [num, den] = [value.num, value.den];
  let shift = 0;
  if (num > 2n ** 900n || num < -(2n ** 900n) || den > 2n ** 900n) {
    const [a, b] = [bitLength(num), bitLength(den)];
    const cutNum = Math.max(0, a - 200);
    const cutDen = Math.max(0, b - 200);
    num >>= BigInt(cutNum);
    den >>= BigInt(cutDen);
    shift = cutNum - cutDen;
  }
  const re = (Number(num) / Number(den)) * 2 ** Math.max(-2000, Math.min(2000, shift));
  if (re === 0 && value.num !== 0n) return fail('unsupported');
  return make(re, 0, Math.abs(re) * 4e-16, true);
}

export function plus(a: Double, b: Double): Double {
  const re = a.re + b.re;
  const im = a.im + b.im;
  return make(re, im, a.err + b.err + eps * (Math.abs(re) + Math.abs(im)), a.real && b.real);
}

export function minus(a: Double): Double {
  return { re: -a.re, im: -a.im, err: a.err, real: a.real };
}

export function times(a: Double, b: Double): Double {
  const isReal = a.real && b.real;
  const [p, q] = [size(a), size(b)];
  const re = isReal ? a.re * b.re : a.re * b.re - a.im * b.im;
  const im = isReal ? 0 : a.re * b.im + a.im * b.re;
  if (p * q === 0 && p !== 0 && q !== 0) return fail('unsupported');
  return make(re, im, p * b.err + q * a.err + a.err * b.err + 4 * eps * p * q + 1e-300, isReal);
}

export function over(a: Double, b: Double): Double {
  const q = size(b);
  if (q === 0 && b.err === 0) return fail('undefined');
  if (q <= 2 * b.err || q < 1e-280) return fail('unsupported');
  const p = size(a);
  const isReal = a.real && b.real;
  const scale = b.re * b.re + b.im * b.im;
  const re = isReal ? a.re / b.re : (a.re * b.re + a.im * b.im) / scale;
  const im = isReal ? 0 : (a.im * b.re - a.re * b.im) / scale;
  return make(re, im, (2 * (a.err + (p / q) * b.err)) / q + (8 * eps * p) / q + 1e-300, isReal);
}

export function exponential(a: Double): Double {
  if (a.err > 0.1) return fail('unsupported');
  const r = Math.exp(a.re);
  if (r === 0) return fail('unsupported');
  const err = r * (2 * a.err + 4 * eps * (1 + Math.abs(a.im)));
  return a.real ? make(r, 0, err, true) : make(r * Math.cos(a.im), r * Math.sin(a.im), err, false);
}

export function logarithm(a: Double, realOnly: boolean): Double {
  const r = size(a);
  if (r === 0 && a.err === 0) return fail('undefined');
  if (r <= 4 * a.err) return fail('unsupported');
  const re = Math.log(r);
  const err = (2 * a.err) / r + 4 * eps * (1 + Math.abs(re));
  if (a.real) {
    if (a.re > 0) return make(re, 0, err, true);
    return realOnly ? fail('undefined') : make(re, Math.PI, err, false);
  }
  // Close to the cut along the negative numbers the side is not known.
  if (a.re < 0 && Math.abs(a.im) <= a.err) return fail('unsupported');
  return make(re, Math.atan2(a.im, a.re), err, false);
}

export function squareRoot(a: Double, realOnly: boolean): Double {
  const r = size(a);
  if (r <= 4 * a.err) return r === 0 && a.err === 0 ? a : fail('unsupported');
  const s = Math.sqrt(r);
  const err = a.err / s + 4 * eps * s;
  if (a.real) {
    if (a.re > 0) return make(s, 0, err, true);
    return realOnly ? fail('undefined') : make(0, s, err, false);
  }
  if (a.re < 0 && Math.abs(a.im) <= a.err) return fail('unsupported');
  const angle = Math.atan2(a.im, a.re) / 2;
  return make(s * Math.cos(angle), s * Math.sin(angle), err, false);
}

/** sin or cos of a; the derivative is at most cosh of the imaginary part. */
function wave(a: Double, sine: boolean): Double {
  const [x, y] = [a.re, a.im];
  const steep = a.real ? 1 : Math.cosh(Math.abs(y) + a.err);
  const err = steep * (2 * a.err + 4 * eps + 2e-16 * Math.abs(x));
  if (a.real) return make(sine ? Math.sin(x) : Math.cos(x), 0, err, true);
  return sine
    ? make(Math.sin(x) * Math.cosh(y), Math.cos(x) * Math.sinh(y), err, false)
    : make(Math.cos(x) * Math.cosh(y), -Math.sin(x) * Math.sinh(y), err, false);
}

export const exactOne: Double = { re: 1, im: 0, err: 0, real: true };
export const circle: Double = { re: Math.PI, im: 0, err: 2e-16, real: true };
const unit: Double = { re: 0, im: 1, err: 0, real: false };

function makeField(realOnly: boolean): Field<Double> {
  const field: Field<Double> = {
    rational: fromRationalDouble,
    add: plus,
    negate: minus,
    multiply: times,
    divide: over,
    exp: exponential,
    ln: (a) => logarithm(a, realOnly),
    sin: (a) => wave(a, true),
    cos: (a) => wave(a, false),
    arctan: (a) => (a.real ? make(Math.atan(a.re), 0, a.err + eps, true) : complexArctan(a, field)),
    sqrt: (a) => squareRoot(a, realOnly),
    pi: () => circle,
    i: () => (realOnly ? fail('undefined') : unit),
  };
  return field;
}

export const complexField = makeField(false);
export const realField = makeField(true);

/** Whether the two are surely different: apart by far more than their errors. */
export function clearlyApart(a: Double, b: Double): boolean {
  const distance = Math.hypot(a.re - b.re, a.im - b.im);
  return distance > 16 * (a.err + b.err) && distance > 1e-6 * Math.max(size(a), size(b));
}
