/** Values of constants: exact, enclosed, ordered. */

import { addBalls, type Ball, bottom, isZero, negateBall, signOf, topOf } from './ball.ts';
import { bitLength } from './bits.ts';
import { attempt } from './budget.ts';
import { compareExpressions } from './compare.ts';
import { evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { infinitySign, mentionsInfinity } from './infinite.ts';
import { orderBySize } from './magnitude.ts';
import { compare, dyadic, type Rational } from './rational.ts';
import { simplestRational } from './reconstruct.ts';
import { type Prime, primes } from './residues.ts';
import {
  exactContext,
  hasUnknownFunction,
  numericContext,
  precisionsFor,
  type Question,
  question,
} from './sample.ts';
import { fits } from './tree.ts';
import { isRational, toComplex } from './values.ts';

const prime = primes[0] as Prime;

/**
 * The rational value of a constant; undefined where it is none, has symbols, or is too large. A value that is known by
 * an enclosure only counts as rational where a simple fraction fits 512 bits.
 */
export function exactValue(e: Expression): Rational | undefined {
  if (!fits(e)) return undefined;
  const q = question(e);
  if (!isConstant(q, e)) return undefined;
  const exact = exactOf(e, q);
  if (exact) return exact;
  const ball = realBall(e, q, precisionsFor(q)[0] as number);
  return ball && simplestRational(ball, 80, q.size().bits);
}

/** No symbols, and no functions of unknown meaning. */
function isConstant(q: Question, ...expressions: readonly Expression[]): boolean {
  return q.names.length === 0 && !expressions.some(hasUnknownFunction);
}

function exactOf(e: Expression, q: Question): Rational | undefined {
  const c = exactContext(new Map(), q.budget, prime);
  const exact = attempt(() => evaluate(e, c));
  return 'value' in exact && isRational(exact.value) && !c.stood ? exact.value : undefined;
}

/** Enclosure of a real constant; undefined where there is none at this precision. */
function realBall(e: Expression, q: Question, bits: number): Ball | undefined {
  const c = numericContext(q, new Map(), bits, prime);
  const value = attempt(() => toComplex(evaluate(e, c), c));
  if (!('value' in value) || c.stood) return undefined;
  const { re, im } = value.value;
  // An imaginary part that is zero as far as can be seen, such as that of e^{iπ}.
  return isZero(im) || (bottom(im) === -Infinity && topOf(im) < 64 - bits) ? re : undefined;
}

/**
 * Rationals lo <= value <= hi with hi - lo <= 2^-bits |value| for a real constant; undefined where they cannot be had:
 * symbols, no real value, zero in disguise, or a size beyond 2^±20,000.
 */
export function enclose(e: Expression, bits = 128): { lo: Rational; hi: Rational } | undefined {
  if (!fits(e)) return undefined;
  const q = question(e);
  if (!isConstant(q, e) || bits > 4_000) return undefined;
  const exact = exactOf(e, q);
  if (exact) return { lo: exact, hi: exact };
  for (const precision of [bits + 96, bits + 640, 2 * bits + 2048]) {
    const ball = realBall(e, q, precision);
    if (!ball) continue;
    if (ball.rad !== -Infinity && bottom(ball) - ball.rad < bits + 3) continue;
    return bounds(ball);
  }
  return undefined;
}

function bounds(a: Ball): { lo: Rational; hi: Rational } | undefined {
  if (Math.abs(a.e) + bitLength(a.m) > 20_000) return undefined;
  const unit = a.rad === -Infinity ? a.e : Math.min(a.e, Math.ceil(a.rad));
  if (unit < -20_000) return undefined;
  const m = a.m << BigInt(a.e - unit);
  const r = a.rad === -Infinity ? 0n : 1n << BigInt(Math.ceil(a.rad) - unit);
  return { lo: dyadic(m - r, unit), hi: dyadic(m + r, unit) };
}

/** Order of two real constants, infinities included; undefined where it cannot be told or they are not real. */
export function compareOrder(a: Expression, b: Expression): -1 | 0 | 1 | undefined {
  if (!fits(a) || !fits(b)) return undefined;
  if (mentionsInfinity(a) || mentionsInfinity(b)) return infiniteOrder(a, b);
  const q = question(a, b);
  if (!isConstant(q, a, b)) return undefined;
  const [left, right] = [exactOf(a, q), exactOf(b, q)];
  if (left && right) return compare(left, right);
  for (const bits of [96, ...precisionsFor(q)]) {
    const [x, y] = [realBall(a, q, bits), realBall(b, q, bits)];
    if (!x || !y) continue;
    const sign = attempt(() => signOf(addBalls(x, negateBall(y), { bits, budget: q.budget })));
    if ('value' in sign && sign.value !== undefined) return sign.value;
  }
  const sized = orderBySize(a, b);
  if (sized) return sized;
  return compareExpressions(a, b, q.budget).outcome === 'equal' && realBall(a, q, 640) ? 0 : undefined;
}

function infiniteOrder(a: Expression, b: Expression): -1 | 0 | 1 | undefined {
  const [left, right] = [infinitySign(a), infinitySign(b)];
  if (left !== undefined && right !== undefined) return left === right ? 0 : left > right ? 1 : -1;
  if (left !== undefined) return enclose(b, 4) ? left : undefined;
  if (right !== undefined) return enclose(a, 4) ? (right === 1 ? -1 : 1) : undefined;
  return undefined;
}
