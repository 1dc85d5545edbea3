/** Names for answers: the same for answers that are exactly equal, whatever the reference answer and the conventions are. */
import type { Answer, Equation, ReadAnswer, Sequence } from './answer.ts';
import { asRange } from './answer.ts';
import { canonicalUnits } from './conversion.ts';
import { digest } from './expression/hash.ts';
import { type Expression, keyOf, structureOf, substitute, symbolsOf } from './expression/index.ts';
import type { Range } from './ranges.ts';
import { divide, number } from './read/build.ts';

/** Most characters of a class that is written out; longer ones are hashed. */
const maxClass = 200;

/** The class of an answer as read. */
export function classOf({ answer, condition }: ReadAnswer): string {
  const key = `${keyOfAnswer(answer)}${condition === '' ? '' : ` where ${condition}`}`;
  return key.length <= maxClass ? key : `${key.slice(0, key.indexOf(':'))}#${key.length}-${digest(key)}`;
}

/** The key of an expression; of one without value, its structure. */
export function expressionKey(value: Expression): string {
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
      const scale = { num: factor.num, den: factor.den * (answer.percent ? 100n : 1n) };
      const scaled =
        scale.num === 1n && scale.den === 1n
          ? answer.value
          : { op: 'multiply' as const, args: [answer.value, number(lowest(scale))] };
      return `num:${expressionKey(scaled)}${name === '' ? '' : ` ${name}`}`;
    }
    case 'equation':
      return equationKey(answer);
    case 'inequality':
      return `rel:${answer.sides.map((side, at) => expressionKey(side) + (at < answer.closed.length ? (answer.unequal ? '≠' : answer.closed[at] ? '≤' : '<') : '')).join('')}`;
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
      return `ratio:${answer.parts
        .slice(1)
        .map((part) => expressionKey(divide(part, first)))
        .join(':')}`;
    }
    case 'text':
      return `text:${answer.key}`;
  }
}

function lowest({ num, den }: { num: bigint; den: bigint }): { num: bigint; den: bigint } {
  let [a, b] = [num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}

/** Of an equation between expressions: left minus right, scaled so that it is 1 at a fixed point. */
function equationKey(answer: Equation): string {
  if (answer.difference === undefined) return `eq:${answer.label?.name}=${keyOfAnswer(answer.right)}`;
  const names = [...symbolsOf(answer.difference)].sort();
  for (let attempt = 1; attempt <= 3; attempt++) {
    const points = new Map(
      names.map(
        (name, at) =>
          [
            name,
            number({
              num: BigInt(1009 * attempt + 17 * at * at + 5 * at),
              den: BigInt(97 + 2 * at),
            }) as Expression,
          ] as const,
      ),
    );
    const there = substitute(answer.difference, points);
    const key = keyOf(there);
    if (key === undefined || key === '0') continue;
    return `eq:${expressionKey(divide(answer.difference, there))}`;
  }
  return `eq:=${structureOf(answer.difference)}`;
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
