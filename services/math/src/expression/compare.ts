/** Whether two expressions are equal. */

import { bottom, type Work } from './ball.ts';
import { attempt, type Budget, type Failure } from './budget.ts';
import { addComplex, type Complex, negateComplex, reachesZero } from './complex.ts';
import { evaluateDouble } from './double.ts';
import { clearlyApart, type Double } from './doubles.ts';
import { evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { infinitySign, mentionsInfinity } from './infinite.ts';
import { orderBySize } from './magnitude.ts';
import { evaluateModular } from './modular.ts';
import { pointCount } from './points.ts';
import { equal, type Rational } from './rational.ts';
import { type Prime, primes } from './residues.ts';
import {
  exactContext,
  isComplex,
  maxPrecision,
  negativeValues,
  numericContext,
  precisionsFor,
  type Question,
  question,
  soundPrecision,
  testModular,
  valuesAt,
} from './sample.ts';
import { structureOf } from './structure.ts';
import { fits, same } from './tree.ts';
import { type Context, isRational, toComplex, type Value } from './values.ts';

export type Outcome = 'equal' | 'unequal' | 'undecided';

/**
 * `rule`: what decided: 'structure' (written the same), 'infinity', 'double', 'exact', 'modular', 'enclosure', 'sign'
 * (they differ at negative symbols), 'size' (one is much larger), or why nothing could: 'size' (of the trees), 'budget', 'undefined' (no value), 'imprecise',
 * 'unsupported', 'opaque' (they differ in, or around, something without a value of its own).
 */
export interface Decision {
  readonly outcome: Outcome;
  readonly rule: string;
}

export const equalBy = (rule: string): Decision => ({ outcome: 'equal', rule });
export const unequalBy = (rule: string): Decision => ({ outcome: 'unequal', rule });
export const undecidedBy = (rule: string): Decision => ({ outcome: 'undecided', rule });

const mainPrime = primes[0] as Prime;

/** Points looked at beyond the first ones where sides leave the real numbers or have poles. */
const extraPoints = 5;

/** `budget`: where the caller has spent part of it. */
export function compareExpressions(a: Expression, b: Expression, budget?: Budget): Decision {
  if (!fits(a) || !fits(b)) return undecidedBy('size');
  if (same(a, b)) return equalBy('structure');
  if (mentionsInfinity(a) || mentionsInfinity(b)) return compareInfinite(a, b);
  const q = question(a, b, budget);
  const decision = decide(a, b, q);
  if (decision.outcome !== 'undecided') return decision;
  // What has no value is still equal to itself.
  if (structureOf(a) === structureOf(b)) return equalBy('structure');
  if (q.names.length > 0 || decision.rule === 'undefined') return decision;
  return orderBySize(a, b) === undefined ? decision : unequalBy('size');
}

function decide(a: Expression, b: Expression, q: Question): Decision {
  if (apartInDoubles(a, b, q, valuesAt(q, 0), true)) return unequalBy('double');
  if (q.names.length === 0) {
    const exact = compareExact(a, b, q);
    if (exact) return exact;
  }
  const ring = compareModular(a, b, q);
  if (ring) return ring;
  const values = compareEnclosures(a, b, q);
  if (values.outcome !== 'equal') return values;
  return negativeValues(q).some((point) => apartInDoubles(a, b, q, point, true)) ? unequalBy('sign') : values;
}

function compareInfinite(a: Expression, b: Expression): Decision {
  const [left, right] = [infinitySign(a), infinitySign(b)];
  if (left !== undefined && right !== undefined)
    return left === right ? equalBy('infinity') : unequalBy('infinity');
  if (left !== undefined || right !== undefined) {
    const other = left === undefined ? a : b;
    return mentionsInfinity(other) ? undecidedBy('infinity') : unequalBy('infinity');
  }
  return structureOf(a) === structureOf(b) ? equalBy('structure') : undecidedBy('infinity');
}

/** Value in doubles, undefined where they cannot tell. */
export function doubleAt(
  e: Expression,
  q: Question,
  values: Map<string, Rational>,
  realOnly: boolean,
): Double | undefined {
  const value = attempt(() => evaluateDouble(e, { budget: q.budget, values, realOnly }));
  return 'value' in value ? value.value : undefined;
}

function apartInDoubles(
  a: Expression,
  b: Expression,
  q: Question,
  values: Map<string, Rational>,
  realOnly: boolean,
): boolean {
  const left = doubleAt(a, q, values, realOnly);
  if (!left) return false;
  const right = doubleAt(b, q, values, realOnly);
  return right !== undefined && clearlyApart(left, right);
}

function compareExact(a: Expression, b: Expression, q: Question): Decision | undefined {
  const c = exactContext(new Map(), q.budget, mainPrime);
  const left = attempt(() => evaluate(a, c));
  if ('failure' in left || !isRational(left.value)) return undefined;
  const right = attempt(() => evaluate(b, c));
  if ('failure' in right || !isRational(right.value)) return undefined;
  if (equal(left.value, right.value)) return equalBy('exact');
  return c.stood ? undecidedBy('opaque') : unequalBy('exact');
}

/** Both sides modulo two or three primes; undefined where they are not in the ring. */
function compareModular(a: Expression, b: Expression, q: Question): Decision | undefined {
  // Small integers say less: one more round.
  const wanted = q.integers.size > 0 ? 3 : 2;
  let agreed = 0;
  for (let round = 0; round < 6 && agreed < wanted; round++) {
    const c = testModular(q, round, primes[agreed] as Prime);
    const left = attempt(() => evaluateModular(a, c));
    const right = 'value' in left ? attempt(() => evaluateModular(b, c)) : left;
    if ('failure' in left || 'failure' in right) {
      const failure = 'failure' in left ? left.failure : (right as { failure: Failure }).failure;
      if (failure === 'undefined' && q.names.length > 0) continue;
      return failure === 'budget' ? undecidedBy('budget') : undefined;
    }
    if (left.value !== right.value) return c.stood ? undecidedBy('opaque') : unequalBy('modular');
    agreed++;
  }
  return agreed === wanted ? equalBy('modular') : undefined;
}

type At = 'same' | 'apart' | 'opaque' | Failure;

function compareEnclosures(a: Expression, b: Expression, q: Question): Decision {
  const constant = q.names.length === 0;
  const wanted = constant ? 1 : pointCount;
  const strict = constant || isComplex(a) || isComplex(b);
  let agreed = 0;
  let complex = 0;
  let last: At = 'undefined';
  for (let index = 0; index < (constant ? 1 : pointCount + extraPoints) && agreed < wanted; index++) {
    const values = valuesAt(q, index);
    const at = compareAt(a, b, q, values);
    if (at === 'apart') {
      // Where a side is not real by real steps, the two may be branches of one function: look elsewhere.
      if (strict || (staysReal(a, q, values) && staysReal(b, q, values))) return unequalBy('enclosure');
      complex++;
    } else if (at === 'same') agreed++;
    else if (at !== 'undefined' && at !== 'imprecise') return undecidedBy(at);
    else last = at;
  }
  if (agreed === wanted || (agreed >= 2 && complex > 0)) return equalBy('enclosure');
  return complex > 0 ? unequalBy('enclosure') : undecidedBy(last);
}

/** Whether principal values stay real all the way. */
function staysReal(e: Expression, q: Question, values: Map<string, Rational>): boolean {
  const value = attempt(() =>
    evaluateDouble(e, { budget: q.budget, values, realOnly: true, principal: true }),
  );
  return 'value' in value || value.failure !== 'undefined';
}

function compareAt(a: Expression, b: Expression, q: Question, values: Map<string, Rational>): At {
  for (const bits of precisionsFor(q)) {
    const c = numericContext(q, values, bits, mainPrime);
    let at = agreementOf(a, b, c);
    const sound = soundPrecision(q, c.longest);
    if (at === 'same' && bits < sound) {
      if (sound > maxPrecision) return 'imprecise';
      at = agreementOf(a, b, numericContext(q, values, sound, mainPrime));
    }
    if (at !== 'imprecise') return at;
  }
  return 'imprecise';
}

function agreementOf(a: Expression, b: Expression, c: Context): At {
  const outcome = attempt(() => agreement(evaluate(a, c), evaluate(b, c), c));
  if ('failure' in outcome) return outcome.failure;
  return outcome.value === 'apart' && c.stood ? 'opaque' : outcome.value;
}

/** Bits an evaluation may lose of its precision and still count. */
const allowedLoss = 120;

/** Whether two values are apart, the same as far as the precision goes, or too imprecise to say. */
export function agreement(a: Value, b: Value, c: Context): 'same' | 'apart' | 'imprecise' {
  if (isRational(a) && isRational(b)) return equal(a, b) ? 'same' : 'apart';
  return complexAgreement(toComplex(a, c), toComplex(b, c), c);
}

function complexAgreement(x: Complex, y: Complex, work: Work): 'same' | 'apart' | 'imprecise' {
  const difference = addComplex(x, negateComplex(y), work);
  if (!reachesZero(difference)) return 'apart';
  const rad = Math.max(difference.re.rad, difference.im.rad);
  if (rad === -Infinity) return 'same';
  // Relative to the larger part where that is not zero, else absolute.
  const size = Math.max(bottom(x.re), bottom(x.im), bottom(y.re), bottom(y.im));
  return rad < (size === -Infinity ? 0 : size) - work.bits + allowedLoss ? 'same' : 'imprecise';
}
