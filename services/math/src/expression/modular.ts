/**
 * Values modulo a prime, symbols at fixed points (Schwartz-Zippel): exact for polynomials and rational functions with
 * integer exponents of any size, at a cost that does not depend on the size.
 */

import { absolute } from './bits.ts';
import { type Budget, fail } from './budget.ts';
import { evaluate, isInfinite, maxTerms } from './evaluate.ts';
import type { BinderNode, CallNode, Expression, OperationNode } from './expression.ts';
import { stand } from './points.ts';
import type { Rational } from './rational.ts';
import { inverseMod, mod, type Prime, powerMod, totient } from './residues.ts';
import { structureOf } from './structure.ts';
import { isKnownFunction } from './tree.ts';
import { type Context, isRational } from './values.ts';

export interface ModularContext {
  readonly prime: Prime;
  readonly budget: Budget;
  /** Values of symbols. */
  readonly values: Map<string, Rational>;
  /** Exact evaluation of what is no ring operation; its own values say which symbols may stand there. */
  readonly exact: Context;
  /** Whether π and e may stand for free symbols. */
  readonly transcendentals: boolean;
  stood: boolean;
}

/** Residue of the value. Throws 'unsupported' for what is not in the ring. */
export function evaluateModular(e: Expression, c: ModularContext): bigint {
  c.budget.spend(2);
  switch (e.op) {
    case 'number':
      return residue(e.value, c.prime, c.budget);
    case 'symbol':
      return residue(c.values.get(e.name) ?? fail('unsupported'), c.prime, c.budget);
    case 'constant':
      if (e.name === 'i') return c.prime.i;
      if (e.name === 'infinity' || !c.transcendentals) return fail('unsupported');
      return residue(stand(`:${e.name}`), c.prime, c.budget);
    case 'sum':
    case 'product':
      return finite(e, c);
    case 'opaque':
    case 'integral':
    case 'limit':
      return standIn(e, c);
    case 'call':
      return call(e, c);
    default:
      return operate(e, c);
  }
}

/** Residue of a rational. Throws 'undefined' where the prime divides the denominator. */
export function residue(value: Rational, prime: Prime, budget: Budget): bigint {
  const num = mod(value.num, prime.p);
  if (value.den === 1n) return num;
  return (num * inverseMod(mod(value.den, prime.p), prime.p, budget)) % prime.p;
}

function standIn(e: Expression, c: ModularContext): bigint {
  c.stood = true;
  c.budget.spend(20);
  return residue(stand(structureOf(e)), c.prime, c.budget);
}

function operate(e: OperationNode, c: ModularContext): bigint {
  const p = c.prime.p;
  const [first, second] = e.args;
  if (!first) return fail('unsupported');
  switch (e.op) {
    case 'add': {
      let sum = evaluateModular(first, c);
      for (let k = 1; k < e.args.length; k++) sum += evaluateModular(e.args[k] as Expression, c);
      return sum % p;
    }
    case 'multiply': {
      let product = evaluateModular(first, c);
      for (let k = 1; k < e.args.length; k++)
        product = (product * evaluateModular(e.args[k] as Expression, c)) % p;
      return product;
    }
    case 'negate': {
      const value = evaluateModular(first, c);
      return value === 0n ? 0n : p - value;
    }
    case 'divide': {
      const below = inverseMod(evaluateModular(second ?? fail('unsupported'), c), p, c.budget);
      return (evaluateModular(first, c) * below) % p;
    }
    case 'power':
      return raise(first, second ?? fail('unsupported'), c);
    case 'factorial':
      return factorial(e, first, c);
    default:
      return viaExact(e, c);
  }
}

function raise(base: Expression, exponent: Expression, c: ModularContext): bigint {
  const p = c.prime.p;
  if (exponent.op === 'number') {
    if (exponent.value.den !== 1n) return viaExact({ op: 'power', args: [base, exponent] }, c);
    const value = evaluateModular(base, c);
    const count = exponent.value.num;
    if (value === 0n) return count > 0n ? 0n : fail('undefined');
    return count >= 0n
      ? powerMod(value, count % (p - 1n), p, c.budget)
      : inverseMod(powerMod(value, -count % (p - 1n), p, c.budget), p, c.budget);
  }
  // (-1)^(2x) is 1 for integers x only.
  if (isNegativeConstant(base) && [...freeNames(exponent)].some((name) => !c.exact.values.has(name))) {
    return fail('unsupported');
  }
  const power = integer(exponent, p - 1n, c);
  const value = evaluateModular(base, c);
  if (value === 0n) return power.size === 'large' || power.size > 0n ? 0n : fail('undefined');
  return powerMod(value, power.rest, p, c.budget);
}

function isNegativeConstant(e: Expression): boolean {
  return e.op === 'negate' || (e.op === 'number' && e.value.num < 0n);
}

function freeNames(e: Expression, names = new Set<string>()): Set<string> {
  if (e.op === 'symbol') names.add(e.name);
  else if ('args' in e) for (const part of e.args) freeNames(part, names);
  return names;
}

/** An integer known modulo m, and whether it is surely above 2^60 ('large') or its value is known. */
type Integer =
  | { readonly rest: bigint; readonly size: 'large' }
  | { readonly rest: bigint; readonly size: bigint };

const large = 1n << 60n;
/** Known values stay below this, so that sums of them and of large ones stay ordered. */
const knownLimit = 1n << 4000n;

function known(value: bigint, m: bigint): Integer {
  return { rest: mod(value, m), size: value };
}

/** An expression as an integer modulo m, for exponents. Throws 'unsupported' where it is none, or too hard. */
function integer(e: Expression, m: bigint, c: ModularContext): Integer {
  c.budget.spend(4);
  switch (e.op) {
    case 'number':
      return e.value.den === 1n ? known(e.value.num, m) : fail('unsupported');
    case 'symbol': {
      const value = c.values.get(e.name);
      return value && value.den === 1n ? known(value.num, m) : fail('unsupported');
    }
    case 'negate': {
      const value = integer(e.args[0] as Expression, m, c);
      const size = value.size === 'large' ? -huge : value.size < -knownLimit ? 'large' : -value.size;
      return { rest: mod(-value.rest, m), size };
    }
    case 'add':
    case 'multiply': {
      const parts = e.args.map((part) => integer(part, m, c));
      return parts.reduce((a, b) => (e.op === 'add' ? addIntegers(a, b, m) : multiplyIntegers(a, b, m)));
    }
    case 'power':
      return integerPower(e.args[0] as Expression, e.args[1] as Expression, m, c);
    case 'factorial': {
      const value = integer(e.args[0] as Expression, m, c);
      if (value.size === 'large' || value.size > 2_000n) return { rest: 0n, size: 'large' };
      return exactInteger(e, m, c);
    }
    default:
      return exactInteger(e, m, c);
  }
}

/** Stands for the unknown size of a negative large number: only its rest may be used. */
const huge = 1n << 8000n;

function exactInteger(e: Expression, m: bigint, c: ModularContext): Integer {
  const value = evaluate(e, c.exact);
  return isRational(value) && value.den === 1n ? known(value.num, m) : fail('unsupported');
}

function addIntegers(a: Integer, b: Integer, m: bigint): Integer {
  const rest = (a.rest + b.rest) % m;
  if (a.size !== 'large' && b.size !== 'large') {
    const size = a.size + b.size;
    return size > knownLimit ? { rest, size: 'large' } : { rest, size };
  }
  const other = a.size === 'large' ? b.size : a.size;
  // Large ones come from towers or from above 2^4000: taking off a short number leaves them large.
  return other === 'large' || other > -large ? { rest, size: 'large' } : fail('unsupported');
}

function multiplyIntegers(a: Integer, b: Integer, m: bigint): Integer {
  const rest = (a.rest * b.rest) % m;
  if (a.size !== 'large' && b.size !== 'large') {
    const size = a.size * b.size;
    return size > knownLimit ? { rest, size: 'large' } : { rest, size };
  }
  const other = a.size === 'large' ? b.size : a.size;
  if (other === 0n) return known(0n, m);
  return other === 'large' || other > 0n ? { rest, size: 'large' } : { rest, size: -huge };
}

/** Euler's theorem for any base: a^b = a^(b mod φ(m) + φ(m)) modulo m where b is at least the bits of m. */
function integerPower(base: Expression, exponent: Expression, m: bigint, c: ModularContext): Integer {
  const phi = totient(m);
  const power = integer(exponent, phi, c);
  const a = integer(base, m, c);
  if (power.size !== 'large') {
    const count = power.size;
    if (count < 0n || count >= huge) return fail('unsupported');
    if (a.size !== 'large') {
      const magnitude = absolute(a.size);
      const bits = magnitude.toString(16).length * 4;
      if (magnitude < 2n || count * BigInt(bits) < 4000n) {
        if (count === 0n && magnitude === 0n) return fail('undefined');
        const sign = a.size === -1n && count % 2n === 1n ? -1n : 1n;
        return known(magnitude < 2n ? (count === 0n ? 1n : sign * magnitude) : a.size ** count, m);
      }
      if (a.size < 0n)
        return { rest: powerMod(a.rest, count, m, c.budget), size: count % 2n === 0n ? 'large' : -huge };
    }
    return { rest: powerMod(a.rest, count, m, c.budget), size: 'large' };
  }
  if (a.size !== 'large' && a.size < 2n) return a.size >= 0n ? a : fail('unsupported');
  return { rest: powerMod(a.rest, power.rest + phi, m, c.budget), size: 'large' };
}

function factorial(e: OperationNode, argument: Expression, c: ModularContext): bigint {
  const value = evaluate(argument, c.exact);
  if (!isRational(value) || value.den !== 1n) return viaExact(e, c);
  if (value.num < 0n) return fail('undefined');
  if (value.num >= c.prime.p) return 0n;
  if (value.num > 100_000n) return fail('unsupported');
  const p = c.prime.p;
  let product = 1n;
  c.budget.spend(Number(value.num) * 4);
  for (let k = 2n; k <= value.num; k++) product = (product * k) % p;
  return product;
}

function finite(e: BinderNode, c: ModularContext): bigint {
  if (!e.from || !e.to || isInfinite(e.from) || isInfinite(e.to)) return standIn(e, c);
  const [from, to] = [evaluate(e.from, c.exact), evaluate(e.to, c.exact)];
  if (!isRational(from) || !isRational(to) || from.den !== 1n || to.den !== 1n) return fail('unsupported');
  if (to.num - from.num >= BigInt(maxTerms)) return standIn(e, c);
  if (to.num < from.num - 1n) return fail('undefined');
  const p = c.prime.p;
  const kept = c.values.get(e.variable);
  const keptExact = c.exact.values.get(e.variable);
  let total = e.op === 'sum' ? 0n : 1n;
  for (let k = from.num; k <= to.num; k++) {
    c.budget.spend(5);
    const value = { num: k, den: 1n };
    c.values.set(e.variable, value);
    c.exact.values.set(e.variable, value);
    const term = evaluateModular(e.body, c);
    total = e.op === 'sum' ? (total + term) % p : (total * term) % p;
  }
  restore(c.values, e.variable, kept);
  restore(c.exact.values, e.variable, keptExact);
  return total;
}

function restore(values: Map<string, Rational>, name: string, value: Rational | undefined): void {
  if (value) values.set(name, value);
  else values.delete(name);
}

function call(e: CallNode, c: ModularContext): bigint {
  if (isKnownFunction(e.name)) return viaExact(e, c);
  if (e.args.some(isInfinite)) return standIn(e, c);
  const names = e.args.map((part) => `${evaluateModular(part, c)}`);
  return residue(stand(`${e.name}(${names.join(',')})`), c.prime, c.budget);
}

function viaExact(e: Expression, c: ModularContext): bigint {
  const value = evaluate(e, c.exact);
  if (c.exact.stood) c.stood = true;
  return isRational(value) ? residue(value, c.prime, c.budget) : fail('unsupported');
}
