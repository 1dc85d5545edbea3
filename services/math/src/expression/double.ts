/** Evaluation in double precision: enough to tell most different expressions apart. */

import { absolute } from './bits.ts';
import { type Budget, fail } from './budget.ts';
import { derived, type Field } from './derived.ts';
import {
  circle,
  complexField,
  type Double,
  eps,
  exactOne,
  exponential,
  fromRationalDouble,
  logarithm,
  make,
  minus,
  over,
  plus,
  realField,
  size,
  squareRoot,
  times,
} from './doubles.ts';
import type { BinderNode, CallNode, Expression, OperationNode } from './expression.ts';
import { lowestTerms, type Rational } from './rational.ts';
import { isKnownFunction } from './tree.ts';

export interface DoubleContext {
  readonly budget: Budget;
  readonly values: Map<string, Rational>;
  /** Leaving the real numbers is 'undefined', and roots of odd index written as powers are real. */
  readonly realOnly: boolean;
  /** With `realOnly`: such powers are 'undefined' for negative bases all the same, since their principal value is not real. */
  readonly principal?: boolean;
}

/** Most terms of a sum or product here. */
const maxTerms = 300;

/** Throws 'unsupported' wherever doubles cannot tell, 'undefined' at poles. */
export function evaluateDouble(e: Expression, c: DoubleContext): Double {
  c.budget.spend(1);
  switch (e.op) {
    case 'number':
      return fromRationalDouble(e.value);
    case 'symbol':
      return fromRationalDouble(c.values.get(e.name) ?? fail('unsupported'));
    case 'constant':
      if (e.name === 'i') return fieldOf(c).i();
      if (e.name === 'infinity') return fail('unsupported');
      return e.name === 'pi' ? circle : { re: Math.E, im: 0, err: 2e-16, real: true };
    case 'sum':
    case 'product':
      return finite(e, c);
    case 'opaque':
    case 'integral':
    case 'limit':
      return fail('unsupported');
    case 'call':
      return call(e, c);
    default:
      return operate(e, c);
  }
}

function fieldOf(c: DoubleContext): Field<Double> {
  return c.realOnly ? realField : complexField;
}

function operate(e: OperationNode, c: DoubleContext): Double {
  const first = evaluateDouble(e.args[0] ?? fail('unsupported'), c);
  switch (e.op) {
    case 'add':
    case 'multiply': {
      let total = first;
      for (let k = 1; k < e.args.length; k++) {
        const part = evaluateDouble(e.args[k] as Expression, c);
        total = e.op === 'add' ? plus(total, part) : times(total, part);
      }
      return total;
    }
    case 'negate':
      return minus(first);
    case 'factorial':
    case 'double_factorial':
      return factorial(first, e.op === 'factorial' ? 1 : 2);
    default: {
      const exponent = e.args[1] ?? fail('unsupported');
      if (e.op === 'divide') return over(first, evaluateDouble(exponent, c));
      if (e.op === 'root') return root(first, exponent, c);
      return raise(first, exponent, c);
    }
  }
}

function factorial(a: Double, step: number): Double {
  const n = Math.round(a.re);
  if (!a.real || Math.abs(n - a.re) > 1e-9) return fail('unsupported');
  if (n < 0) return fail('undefined');
  if (n > 170) return fail('unsupported');
  let value = 1;
  for (let k = n; k > 1; k -= step) value *= k;
  return make(value, 0, value * n * eps, true);
}

function integerPower(base: Double, n: number): Double {
  let result = exactOne;
  let square = base;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = times(result, square);
    if (rest > 1) square = times(square, square);
  }
  return n < 0 ? over(exactOne, result) : result;
}

function raise(base: Double, exponent: Expression, c: DoubleContext): Double {
  const exact = fractionOf(exponent);
  if (exact && exact.den === 1n && exact.num < 1_000_000n && exact.num > -1_000_000n) {
    if (exact.num === 0n && size(base) <= base.err) return fail('unsupported');
    return integerPower(base, Number(exact.num));
  }
  if (exact && base.real && base.re < 0 && c.realOnly && exact.den % 2n === 1n) {
    if (c.principal) return fail('undefined');
    const value = powerOfPositive(minus(base), fromRationalDouble(exact));
    return exact.num % 2n === 0n ? value : minus(value);
  }
  if (exact?.num === 1n && exact.den === 2n) return squareRoot(base, c.realOnly);
  const y = evaluateDouble(exponent, c);
  if (y.real && y.err < 1e-9 && Number.isInteger(y.re) && Math.abs(y.re) < 1e6 && isCount(exponent, c)) {
    return integerPower(base, y.re);
  }
  return powerOfPositive(base, y, c);
}

/** Whether an expression is made of integers by steps that keep them. */
function isCount(e: Expression, c: DoubleContext): boolean {
  switch (e.op) {
    case 'number':
      return e.value.den === 1n;
    case 'symbol':
      return c.values.get(e.name)?.den === 1n;
    case 'add':
    case 'multiply':
    case 'negate':
      return e.args.every((part) => isCount(part, c));
    default:
      return false;
  }
}

function powerOfPositive(base: Double, y: Double, c?: DoubleContext): Double {
  return exponential(times(y, logarithm(base, c?.realOnly ?? false)));
}

/** Value of a written fraction: 3, -3, 2/3, -2/3. */
function fractionOf(e: Expression): Rational | undefined {
  if (e.op === 'number') return e.value;
  if (e.op === 'negate') {
    const value = fractionOf(e.args[0] as Expression);
    return value && { num: -value.num, den: value.den };
  }
  if (e.op !== 'divide') return undefined;
  const [a, b] = e.args;
  if (
    a?.op !== 'number' ||
    b?.op !== 'number' ||
    a.value.den !== 1n ||
    b.value.den !== 1n ||
    b.value.num <= 0n
  ) {
    return undefined;
  }
  if (absolute(a.value.num) > 1_000_000n || b.value.num > 1_000_000n) return undefined;
  return lowestTerms(a.value.num, b.value.num);
}

function root(base: Double, index: Expression, c: DoubleContext): Double {
  const n = fractionOf(index);
  if (n?.den === 1n && n.num === 2n) return squareRoot(base, c.realOnly);
  const negative = base.real && base.re < 0;
  if (negative && n?.den === 1n && n.num > 0n && n.num % 2n === 1n) {
    return minus(powerOfPositive(minus(base), over(exactOne, fromRationalDouble(n))));
  }
  return powerOfPositive(base, over(exactOne, evaluateDouble(index, c)), c);
}

function finite(e: BinderNode, c: DoubleContext): Double {
  const [from, to] = [e.from, e.to].map((bound) => evaluateDouble(bound ?? fail('unsupported'), c));
  if (!from || !to || !Number.isInteger(from.re) || !Number.isInteger(to.re)) return fail('unsupported');
  if (to.re - from.re >= maxTerms || to.re < from.re - 1) return fail('unsupported');
  const kept = c.values.get(e.variable);
  let total = e.op === 'sum' ? { ...exactOne, re: 0 } : exactOne;
  for (let k = from.re; k <= to.re; k++) {
    c.budget.spend(5);
    c.values.set(e.variable, { num: BigInt(k), den: 1n });
    const term = evaluateDouble(e.body, c);
    total = e.op === 'sum' ? plus(total, term) : times(total, term);
  }
  if (kept) c.values.set(e.variable, kept);
  else c.values.delete(e.variable);
  return total;
}

function call(e: CallNode, c: DoubleContext): Double {
  if (!isKnownFunction(e.name)) return fail('unsupported');
  const args = e.args.map((part) => evaluateDouble(part, c));
  const z = args[0] ?? fail('unsupported');
  switch (e.name) {
    case 'abs':
      return make(size(z), 0, z.err + eps * size(z), true);
    case 're':
      return make(z.re, 0, z.err, true);
    case 'im':
      return make(z.im, 0, z.err, true);
    case 'conjugate':
      return { ...z, im: -z.im };
    case 'sign':
      if (!z.real || Math.abs(z.re) <= z.err) return fail('unsupported');
      return { ...exactOne, re: Math.sign(z.re) };
    case 'floor':
    case 'ceil': {
      const value = e.name === 'floor' ? Math.floor(z.re) : Math.ceil(z.re);
      const margin = 2 * z.err + 1e-12 * Math.abs(z.re) + 1e-12;
      if (!z.real || Math.abs(Math.round(z.re) - z.re) <= margin) return fail('unsupported');
      return { ...exactOne, re: value };
    }
    case 'log': {
      const above = logarithm(z, c.realOnly);
      const base = args[1];
      return base ? over(above, logarithm(base, c.realOnly)) : above;
    }
    case 'min':
    case 'max': {
      const values = args.map((a) => (a.real ? a.re : fail('unsupported')));
      const value = e.name === 'max' ? Math.max(...values) : Math.min(...values);
      return make(value, 0, Math.max(...args.map((a) => a.err)), true);
    }
    default:
      return derived(e.name, z, fieldOf(c)) ?? fail('unsupported');
  }
}
