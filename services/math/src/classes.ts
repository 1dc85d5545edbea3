/** Names for answers: the same for answers that are exactly equal, whatever the reference answer and the conventions are. */
import type { Answer, Equation, Inequality, ReadAnswer, Sequence } from './answer/answer.ts';
import { isSolution } from './answer/contents.ts';
import type { Range } from './answer/ranges.ts';
import { asRange } from './answer/sets.ts';
import { digest } from './expression/hash.ts';
import {
  compareOrder,
  type Expression,
  keyOf,
  structureOf,
  substitute,
  symbolsOf,
} from './expression/index.ts';
import { lowestTerms } from './expression/rational.ts';
import { divide, multiply, negate, number, subtract, symbol } from './read/build.ts';
import { canonicalUnits } from './units/conversion.ts';

/** Most characters of a class that is written out; longer ones are hashed. */
const maxClass = 200;

/** The class of an answer as read. */
export function classOf({ answer, condition }: ReadAnswer): string {
  const key = `${keyOfAnswer(answer)}${condition === '' ? '' : ` where ${condition}`}`;
  return key.length <= maxClass ? key : `${key.slice(0, key.indexOf(':'))}#${key.length}-${digest(key)}`;
}

/** The key of an expression; of one without value, its structure. */
function expressionKey(value: Expression): string {
  return keyOf(value) ?? `=${structureOf(value)}`;
}

const keys = new WeakMap<Answer, string>();

/** Canonical text of an answer; equal for equal answers. */
export function keyOfAnswer(answer: Answer): string {
  const known = keys.get(answer);
  if (known !== undefined) return known;
  const key = compute(answer);
  keys.set(answer, key);
  return key;
}

function compute(answer: Answer): string {
  switch (answer.kind) {
    case 'value': {
      const { factor, name } = canonicalUnits(answer.units);
      const scale = lowestTerms(factor.num, factor.den * (answer.percent ? 100n : 1n));
      const scaled =
        scale.num === 1n && scale.den === 1n ? answer.value : multiply(answer.value, number(scale));
      return `num:${expressionKey(scaled)}${name === '' ? '' : ` ${name}`}`;
    }
    case 'equation':
      return equationKey(answer);
    case 'inequality':
      return inequalityKey(answer);
    case 'range':
      return rangeKey(answer);
    case 'list':
    case 'set':
    case 'tuple':
      return sequenceKey(answer);
    case 'matrix':
      return `matrix:${answer.rows.map((row) => row.map(expressionKey).join(' ')).join(';')}`;
    case 'ratio': {
      if (answer.clock !== undefined) return `time:${answer.clock}`;
      const first = answer.parts[0] as Expression;
      if (answer.parts.length === 2)
        return `num:${expressionKey(divide(first, answer.parts[1] as Expression))}`;
      return `ratio:${answer.parts
        .slice(1)
        .map((part) => expressionKey(divide(part, first)))
        .join(':')}`;
    }
    case 'text':
      return answer.choice === undefined
        ? `text:${answer.key}`
        : `num:${expressionKey(symbol(answer.choice.letter))}`;
  }
}

/** Of an equation between expressions: left minus right, scaled so that it is 1 at a fixed point. */
function equationKey(answer: Equation): string {
  // (x, y) = (1, 2) is x = 1 and y = 2.
  if (answer.parts !== undefined) return sequenceKey({ kind: 'list', items: answer.parts });
  // x = 5 is an answer, 2x = 10 is not: only equations that leave something open are equal up to a factor.
  if (answer.difference === undefined || isSolution(answer))
    return `eq:${answer.label?.name}=${keyOfAnswer(answer.right)}`;
  return `eq:${keyUpToFactor(answer.difference, false)}`;
}

/** Of two sides their difference up to a positive factor (of ≠ any); of more the sides. */
function inequalityKey({ sides, closed, unequal }: Inequality): string {
  const [left, right] = sides;
  if (sides.length === 2 && left !== undefined && right !== undefined) {
    const relation = unequal ? '≠' : closed[0] ? '≤' : '<';
    return `rel:${keyUpToFactor(subtract(left, right), !unequal)}${relation}0`;
  }
  return `rel:${sides.map((side, at) => expressionKey(side) + (at < closed.length ? (closed[at] ? '≤' : '<') : '')).join('')}`;
}

/** The same for expressions that differ by a constant factor, where `signed` a positive one. */
function keyUpToFactor(value: Expression, signed: boolean): string {
  const names = [...symbolsOf(value)].sort();
  for (let attempt = 1; attempt <= 3; attempt++) {
    const points = new Map<string, Expression>(names.map((name, at) => [name, coordinate(attempt, at)]));
    const there = substitute(value, points);
    const key = keyOf(there);
    if (key === undefined || key === '0') continue;
    if (!signed) return expressionKey(divide(value, there));
    const sign = compareOrder(there, number(0));
    if (sign === undefined) continue;
    return expressionKey(divide(value, sign < 0 ? negate(there) : there));
  }
  return `=${structureOf(value)}`;
}

/** Where the symbols are set: fixed fractions, another for each. */
function coordinate(attempt: number, at: number): Expression {
  return number({ num: BigInt(1009 * attempt + 17 * at * at + 5 * at), den: BigInt(97 + 2 * at) });
}

function rangeKey({ pieces, subject, unordered }: Range): string {
  const texts = pieces.map(({ lo, hi, loClosed, hiClosed }) => {
    const [from, to] = [expressionKey(lo), expressionKey(hi)];
    return from === to && loClosed && hiClosed
      ? from
      : `${loClosed ? '[' : '('}${from},${to}${hiClosed ? ']' : ')'}`;
  });
  if (unordered) texts.sort();
  return `set:${subject === undefined ? '' : `${subject}∈`}${texts.join('∪')}`;
}

function sequenceKey(answer: Sequence): string {
  const items = answer.items.map(keyOfAnswer);
  const label = answer.label === undefined ? '' : `${answer.label.name}∈`;
  if (answer.kind === 'tuple') {
    // A pair in rising order may be an interval: both are written the same.
    const interval = asRange(answer);
    if (interval !== undefined) return rangeKey(interval);
    return `tuple:${answer.open}${items.join(',')}${answer.close}`;
  }
  const distinct = [...new Set(items)].sort();
  if (answer.kind === 'set' || distinct.length === items.length) {
    // A set of numbers is a set of reals.
    return `set:${label}${distinct.map((key) => (key.startsWith('num:') ? key.slice(4) : key)).join('∪')}`;
  }
  return `list:${label}${items.sort().join(',')}`;
}
