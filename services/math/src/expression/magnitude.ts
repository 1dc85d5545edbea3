/** How large a constant is, for numbers that are too large to be evaluated: towers of powers, factorials. */

import { absolute, bitLength } from './bits.ts';
import { attempt, Budget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import type { CallNode, Expression, OperationNode } from './expression.ts';
import type { Rational } from './rational.ts';
import { type Prime, primes } from './residues.ts';
import { exactContext } from './sample.ts';
import { isRational } from './values.ts';

/** The number has this sign, and lo <= log2 of its absolute value <= hi (±Infinity: unknown; of zero: -Infinity). */
interface Magnitude {
  readonly sign: -1 | 0 | 1;
  readonly lo: number;
  readonly hi: number;
}

/** Order of two constants where their sizes or signs tell; undefined where they do not. At most `maxDepth` levels. */
export function orderBySize(a: Expression, b: Expression): -1 | 1 | undefined {
  const x = magnitude(a);
  const y = x && magnitude(b);
  if (!x || !y) return undefined;
  if (x.sign !== y.sign) return x.sign < y.sign ? -1 : 1;
  if (x.sign === 0) return undefined;
  if (x.lo > y.hi) return x.sign;
  return x.hi < y.lo ? (x.sign === 1 ? -1 : 1) : undefined;
}

/** Beyond this, bounds say only that they are beyond. */
const limit = 1e300;
const log2e = Math.LOG2E;

/** Bounds moved outwards by more than the rounding of a few operations. */
function within(sign: -1 | 1, lo: number, hi: number): Magnitude | undefined {
  if (Number.isNaN(lo) || Number.isNaN(hi)) return undefined;
  const low = lo - 1e-9 * (1 + Math.abs(lo));
  const high = hi + 1e-9 * (1 + Math.abs(hi));
  return {
    sign,
    lo: lo >= limit ? limit : low <= -limit ? Number.NEGATIVE_INFINITY : low,
    hi: hi <= -limit ? -limit : high >= limit ? Number.POSITIVE_INFINITY : high,
  };
}

function magnitude(e: Expression): Magnitude | undefined {
  switch (e.op) {
    case 'number':
      return ofRational(e.value);
    case 'constant':
      if (e.name === 'pi') return within(1, Math.log2(Math.PI), Math.log2(Math.PI));
      return e.name === 'e' ? within(1, log2e, log2e) : undefined;
    case 'call':
      return ofCall(e);
    case 'add':
    case 'multiply':
    case 'negate':
    case 'divide':
    case 'power':
    case 'root':
    case 'factorial':
      return ofOperation(e);
    default:
      return undefined;
  }
}

function ofRational({ num, den }: Rational): Magnitude | undefined {
  if (num === 0n) return { sign: 0, lo: Number.NEGATIVE_INFINITY, hi: Number.NEGATIVE_INFINITY };
  const log = log2Of(absolute(num)) - log2Of(den);
  return within(num < 0n ? -1 : 1, log, log);
}

function log2Of(value: bigint): number {
  const cut = Math.max(0, bitLength(value) - 60);
  return Math.log2(Number(value >> BigInt(cut))) + cut;
}

function ofOperation(e: OperationNode): Magnitude | undefined {
  const [base, exponent] = e.args;
  if (!base) return undefined;
  if (e.op === 'power' || e.op === 'root') return exponent && ofPower(e.op, base, exponent);
  if (e.op === 'factorial') return isInteger(base) ? ofFactorial(base) : undefined;
  const parts: Magnitude[] = [];
  for (const arg of e.args) {
    const part = magnitude(arg);
    if (!part) return undefined;
    parts.push(part);
  }
  const [first, second] = parts as [Magnitude, Magnitude];
  switch (e.op) {
    case 'negate':
      return negated(first);
    case 'divide':
      return second.sign === 0 ? undefined : product(first, { ...second, lo: -second.hi, hi: -second.lo });
    case 'multiply':
      return parts.reduce<Magnitude | undefined>((a, b) => a && product(a, b), one);
    default:
      return sum(parts);
  }
}

const one: Magnitude = { sign: 1, lo: 0, hi: 0 };

function negated(a: Magnitude): Magnitude {
  return { ...a, sign: a.sign === 0 ? 0 : a.sign === 1 ? -1 : 1 };
}

function product(a: Magnitude, b: Magnitude): Magnitude | undefined {
  if (a.sign === 0) return a;
  if (b.sign === 0) return b;
  return within(a.sign === b.sign ? 1 : -1, a.lo + b.lo, a.hi + b.hi);
}

/** Of parts of one sign, or with one that is larger than all others together. */
function sum(parts: readonly Magnitude[]): Magnitude | undefined {
  const rest = parts.filter((part) => part.sign !== 0);
  let largest = rest[0];
  if (!largest) return parts[0];
  for (const part of rest) if (part.lo > largest.lo) largest = part;
  const { sign } = largest;
  const hi = Math.max(...rest.map((part) => part.hi)) + Math.log2(rest.length);
  if (rest.every((part) => part.sign === sign)) return within(sign as -1 | 1, largest.lo, hi);
  // The others take at most half of it away.
  const others = Math.max(...rest.filter((part) => part !== largest).map((part) => part.hi));
  if (!(largest.lo > others + Math.log2(rest.length) + 1)) return undefined;
  return within(sign as -1 | 1, largest.lo - 1, hi);
}

function ofPower(op: 'power' | 'root', base: Expression, exponent: Expression): Magnitude | undefined {
  const [a, y] = [magnitude(base), magnitude(exponent)];
  if (!a || !y || y.sign === 0 || a.sign === 0) return undefined;
  if (a.sign < 0 && (op === 'root' || exponent.op !== 'number' || exponent.value.den !== 1n))
    return undefined;
  const odd = a.sign < 0 && exponent.op === 'number' && exponent.value.num % 2n !== 0n;
  const size: readonly [number, number] = op === 'root' ? [-y.hi, -y.lo] : [y.lo, y.hi];
  // log2 |base^y| = y · log2 |base|
  const logs = y.sign === 1 ? [a.lo, a.hi] : [-a.hi, -a.lo];
  const [low, high] = [lowPower(size[0]), 2 ** size[1]];
  // Zero times infinity, for sizes beyond doubles, is NaN: nothing is known then.
  const bounds = logs.flatMap((log) => [log * low, log * high]);
  return within(odd ? -1 : 1, Math.min(...bounds), Math.max(...bounds));
}

/** Whether the steps that make a number out of integers keep it one. */
function isInteger(e: Expression): boolean {
  switch (e.op) {
    case 'number':
      return e.value.den === 1n;
    case 'add':
    case 'multiply':
    case 'negate':
    case 'factorial':
      return e.args.every(isInteger);
    case 'power':
      return e.args.every(isInteger) && isNatural(e.args[1] as Expression);
    default:
      return false;
  }
}

/** Whether a number is surely not negative. */
function isNatural(e: Expression): boolean {
  switch (e.op) {
    case 'number':
      return e.value.num >= 0n;
    case 'factorial':
      return true;
    case 'add':
    case 'multiply':
    case 'power':
      return e.args.every(isNatural);
    default:
      return false;
  }
}

/** n (log2 n - log2 e) <= log2 n! <= n log2 n, for n >= 1. */
function ofFactorial(argument: Expression): Magnitude | undefined {
  const n = magnitude(argument);
  if (n?.sign === 0) return one;
  if (n?.sign !== 1) return undefined;
  const [low, high] = [lowPower(n.lo), 2 ** n.hi];
  return within(1, Math.max(0, low * (n.lo - log2e)), high * Math.max(0, n.hi));
}

/** At most 2^log: finite. */
function lowPower(log: number): number {
  return 2 ** Math.min(log, 1000);
}

function ofCall(e: CallNode): Magnitude | undefined {
  const [first, second] = e.args;
  if (!first) return undefined;
  switch (e.name) {
    case 'exp':
      return ofPower('power', { op: 'constant', name: 'e' }, first);
    case 'abs': {
      const value = magnitude(first);
      return value && { ...value, sign: value.sign === 0 ? 0 : 1 };
    }
    case 'binomial':
      return second && ofBinomial(integerOf(first), integerOf(second));
    default:
      return undefined;
  }
}

/** Value of an integer that is short, or is quickly had. */
function integerOf(e: Expression): bigint | undefined {
  const budget = new Budget(2_000);
  const value = attempt(() => evaluate(e, exactContext(new Map(), budget, primes[0] as Prime)));
  return 'value' in value && isRational(value.value) && value.value.den === 1n ? value.value.num : undefined;
}

/** (n/k)^k <= C(n, k) <= (e n/k)^k for 1 <= k <= n/2. */
function ofBinomial(n: bigint | undefined, below: bigint | undefined): Magnitude | undefined {
  if (n === undefined || below === undefined) return undefined;
  const k = 2n * below > n ? n - below : below;
  if (k < 1n || n < 2n * k) return undefined;
  const log = log2Of(n) - log2Of(k);
  const count = Number(k);
  return within(1, count * log, count * (log + log2e));
}
