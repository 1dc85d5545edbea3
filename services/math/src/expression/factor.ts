/** Whether one expression is a constant multiple of another. */

import { isZero, signOf } from './ball.ts';
import { attempt } from './budget.ts';
import { agreement, type Decision, doubleAt, equalBy, undecidedBy, unequalBy } from './compare.ts';
import { divideComplex, isReal } from './complex.ts';
import { clearlyApart, type Double } from './doubles.ts';
import { evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { mentionsInfinity } from './infinite.ts';
import { evaluateModular } from './modular.ts';
import { pointCount } from './points.ts';
import type { Rational } from './rational.ts';
import { type Prime, primes } from './residues.ts';
import {
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
import { fits, same } from './tree.ts';
import { isRational, multiplyValues, toComplex, type Value } from './values.ts';

export interface FactorDecision extends Decision {
  /** Sign of c where it is real; absent where it is not, or could not be had. */
  readonly sign?: 1 | -1;
}

const mainPrime = primes[0] as Prime;

/** Points looked at beyond the first ones in case of poles. */
const extraPoints = 3;

/** Whether a = c·b for one constant c other than 0. `sign`: of c where it is real. Rules as in `compareExpressions`. */
export function compareUpToFactor(a: Expression, b: Expression): FactorDecision {
  if (!fits(a) || !fits(b)) return undecidedBy('size');
  if (same(a, b)) return { ...equalBy('structure'), sign: 1 };
  if (mentionsInfinity(a) || mentionsInfinity(b)) return undecidedBy('infinity');
  const q = question(a, b);
  const points = Array.from({ length: 2 }, (_, index) => valuesAt(q, index));
  const doubles = points.map((values) => [a, b].map((e) => doubleAt(e, q, values, true)));
  if (crossedApart(doubles[0], doubles[1])) return unequalBy('double');
  const decision = compareModular(a, b, q) ?? compareEnclosures(a, b, q);
  if (decision.outcome !== 'equal' || decision.sign) return decision;
  if (decision.rule === 'enclosure') {
    for (const values of negativeValues(q)) {
      const turned = [a, b].map((e) => doubleAt(e, q, values, true));
      if (crossedApart(doubles[0], turned)) return unequalBy('sign');
    }
  }
  const sign = signOfRatio(a, b, q);
  return sign === undefined ? decision : { ...decision, sign };
}

type Pair = readonly (Double | undefined)[];

/** Whether a/b is surely different at two points. */
function crossedApart(first: Pair | undefined, second: Pair | undefined): boolean {
  const [a, b] = first ?? [];
  const [x, y] = second ?? [];
  if (!a || !b || !x || !y) return false;
  return clearlyApart(product(a, y), product(x, b));
}

function product(a: Double, b: Double): Double {
  const size = Math.abs(a.re * b.re);
  const err = Math.abs(a.re) * b.err + Math.abs(b.re) * a.err + a.err * b.err + 1e-15 * size + 1e-300;
  return { re: a.re * b.re, im: 0, err: Number.isFinite(err) ? err : Number.POSITIVE_INFINITY, real: true };
}

function compareModular(a: Expression, b: Expression, q: Question): FactorDecision | undefined {
  const { p } = mainPrime;
  const pairs: (readonly [bigint, bigint])[] = [];
  let stood = false;
  for (let round = 0; round < pointCount + extraPoints && pairs.length < pointCount; round++) {
    const c = testModular(q, round, mainPrime);
    const pair = attempt(() => [evaluateModular(a, c), evaluateModular(b, c)] as const);
    stood ||= c.stood;
    if ('value' in pair) pairs.push(pair.value);
    else if (pair.failure === 'budget') return undecidedBy('budget');
    else if (pair.failure !== 'undefined') return undefined;
  }
  const [first] = pairs;
  if (!first || pairs.length < pointCount) return undefined;
  const zeros = [0, 1].map((side) => pairs.every((pair) => pair[side] === 0n));
  if (zeros[0] !== zeros[1]) return stood ? undecidedBy('opaque') : unequalBy('modular');
  if (zeros[0]) return { ...equalBy('modular'), sign: 1 };
  const crossed = pairs.every(([x, y]) => (x * first[1] - first[0] * y) % p === 0n);
  return crossed ? equalBy('modular') : stood ? undecidedBy('opaque') : unequalBy('modular');
}

function compareEnclosures(a: Expression, b: Expression, q: Question): FactorDecision {
  for (const bits of precisionsFor(q)) {
    const decision = enclosuresAt(a, b, q, bits);
    if (decision) return decision;
  }
  return undecidedBy('imprecise');
}

/** Undefined: more precision is needed. */
function enclosuresAt(a: Expression, b: Expression, q: Question, bits: number): FactorDecision | undefined {
  const pairs: (readonly [Value, Value])[] = [];
  const strict = q.names.length === 0 || isComplex(a) || isComplex(b);
  let c = numericContext(q, new Map(), bits, mainPrime);
  let longest = 0;
  let stood = false;
  for (let index = 0; index < pointCount + extraPoints && pairs.length < pointCount; index++) {
    const values = valuesAt(q, index);
    if (!strict && !(doubleAt(a, q, values, true) && doubleAt(b, q, values, true)) && index < extraPoints)
      continue;
    c = numericContext(q, values, bits, mainPrime);
    const pair = attempt(() => [evaluate(a, c), evaluate(b, c)] as const);
    stood ||= c.stood;
    longest = Math.max(longest, c.longest);
    if ('value' in pair) pairs.push(pair.value);
    else if (pair.failure === 'imprecise') return undefined;
    else if (pair.failure !== 'undefined') return undecidedBy(pair.failure);
  }
  const [first] = pairs;
  if (!first || pairs.length < pointCount) return undecidedBy('undefined');
  const outcome = attempt(() => {
    const zero: Value = { num: 0n, den: 1n };
    const zeros = [0, 1].map((side) =>
      pairs.every((pair) => agreement(pair[side] as Value, zero, c) === 'same'),
    );
    if (zeros[0] !== zeros[1]) return 'apart';
    if (zeros[0]) return 'zero';
    let close: 'same' | 'apart' | 'imprecise' = 'same';
    for (const [x, y] of pairs) {
      const at = agreement(multiplyValues(x, first[1], c), multiplyValues(first[0], y, c), c);
      if (at === 'apart') return at;
      if (at === 'imprecise') close = at;
    }
    return close;
  });
  if ('failure' in outcome) return outcome.failure === 'imprecise' ? undefined : undecidedBy(outcome.failure);
  if (outcome.value === 'imprecise') return undefined;
  if (outcome.value === 'zero') return { ...equalBy('enclosure'), sign: 1 };
  if (outcome.value === 'same') {
    const sound = soundPrecision(q, longest);
    if (bits >= sound) return equalBy('enclosure');
    return sound > maxPrecision ? undecidedBy('imprecise') : enclosuresAt(a, b, q, sound);
  }
  return stood ? undecidedBy('opaque') : unequalBy('enclosure');
}

function signOfRatio(a: Expression, b: Expression, q: Question): 1 | -1 | undefined {
  for (let index = 0; index < pointCount + extraPoints; index++) {
    const values = valuesAt(q, index);
    for (const bits of precisionsFor(q)) {
      const sign = attempt(() => ratioSign(a, b, q, values, bits));
      if ('value' in sign && sign.value !== undefined) return sign.value === 0 ? undefined : sign.value;
    }
  }
  return undefined;
}

function ratioSign(
  a: Expression,
  b: Expression,
  q: Question,
  values: Map<string, Rational>,
  bits: number,
): 1 | -1 | 0 | undefined {
  const c = numericContext(q, values, bits, mainPrime);
  const [x, y] = [evaluate(a, c), evaluate(b, c)];
  if (isRational(x) && isRational(y)) {
    if (x.num === 0n || y.num === 0n) return undefined;
    return x.num < 0n === y.num < 0n ? 1 : -1;
  }
  const ratio = divideComplex(toComplex(x, c), toComplex(y, c), c);
  if (!isReal(ratio) && !isZero(ratio.im) && signOf(ratio.im) !== undefined) return 0;
  return signOf(ratio.re);
}
