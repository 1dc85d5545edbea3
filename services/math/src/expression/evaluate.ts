/** The value of an expression at a point: an exact rational where it is one, else an enclosure. */

import { fail } from './budget.ts';
import { multiplyComplex, negateComplex } from './complex.ts';
import type { BinderNode, CallNode, Expression, OperationNode } from './expression.ts';
import { applyFunction } from './functions.ts';
import { doubleFactorial, factorial } from './integers.ts';
import { stand } from './points.ts';
import { negate, type Rational, whole } from './rational.ts';
import { structureOf } from './structure.ts';
import { isKnownFunction } from './tree.ts';
import {
  addValues,
  type Context,
  divideValues,
  fieldOf,
  isRational,
  multiplyValues,
  raiseValue,
  rootOfValue,
  toComplex,
  type Value,
} from './values.ts';

/** Most terms of a finite sum or product. */
export const maxTerms = 2_000;

/** bits = 0 in a context: exact values only, all else is 'unsupported'. */
export function evaluate(e: Expression, c: Context): Value {
  c.budget.spend(1);
  switch (e.op) {
    case 'number':
      return e.value;
    case 'symbol':
      return c.values.get(e.name) ?? fail('unsupported');
    case 'constant':
      return constant(e.name, c);
    case 'opaque':
      return standIn(e, c);
    case 'sum':
    case 'product':
      return finite(e, c);
    case 'integral':
    case 'limit':
      return standIn(e, c);
    case 'call':
      return call(e, c);
    default:
      return operate(e, c);
  }
}

function constant(name: 'pi' | 'e' | 'i' | 'infinity', c: Context): Value {
  if (c.bits === 0 || name === 'infinity') return fail('unsupported');
  const field = fieldOf(c);
  return name === 'pi' ? field.pi() : name === 'i' ? field.i() : field.exp(field.rational(whole(1)));
}

function standIn(e: Expression, c: Context): Value {
  c.stood = true;
  c.budget.spend(20);
  return stand(structureOf(e));
}

function operate(e: OperationNode, c: Context): Value {
  if (e.op === 'power' && c.bits > 0 && isEuler(e.args[0])) {
    return fieldOf(c).exp(toComplex(evaluate(e.args[1] ?? fail('unsupported'), c), c));
  }
  const first = evaluate(e.args[0] ?? fail('unsupported'), c);
  switch (e.op) {
    case 'add': {
      let sum = first;
      for (let k = 1; k < e.args.length; k++) sum = addValues(sum, evaluate(e.args[k] as Expression, c), c);
      return sum;
    }
    case 'multiply': {
      let product = first;
      for (let k = 1; k < e.args.length; k++)
        product = multiplyValues(product, evaluate(e.args[k] as Expression, c), c);
      return product;
    }
    case 'negate':
      return isRational(first) ? negate(first) : negateComplex(first);
    case 'factorial':
    case 'double_factorial': {
      if (!isRational(first)) return fail('unsupported');
      const value = e.op === 'factorial' ? factorial(first, c.budget) : doubleFactorial(first, c.budget);
      return value ?? largeFactorial(first, e.op === 'factorial' ? 1 : 2, c);
    }
    default: {
      const second = evaluate(e.args[1] ?? fail('unsupported'), c);
      if (e.op === 'divide') return divideValues(first, second, c);
      return e.op === 'power' ? raiseValue(first, second, c) : rootOfValue(first, second, c);
    }
  }
}

function isEuler(e: Expression | undefined): boolean {
  return e?.op === 'constant' && e.name === 'e';
}

/** n! or n!! beyond the exact limit, as an enclosure. */
function largeFactorial(n: Rational, step: 1 | 2, c: Context): Value {
  c.overflow = true;
  if (c.bits === 0 || n.den !== 1n || n.num > 30_000n || n.num < 0n) return fail('unsupported');
  let product = toComplex(whole(1), c);
  for (let k = Number(n.num); k > 1; k -= step) product = multiplyComplex(product, toComplex(whole(k), c), c);
  return product;
}

function finite(e: BinderNode, c: Context): Value {
  c.budget.spend(5);
  if (!e.from || !e.to) return standIn(e, c);
  const bounds = [e.from, e.to].map((bound) => (isInfinite(bound) ? undefined : evaluate(bound, c)));
  const [from, to] = bounds as [Value | undefined, Value | undefined];
  if (from === undefined || to === undefined) return standIn(e, c);
  if (!isRational(from) || !isRational(to) || from.den !== 1n || to.den !== 1n) return fail('unsupported');
  if (to.num - from.num >= BigInt(maxTerms)) return standIn(e, c);
  if (to.num < from.num - 1n) return fail('undefined');
  const kept = c.values.get(e.variable);
  let total: Value = whole(e.op === 'sum' ? 0 : 1);
  for (let k = from.num; k <= to.num; k++) {
    c.budget.spend(5);
    c.values.set(e.variable, whole(k));
    const term = evaluate(e.body, c);
    total = e.op === 'sum' ? addValues(total, term, c) : multiplyValues(total, term, c);
  }
  if (kept) c.values.set(e.variable, kept);
  else c.values.delete(e.variable);
  return total;
}

/** Whether ±infinity stands in a bound, at its top. */
export function isInfinite(e: Expression): boolean {
  return e.op === 'negate'
    ? isInfinite(e.args[0] as Expression)
    : e.op === 'constant' && e.name === 'infinity';
}

function call(e: CallNode, c: Context): Value {
  if (!isKnownFunction(e.name)) {
    if (e.args.some(isInfinite)) return standIn(e, c);
    const names = e.args.map((part) => c.nameOf(evaluate(part, c), c));
    return stand(`${e.name}(${names.join(',')})`);
  }
  const args = e.args.map((part) => evaluate(part, c));
  return applyFunction(e.name, args, c);
}
