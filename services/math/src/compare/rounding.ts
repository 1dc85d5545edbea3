/** When a decimal stands for a value that it only approximates. */
import { absolute } from '../expression/bits.ts';
import { type Expression, enclose, exactValue, symbolsOf } from '../expression/index.ts';
import type { Rational } from '../expression/rational.ts';
import type { Rounding } from '../policy.ts';

/** Fewest digits of a decimal that may stand for a fraction: 0.3 is not 1/3. */
const minDigits = 3;

/** Whether the policy takes one of the two for the other; `reference` is the one that the reference answer gives, if it is known. */
export function roundsTo(a: Expression, b: Expression, rounding: Rounding, reference?: Expression): boolean {
  switch (rounding) {
    case 'none':
      return false;
    case 'shown':
      return shown(a, b, reference);
    case 'relative':
      return close(a, b) || shown(a, b, reference);
    default:
      return roundedAlike(a, b, rounding);
  }
}

function shown(a: Expression, b: Expression, reference: Expression | undefined): boolean {
  if (standsForFraction(a, b) || standsForFraction(b, a)) return true;
  return reference !== undefined && standsForIrrational(reference, reference === a ? b : a);
}

/** The digits after the point of a decimal, with its value. */
function decimalOf(value: Expression): { readonly value: Rational; readonly places: number } | undefined {
  if (value.op === 'number' && value.places !== undefined && value.places > 0)
    return { value: value.value, places: value.places };
  if (value.op !== 'negate') return undefined;
  const inner = decimalOf(value.args[0] as Expression);
  return inner && { value: { num: -inner.value.num, den: inner.value.den }, places: inner.places };
}

/** A fraction whose decimal never ends cannot be written as one: a decimal of enough digits that rounds it means it. */
function standsForFraction(a: Expression, b: Expression): boolean {
  const decimal = decimalOf(a);
  if (decimal === undefined || decimalOf(b) !== undefined) return false;
  const exact = exactValue(b);
  if (exact === undefined || !neverEnds(exact.den)) return false;
  const scale = 10n ** BigInt(decimal.places);
  const units = (decimal.value.num * scale) / decimal.value.den;
  if (digitsOf(units) < minDigits) return false;
  return nearest(exact, scale) === units;
}

/** The reference as a decimal, and an irrational number that it rounds or cuts off. */
function standsForIrrational(reference: Expression, exact: Expression): boolean {
  const decimal = decimalOf(reference);
  if (
    decimal === undefined ||
    symbolsOf(exact).size > 0 ||
    mentionsDecimal(exact) ||
    exactValue(exact) !== undefined
  )
    return false;
  const enclosure = enclose(exact, 200);
  if (enclosure === undefined) return false;
  const scale = 10n ** BigInt(decimal.places);
  const units = (decimal.value.num * scale) / decimal.value.den;
  if (digitsOf(units) < minDigits) return false;
  const cutOff = (enclosure.lo.num * scale) / enclosure.lo.den;
  return units === nearest(enclosure.lo, scale) || units === cutOff;
}

function digitsOf(value: bigint): number {
  return String(absolute(value)).length;
}

/** round(value · scale), halves away from zero. */
function nearest({ num, den }: Rational, scale: bigint): bigint {
  const doubled = 2n * absolute(num) * scale;
  const rounded = (doubled + den) / (2n * den);
  return num < 0n ? -rounded : rounded;
}

/** Whether 1/den has no finite decimal. */
function neverEnds(den: bigint): boolean {
  if (den.toString(16).length > 1_000) return true;
  let rest = den;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest !== 1n;
}

function mentionsDecimal(value: Expression): boolean {
  if (value.op === 'number') return value.places !== undefined;
  return 'args' in value && value.args.some(mentionsDecimal);
}

/** One has a decimal in it, and both are the same to so many places. */
function roundedAlike(a: Expression, b: Expression, places: number): boolean {
  if (!mentionsDecimal(a) && !mentionsDecimal(b)) return false;
  const [x, y] = [approximate(a), approximate(b)];
  if (x === undefined || y === undefined) return false;
  const scale = 10n ** BigInt(places);
  return nearest(x, scale) === nearest(y, scale);
}

/** |a − b| ≤ 10⁻⁴ max(|a|, |b|). */
function close(a: Expression, b: Expression): boolean {
  const [x, y] = [approximate(a), approximate(b)];
  if (x === undefined || y === undefined) return false;
  const difference = 10_000n * absolute(x.num * y.den - y.num * x.den);
  return difference <= absolute(x.num * y.den) || difference <= absolute(y.num * x.den);
}

function approximate(value: Expression): Rational | undefined {
  return exactValue(value) ?? enclose(value, 100)?.lo;
}
