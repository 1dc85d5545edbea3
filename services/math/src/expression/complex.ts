/** Complex numbers as pairs of intervals. */

import {
  addBalls,
  type Ball,
  bottom,
  divideBalls,
  fromRational,
  isZero,
  multiplyBalls,
  negateBall,
  one,
  rootBall,
  scale,
  signOf,
  topOf,
  type Work,
  zero,
} from './ball.ts';
import { fail } from './budget.ts';
import { complexArctan, type Field } from './derived.ts';
import { atanBall, expBall, hypotBall, lnBall, pi, sinCos } from './elementary.ts';
import type { Rational } from './rational.ts';

/** A real number has an imaginary part of exactly zero. */
export interface Complex {
  readonly re: Ball;
  readonly im: Ball;
}

const complexOne: Complex = { re: one, im: zero };

export function real(re: Ball): Complex {
  return { re, im: zero };
}

export function isReal(a: Complex): boolean {
  return isZero(a.im);
}

export function addComplex(a: Complex, b: Complex, work: Work): Complex {
  return { re: addBalls(a.re, b.re, work), im: addBalls(a.im, b.im, work) };
}

export function negateComplex(a: Complex): Complex {
  return { re: negateBall(a.re), im: negateBall(a.im) };
}

export function multiplyComplex(a: Complex, b: Complex, work: Work): Complex {
  const re = multiplyBalls(a.re, b.re, work);
  if (isReal(a) && isReal(b)) return real(re);
  const product = (x: Ball, y: Ball) => (isZero(x) || isZero(y) ? zero : multiplyBalls(x, y, work));
  return {
    re: addBalls(re, negateBall(product(a.im, b.im)), work),
    im: addBalls(product(a.re, b.im), product(a.im, b.re), work),
  };
}

export function divideComplex(a: Complex, b: Complex, work: Work): Complex {
  if (isReal(b)) {
    return { re: divideBalls(a.re, b.re, work), im: isReal(a) ? zero : divideBalls(a.im, b.re, work) };
  }
  const size = addBalls(multiplyBalls(b.re, b.re, work), multiplyBalls(b.im, b.im, work), work);
  const above = multiplyComplex(a, { re: b.re, im: negateBall(b.im) }, work);
  return { re: divideBalls(above.re, size, work), im: divideBalls(above.im, size, work) };
}

/** a^n by squaring, n >= 0. */
export function powerComplex(a: Complex, n: number, work: Work): Complex {
  let result = complexOne;
  let square = a;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplyComplex(result, square, work);
    if (rest > 1) square = multiplyComplex(square, square, work);
  }
  return result;
}

export function absolute(a: Complex, work: Work): Ball {
  if (!isReal(a)) return hypotBall(a.re, a.im, work);
  // |m ± r| stays within r of |m|.
  return a.re.m < 0n ? negateBall(a.re) : a.re;
}

export function expComplex(a: Complex, work: Work): Complex {
  const size = expBall(a.re, work);
  if (isReal(a)) return real(size);
  const [sine, cosine] = sinCos(a.im, work);
  return { re: multiplyBalls(size, cosine, work), im: multiplyBalls(size, sine, work) };
}

/** Principal argument. Throws 'imprecise' where it is not known on which side of the cut a lies. */
export function argument(a: Complex, work: Work): Ball {
  const [re, im] = [signOf(a.re), signOf(a.im)];
  if (im === 0) {
    if (re === undefined) return fail('imprecise');
    if (re === 0) return fail('undefined');
    return re > 0 ? zero : pi(work);
  }
  if (re === 1) return atanBall(divideBalls(a.im, a.re, work), work);
  if (im === undefined) return fail('imprecise');
  const right = scale(pi(work), -1);
  const rest = negateBall(atanBall(divideBalls(a.re, a.im, work), work));
  return addBalls(im > 0 ? right : negateBall(right), rest, work);
}

export function lnComplex(a: Complex, work: Work): Complex {
  return { re: lnBall(absolute(a, work), work), im: argument(a, work) };
}

export function sqrtComplex(a: Complex, work: Work): Complex {
  if (isReal(a)) {
    const sign = signOf(a.re);
    if (sign === undefined) {
      // On either side of zero: within √|a| of it.
      const around: Ball = { m: 0n, e: 0, rad: topOf(a.re) / 2 + 1e-9 };
      return { re: around, im: around };
    }
    if (sign >= 0) return real(rootBall(a.re, 2, work));
    return { re: zero, im: rootBall(negateBall(a.re), 2, work) };
  }
  const size = absolute(a, work);
  if (signOf(a.re) === -1) {
    const sign = signOf(a.im);
    if (sign === undefined) return fail('imprecise');
    const v = rootBall(scale(addBalls(size, negateBall(a.re), work), -1), 2, work);
    const im = sign < 0 ? negateBall(v) : v;
    return { re: divideBalls(scale(a.im, -1), im, work), im };
  }
  const re = rootBall(scale(addBalls(size, a.re, work), -1), 2, work);
  return { re, im: divideBalls(scale(a.im, -1), re, work) };
}

/** Whether the pair reaches zero. */
export function reachesZero(a: Complex): boolean {
  return bottom(a.re) === -Infinity && bottom(a.im) === -Infinity;
}

/** Most values of one function that are kept for one evaluation. */
const maxKept = 8;

/** The function, with its last values kept: the same sine often stands in several places. */
function remembered<T>(compute: (a: Ball, work: Work) => T, work: Work): (a: Ball) => T {
  const kept: { readonly at: Ball; readonly value: T }[] = [];
  return (a) => {
    for (const { at, value } of kept) if (at.e === a.e && at.rad === a.rad && at.m === a.m) return value;
    const value = compute(a, work);
    if (kept.length < maxKept) kept.push({ at: a, value });
    return value;
  };
}

/** Arithmetic for `derived`. */
export function complexField(work: Work): Field<Complex> {
  const i: Complex = { re: zero, im: one };
  const wave = remembered(sinCos, work);
  const power = remembered(expBall, work);
  const logarithm = remembered(lnBall, work);
  const field: Field<Complex> = {
    rational: (value: Rational) => real(fromRational(value, work)),
    add: (a, b) => addComplex(a, b, work),
    negate: negateComplex,
    multiply: (a, b) => multiplyComplex(a, b, work),
    divide: (a, b) => divideComplex(a, b, work),
    exp: (a) => (isReal(a) ? real(power(a.re)) : expComplex(a, work)),
    ln: (a) => (isReal(a) && a.re.m > 0n ? real(logarithm(a.re)) : lnComplex(a, work)),
    sin: (a) => {
      if (isReal(a)) return real(wave(a.re)[0]);
      // sin z = (e^iz - e^-iz) / 2i
      const up = expComplex(multiplyComplex(i, a, work), work);
      const difference = addComplex(up, negateComplex(divideComplex(complexOne, up, work)), work);
      return multiplyComplex({ re: zero, im: scale(negateBall(one), -1) }, difference, work);
    },
    cos: (a) => {
      if (isReal(a)) return real(wave(a.re)[1]);
      const up = expComplex(multiplyComplex(i, a, work), work);
      const sum = addComplex(up, divideComplex(complexOne, up, work), work);
      return multiplyComplex(real(scale(one, -1)), sum, work);
    },
    arctan: (a) => (isReal(a) ? real(atanBall(a.re, work)) : complexArctan(a, field)),
    sqrt: (a) => sqrtComplex(a, work),
    pi: () => real(pi(work)),
    i: () => i,
  };
  return field;
}
