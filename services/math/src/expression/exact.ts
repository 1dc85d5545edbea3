/** Exact values of powers, roots and functions at rational numbers, where they are rational and small. */

import { absolute, bitLength, integerRoot } from './bits.ts';
import { type Budget, fail } from './budget.ts';
import type { Field } from './derived.ts';
import { greatestCommonDivisor } from './euclid.ts';
import { binomial, falling } from './integers.ts';
import {
  compare,
  divide,
  maxFractionDigits,
  maxIntegerDigits,
  multiply,
  negate,
  type Rational,
  subtract,
  whole,
} from './rational.ts';

const bitsPerDigit = 3.33;

/** base^exponent; undefined: not rational or too large. Throws 'undefined' for 0 to a power that is not positive. */
export function exactPower(base: Rational, exponent: Rational, budget: Budget): Rational | undefined {
  if (base.num === 0n) return exponent.num > 0n ? whole(0) : fail('undefined');
  if (base.den === 1n && base.num === 1n) return base;
  if (exponent.den !== 1n) {
    if (base.num < 0n || exponent.den > 4096n) return undefined;
    const root = exactRoot(base, exponent.den, budget);
    return root && exactPower(root, whole(exponent.num), budget);
  }
  if (base.den === 1n && base.num === -1n) return whole(exponent.num % 2n === 0n ? 1 : -1);
  const count = absolute(exponent.num);
  if (count > 70_000n) return undefined;
  const numBits = bitLength(base.num) * Number(count);
  const denBits = base.den === 1n ? 0 : bitLength(base.den) * Number(count);
  const integer = denBits === 0 && exponent.num > 0n;
  const limit = (integer ? maxIntegerDigits : maxFractionDigits) * bitsPerDigit;
  if (numBits > limit || denBits > limit) return undefined;
  const size = numBits + denBits;
  budget.spend(1 + size / 1000 + (size * size) / 4e6);
  const num = base.num ** count;
  const den = denBits === 0 ? 1n : base.den ** count;
  if (exponent.num > 0n) return { num, den };
  return exponent.num === 0n ? whole(1) : num < 0n ? { num: -den, den: -num } : { num: den, den: num };
}

/** Real root of a perfect power; undefined: none, or a root of a negative number that is not real. */
export function exactRoot(a: Rational, index: bigint, budget: Budget): Rational | undefined {
  if (a.num === 0n || (a.num === 1n && a.den === 1n)) return index > 0n ? a : undefined;
  if (index < 1n || index > 4096n) return undefined;
  if (index === 1n) return a;
  if (a.num < 0n) {
    if (index % 2n === 0n) return undefined;
    const root = exactRoot(negate(a), index, budget);
    return root && negate(root);
  }
  const n = Number(index);
  const size = bitLength(a.num) + bitLength(a.den);
  if (size > 20_000) return undefined;
  budget.spend(2 + (size * size * Math.min(n, 40)) / 2e6);
  const den = integerRoot(a.den, n);
  if (den ** index !== a.den) return undefined;
  const num = integerRoot(a.num, n);
  return num ** index === a.num ? { num, den } : undefined;
}

/** A function of rationals where its value is rational; undefined: it is not, or it is too large. */
export function exactCall(name: string, args: readonly Rational[], budget: Budget): Rational | undefined {
  const [a, b] = args;
  if (!a) return fail('unsupported');
  switch (name) {
    case 'abs':
      return a.num < 0n ? negate(a) : a;
    case 'sign':
      return whole(a.num < 0n ? -1 : a.num > 0n ? 1 : 0);
    case 'floor':
      return whole(floor(a));
    case 'ceil':
      return whole(-floor(negate(a)));
    case 're':
    case 'conjugate':
      return a;
    case 'im':
      return whole(0);
    case 'arg':
      return a.num > 0n ? whole(0) : undefined;
    case 'sin':
    case 'tan':
    case 'arcsin':
    case 'arctan':
    case 'sinh':
    case 'tanh':
      return a.num === 0n ? a : undefined;
    case 'cos':
    case 'cosh':
    case 'sec':
    case 'exp':
      return a.num === 0n ? whole(1) : undefined;
    case 'ln':
      return a.num === 0n ? fail('undefined') : a.num === a.den ? whole(0) : undefined;
    case 'log':
      return b && exactLogarithm(a, b, budget);
    case 'min':
    case 'max':
      return args.reduce((best, x) => (compare(x, best) === (name === 'max' ? 1 : -1) ? x : best));
    case 'mod': {
      if (!b || b.num === 0n) return fail('undefined');
      const quotient = divide(a, b);
      const part = quotient && multiply(b, whole(floor(quotient)));
      return part && subtract(a, part);
    }
    case 'gcd':
    case 'lcm':
      return common(name, args, budget);
    case 'binomial':
    case 'permutations':
      return b ? choose(name, a, b, budget) : fail('unsupported');
    default:
      return undefined;
  }
}

/** arcsin and arccos at ±1. */
export function elementary<T>(name: 'arcsin' | 'arccos', a: Rational, f: Field<T>): T | undefined {
  if (a.den !== 1n || (a.num !== 1n && a.num !== -1n)) return undefined;
  const half = f.multiply(f.pi(), f.rational({ num: 1n, den: 2n }));
  if (name === 'arcsin') return a.num === 1n ? half : f.negate(half);
  return a.num === 1n ? f.rational(whole(0)) : f.pi();
}

function floor(a: Rational): bigint {
  const quotient = a.num / a.den;
  return a.num < 0n && quotient * a.den !== a.num ? quotient - 1n : quotient;
}

/** log of a to the base b where both are powers of one rational: Euclid on the exponents. */
function exactLogarithm(a: Rational, b: Rational, budget: Budget): Rational | undefined {
  if (a.num <= 0n || b.num <= 0n || b.num === b.den) return a.num === 0n ? fail('undefined') : undefined;
  if (a.num === a.den) return whole(0);
  if (bitLength(a.num) + bitLength(a.den) + bitLength(b.num) + bitLength(b.den) > 4_000) return undefined;
  // Invariant: log_b a = (p·t + q) / (r·t + s) for t = log_y x.
  let [x, y] = [a, b];
  let [p, q, r, s] = [1n, 0n, 0n, 1n];
  for (let step = 0; step < 5_000; step++) {
    budget.spend(6 + bitLength(x.num) / 200);
    if (x.num === x.den) {
      if (s === 0n) return undefined;
      return divide(whole(q), whole(s));
    }
    if (x.num < x.den) {
      x = { num: x.den, den: x.num };
      [p, r] = [-p, -r];
    }
    if (y.num < y.den) {
      y = { num: y.den, den: y.num };
      [p, r] = [-p, -r];
    }
    if (y.num === y.den) return r === 0n ? undefined : divide(whole(p), whole(r));
    if (compare(x, y) < 0) {
      [x, y] = [y, x];
      [p, q, r, s] = [q, p, s, r];
      continue;
    }
    // t = 1 + t' with x' = x / y.
    const next = divide(x, y);
    // Parts of powers of one rational only get shorter.
    if (!next || bitLength(next.num) > bitLength(x.num) + 1) return undefined;
    x = next;
    [q, s] = [p + q, r + s];
  }
  return undefined;
}

function common(name: string, args: readonly Rational[], budget: Budget): Rational | undefined {
  let result = 0n;
  for (const arg of args) {
    if (arg.den !== 1n) return fail('unsupported');
    const value = absolute(arg.num);
    const size = Math.min(bitLength(value), bitLength(result));
    budget.spend(2 + (size * size) / 2_000);
    const divisor = greatestCommonDivisor(value, result);
    if (name === 'gcd') result = divisor;
    else if (result === 0n) result = value;
    else result *= value / divisor;
    if (bitLength(result) > maxIntegerDigits * bitsPerDigit) return undefined;
  }
  return whole(result);
}

function choose(name: string, n: Rational, k: Rational, budget: Budget): Rational | undefined {
  if (k.den !== 1n) return fail('unsupported');
  if (n.den === 1n) {
    if (name === 'binomial') return binomial(n.num, k.num, budget);
    if (k.num < 0n) return fail('undefined');
    const value = falling(n.num, k.num, budget);
    return value === undefined ? undefined : whole(value);
  }
  if (k.num < 0n || k.num > 100n) return fail('unsupported');
  let value: Rational | undefined = whole(1);
  for (let j = 0n; j < k.num && value; j++) {
    budget.spend(4);
    const factor = subtract(n, whole(j));
    value = factor && multiply(value, factor);
    if (name === 'binomial') value = value && divide(value, whole(j + 1n));
  }
  return value;
}
