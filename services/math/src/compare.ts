/**
 * Third stage: is the answer the reference answer? The convention is `strict`:
 *
 * - Numbers are equal when they are exactly equal; nothing is rounded.
 * - What only one side says is taken for granted: a unit, a currency, a name (`x =`). What both say must agree;
 *   of two units one may say more than the other (`dollars per day`, `dollars`). Units are not converted.
 * - A percentage equals its hundredth (50% = 0.5), and, as a unit, the number that it is of percent where the other
 *   side has no sign (50% ~ 50).
 * - Anything else is equal when its normal form is.
 *
 * Relative to one reference answer this is an equivalence: the class of an answer is the reference answer's exactly
 * when it is right.
 */
import { decimal, divide, equal, format, type Rational } from './rational.ts';
import type { NumberValue, Value } from './read.ts';

export interface Comparison {
  readonly equal: boolean;
  /** Equal for answers that are equal relative to this reference answer. */
  readonly key: string;
  /** The rule that decided, for people. */
  readonly rule: string;
}

export function compare(gold: Value, answer: Value): Comparison {
  const goldKey = keyOf(gold, gold);
  if (gold.kind === 'number' && answer.kind === 'number') {
    if (percentOfOther(gold, answer)) return { equal: true, key: goldKey, rule: 'equal as percentage' };
    const key = keyOf(answer, gold);
    if (key === goldKey) return { equal: true, key, rule: 'equal numbers' };
    const sameNumber = equal(gold.number, answer.number);
    return { equal: false, key, rule: sameNumber ? 'another unit or name' : 'another number' };
  }
  const key = keyOf(answer, gold);
  if (gold.kind !== answer.kind) {
    const rule = gold.kind === 'number' ? 'not a number' : 'a number where none is expected';
    return { equal: false, key, rule };
  }
  return key === goldKey
    ? { equal: true, key, rule: 'equal in normal form' }
    : { equal: false, key, rule: 'another text' };
}

/** The answer as the question's unit and name are understood; what contradicts them stays in the key. */
function keyOf(answer: Value, gold: Value): string {
  if (answer.kind === 'text') return `text:${answer.text}`;
  let key = `num:${format(answer.number)}`;
  if (gold.kind !== 'number') return key;
  if (!unitsAgree(gold.units, answer.units)) key += ` ${[...new Set(answer.units)].sort().join(' ')}`;
  if (gold.label !== '' && answer.label !== '' && gold.label !== answer.label) key += ` (${answer.label})`;
  return key;
}

/** One side says nothing that the other does not. */
function unitsAgree(a: readonly string[], b: readonly string[]): boolean {
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a];
  return fewer.every((word) => more.includes(word));
}

/** Exactly one side is a percentage, and it is the other as a share of one. */
function percentOfOther(a: NumberValue, b: NumberValue): boolean {
  const [aPercent, bPercent] = [a.units.includes('%'), b.units.includes('%')];
  if (aPercent === bPercent) return false;
  const [percent, share] = aPercent ? [a, b] : [b, a];
  const hundredth = divide(percent.number, hundred);
  return share.units.length === 0 && hundredth !== undefined && equal(hundredth, share.number);
}

const hundred = decimal('100', 0) as Rational;
