/** Functions of known meaning, applied to values. */

import { type Ball, isZero, negateBall, signOf } from './ball.ts';
import { fail } from './budget.ts';
import {
  absolute,
  addComplex,
  argument,
  type Complex,
  divideComplex,
  isReal,
  negateComplex,
  real,
} from './complex.ts';
import { derived } from './derived.ts';
import { elementary, exactCall } from './exact.ts';
import { compare, type Rational, whole } from './rational.ts';
import {
  addValues,
  type Context,
  divideValues,
  fieldOf,
  isRational,
  multiplyValues,
  negateValue,
  toComplex,
  type Value,
} from './values.ts';

/** Value of a function of `tree.ts`'s list. Throws 'unsupported' where it has none for these arguments. */
export function applyFunction(name: string, args: readonly Value[], c: Context): Value {
  const first = args[0] ?? fail('unsupported');
  if (args.every(isRational)) {
    const exact = exactCall(name, args as Rational[], c.budget);
    if (exact) return exact;
  }
  if (c.bits === 0) return fail('unsupported');
  const z = toComplex(first, c);
  switch (name) {
    case 'abs':
      return real(absolute(z, c));
    case 'sign': {
      const sign = isReal(z) ? signOf(z.re) : fail('unsupported');
      return sign === undefined ? fail('imprecise') : whole(sign);
    }
    case 'floor':
    case 'ceil':
      return step(z, name, c);
    case 're':
      return real(z.re);
    case 'im':
      return real(z.im);
    case 'conjugate':
      return { re: z.re, im: negateBall(z.im) };
    case 'arg':
      return real(argument(z, c));
    case 'log':
      return logarithm(z, args[1] === undefined ? undefined : toComplex(args[1], c), c);
    case 'min':
    case 'max':
      return extreme(args, name === 'max' ? 1 : -1, c);
    case 'mod':
      return modulo(args, c);
    case 'arcsin':
    case 'arccos':
      // The sign of 1 - x² at x = ±1 is not to be had from intervals.
      if (isRational(first)) return elementary(name, first, fieldOf(c)) ?? derive(name, z, c);
      return derive(name, z, c);
    default:
      return derive(name, z, c);
  }
}

function derive(name: string, z: Complex, c: Context): Value {
  return derived(name, z, fieldOf(c)) ?? fail('unsupported');
}

function logarithm(z: Complex, base: Complex | undefined, c: Context): Value {
  const { ln } = fieldOf(c);
  return base ? divideComplex(ln(z), ln(base), c) : ln(z);
}

function step(z: Complex, name: 'floor' | 'ceil', c: Context): Value {
  if (!isReal(z)) return fail('unsupported');
  const a = z.re;
  c.budget.spend(10);
  if (a.e > 10_000 || a.e < -100_000) return fail('unsupported');
  const down = a.e >= 0 ? a.m << BigInt(a.e) : a.m >> BigInt(-a.e);
  const middle: Ball = { m: down, e: 0, rad: -Infinity };
  // Sure only when the interval stays inside (down, down + 1).
  const above = addComplex(z, real(negateBall(middle)), c).re;
  const below = addComplex(real({ m: down + 1n, e: 0, rad: -Infinity }), negateComplex(z), c).re;
  if (isZero(above)) return whole(down);
  if (signOf(above) !== 1 || signOf(below) !== 1) return fail('imprecise');
  return whole(name === 'floor' ? down : down + 1n);
}

function extreme(args: readonly Value[], sign: 1 | -1, c: Context): Value {
  let best = args[0] as Value;
  for (const other of args.slice(1)) {
    if (isRational(best) && isRational(other)) {
      if (compare(other, best) === sign) best = other;
      continue;
    }
    const difference = addComplex(toComplex(other, c), negateComplex(toComplex(best, c)), c);
    if (!isReal(difference)) return fail('unsupported');
    const order = signOf(difference.re);
    if (order === undefined) {
      // Equal as far as can be seen: either will do, at the price of the precision.
      if (c.bits < 400) return fail('imprecise');
      continue;
    }
    if (order === sign) best = other;
  }
  return best;
}

/** x - y ⌊x/y⌋. */
function modulo(args: readonly Value[], c: Context): Value {
  const [x, y] = args;
  if (!x || !y) return fail('unsupported');
  const quotient = divideValues(x, y, c);
  const floor = isRational(quotient)
    ? (exactCall('floor', [quotient], c.budget) ?? fail('unsupported'))
    : step(quotient, 'floor', c);
  return addValues(x, negateValue(multiplyValues(y, floor, c)), c);
}
