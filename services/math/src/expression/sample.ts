/** Contexts for evaluating at the fixed points. */

import { type Ball, topOf } from './ball.ts';
import { absolute, bitLength } from './bits.ts';
import { Budget, fail } from './budget.ts';
import { type Complex, isReal } from './complex.ts';
import type { Expression } from './expression.ts';
import { hash53 } from './hash.ts';
import { type ModularContext, residue } from './modular.ts';
import { integerPoint, pointCount, pointValue } from './points.ts';
import type { Rational } from './rational.ts';
import { simplestRational } from './reconstruct.ts';
import { mod, type Prime, primes } from './residues.ts';
import { type Size, sizeOf } from './size.ts';
import { traitsOf } from './traits.ts';
import { type Context, isRational, type Value } from './values.ts';

/** Steps of one call of the engine: 15 to 30 ms. */
const callBudget = 160_000;

/** Expressions up to this height are looked at with less precision. */
const short = 120;

const shortPrecisions: readonly number[] = [384, 2048];
const longPrecisions: readonly number[] = [640, 2048];

/** Bits of precision tried in turn. */
export function precisionsFor(q: Question): readonly number[] {
  return q.size().bits <= short ? shortPrecisions : longPrecisions;
}

/** Bits at which an agreement means something: far more than the numbers in the expressions have. */
export function soundPrecision(q: Question, longest: number): number {
  return q.size().bits <= short ? 384 : 640 + 3 * longest;
}

/** No evaluation is done with more bits. */
export const maxPrecision = 6_000;

/** What the expressions of one question have in common. */
export interface Question {
  readonly names: readonly string[];
  /** Symbols that stand where only integers make sense. */
  readonly integers: ReadonlySet<string>;
  readonly budget: Budget;
  /** Of the values together. */
  readonly size: () => Pick<Size, 'bits' | 'span'>;
}

/** Of expressions within the limits. */
export function question(a: Expression, b: Expression = a, budget = new Budget(callBudget)): Question {
  const [first, second] = [traitsOf(a), traitsOf(b)];
  const names = union(first?.names, second?.names);
  let size: Pick<Size, 'bits' | 'span'> | undefined;
  return {
    names: names.size === 0 ? noNames : [...names],
    integers: union(first?.integers, second?.integers),
    budget,
    size: () => {
      size ??= sizeOfPair(a, b);
      return size;
    },
  };
}

function sizeOfPair(a: Expression, b: Expression): Pick<Size, 'bits' | 'span'> {
  const first = sizeOf(a);
  if (a === b) return first;
  const second = sizeOf(b);
  return { bits: first.bits + second.bits, span: Math.max(first.span, second.span) };
}

const noNames: readonly string[] = [];
const nothing: ReadonlySet<string> = new Set();

function union(a = nothing, b = nothing): ReadonlySet<string> {
  return a === b || b.size === 0 ? a : a.size === 0 ? b : new Set([...a, ...b]);
}

/** Values of the symbols at a point; from `pointCount` on the real ones lie in a wider range. */
export function valuesAt(q: Question, index: number): Map<string, Rational> {
  const values = new Map<string, Rational>();
  for (const name of q.names) {
    const value = pointValue(name, index, q.integers);
    const factor = value.den === 1n || index < pointCount ? 1n : 4n ** BigInt(index - pointCount);
    values.set(name, { num: value.num * factor, den: value.den });
  }
  return values;
}

/** Values with the signs of some symbols turned: all, then each of the first few alone. None of integer places. */
export function negativeValues(q: Question): Map<string, Rational>[] {
  const turnable = q.names.filter((name) => !q.integers.has(name));
  if (turnable.length === 0) return [];
  const groups =
    turnable.length === 1 ? [turnable] : [turnable, ...turnable.slice(0, 3).map((name) => [name])];
  return groups.map((group, index) => {
    const values = valuesAt(q, index % pointCount);
    for (const name of group) {
      const value = values.get(name) as Rational;
      values.set(name, { num: -value.num, den: value.den });
    }
    return values;
  });
}

export function exactContext(values: Map<string, Rational>, budget: Budget, prime: Prime): Context {
  const nameOf = nameFor(prime);
  return { bits: 0, height: 0, span: 0, budget, values, nameOf, longest: 0, overflow: false, stood: false };
}

export function numericContext(
  q: Question,
  values: Map<string, Rational>,
  bits: number,
  prime: Prime,
): Context {
  return {
    bits,
    height: q.size().bits,
    span: q.size().span,
    budget: q.budget,
    values,
    nameOf: nameFor(prime),
    longest: 0,
    overflow: false,
    stood: false,
  };
}

/** At the point of keys: the same values as enclosures are taken at. */
export function keyModular(q: Question, index: number): ModularContext {
  const values = valuesAt(q, index);
  const prime = primes[index] as Prime;
  return {
    prime,
    budget: q.budget,
    values,
    exact: exactContext(values, q.budget, prime),
    transcendentals: false,
    stood: false,
  };
}

/** At large integers: a polynomial that vanishes there is zero. */
export function testModular(q: Question, round: number, prime: Prime): ModularContext {
  const values = new Map<string, Rational>();
  const exactValues = new Map<string, Rational>();
  for (const name of q.names) {
    const small = q.integers.has(name);
    const num = small ? BigInt(integerPoint(name, round)) : BigInt(hash53(name, 1000 + round) + 2);
    values.set(name, { num, den: 1n });
    if (small) exactValues.set(name, { num, den: 1n });
  }
  return {
    prime,
    budget: q.budget,
    values,
    exact: exactContext(exactValues, q.budget, prime),
    transcendentals: true,
    stood: false,
  };
}

/** Whether a function of unknown meaning is applied anywhere. */
export function hasUnknownFunction(e: Expression): boolean {
  return traitsOf(e)?.unknown ?? true;
}

/** Whether the imaginary unit, or a function with complex values in mind, stands anywhere. */
export function isComplex(e: Expression): boolean {
  return traitsOf(e)?.complex ?? true;
}

const namers = new Map<Prime, Context['nameOf']>();

function nameFor(prime: Prime): Context['nameOf'] {
  let namer = namers.get(prime);
  if (!namer) {
    namer = (value, c) => nameOfDescribed(describe(value, c), prime, c.budget);
    namers.set(prime, namer);
  }
  return namer;
}

/** A value by its parts: rationals, or the first bits of what is none. */
export interface Described {
  readonly re: Rational | string;
  readonly im: Rational | string;
}

/** Throws 'imprecise' where the enclosure is too wide to tell. */
export function describe(value: Value, { budget, height, span }: Context): Described {
  if (isRational(value)) return { re: value, im: zero };
  budget.spend(100 + (bitLength(value.re.m) ** 2 + bitLength(value.im.m) ** 2) / 400);
  const digits = span <= longSpan ? shortDigits : longDigits;
  const part = (a: Ball) => simplestRational(a, 80, height) ?? leadingBits(a, value, digits);
  return { re: part(value.re), im: isReal(value) ? zero : part(value.im) };
}

const zero: Rational = { num: 0n, den: 1n };

/**
 * Text of a value, the same for equal values: digits only for a residue of a rational (or of a + bi with rational
 * parts), else with a tilde.
 */
export function nameOfDescribed({ re, im }: Described, prime: Prime, budget: Budget): string {
  if (typeof re !== 'string' && typeof im !== 'string') {
    if (im.num === 0n) return `${residue(re, prime, budget)}`;
    return `${mod(residue(re, prime, budget) + residue(im, prime, budget) * prime.i, prime.p)}`;
  }
  const part = (value: Rational | string) =>
    typeof value === 'string' ? value : `${residue(value, prime, budget)}`;
  return typeof im !== 'string' && im.num === 0n ? `~${part(re)}` : `~${part(re)}+i${part(im)}`;
}

/** Bits by which values that are not rational are named. Numbers of short spans rarely share so many. */
const shortDigits = 256;
/** For expressions in which smaller differences may hide. */
const longDigits = 448;
const longSpan = 240;

function leadingBits(a: Ball, whole: Complex, digits: number): string {
  const length = bitLength(a.m);
  // Beside a much larger part this one may be zero as well.
  if (a.m === 0n || a.e + length - a.rad < digits + 40) return fail('imprecise');
  if (topOf(whole.re) - topOf(a) > 2 * digits || topOf(whole.im) - topOf(a) > 2 * digits)
    return fail('imprecise');
  const magnitude = absolute(a.m);
  let cut = length - digits;
  if (cut <= 0) return fail('imprecise');
  if (magnitude >> BigInt(cut) < 1n << BigInt(digits - 1)) cut--;
  const rest = magnitude & ((1n << BigInt(cut)) - 1n);
  const half = 1n << BigInt(cut - 1);
  const distance = rest > half ? rest - half : half - rest;
  if (bitLength(distance) <= Math.max(a.rad - a.e, 0) + 2) return fail('imprecise');
  let lead = (magnitude + half) >> BigInt(cut);
  let e = a.e + cut;
  if (lead === 1n << BigInt(digits)) {
    lead >>= 1n;
    e++;
  }
  return `${a.m < 0n ? '-' : ''}${lead.toString(36)}@${e}`;
}
