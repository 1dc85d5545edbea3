/** Sets of reals: intervals, set-builders, and operations on them. */
import { compareOrder } from '../expression/index.ts';
import type { Node } from '../read/node.ts';
import { Unreadable } from '../read/unreadable.ts';
import type { Answer } from './answer.ts';
import {
  complement,
  intersectionOf,
  type Piece,
  point,
  type Range,
  range,
  reals,
  unionOf,
} from './ranges.ts';
import { combined } from './sequences.ts';
import { flat, typed } from './typing.ts';

/** The set of reals that an answer is, where it is one: an interval that may also be a pair, a finite set, a range. */
export function asRange(answer: Answer): Range | undefined {
  switch (answer.kind) {
    case 'range':
      return answer;
    case 'tuple': {
      const [lo, hi] = answer.items;
      if (answer.items.length !== 2 || lo?.kind !== 'value' || hi?.kind !== 'value') return undefined;
      const order = compareOrder(lo.value, hi.value);
      if (order !== undefined && order >= 0) return undefined;
      return range([
        { lo: lo.value, hi: hi.value, loClosed: answer.open === '[', hiClosed: answer.close === ']' },
      ]);
    }
    case 'set': {
      const pieces: Piece[] = [];
      for (const item of answer.items) {
        if (item.kind !== 'value' || item.units.length > 0) return undefined;
        pieces.push(point(item.value));
      }
      return range(pieces);
    }
    default:
      return undefined;
  }
}

export function operation({ op, left, right }: Extract<Node, { kind: 'operation' }>): Answer {
  if (op === 'union') {
    const parts = [right];
    let rest = left;
    for (; rest.kind === 'operation' && rest.op === 'union'; rest = rest.left) parts.push(rest.right);
    const ranges = [...parts, rest].map((part) => asRange(typed(part)));
    if (!ranges.every((each) => each !== undefined)) throw new Unreadable('a union of no sets of reals');
    return unionOf(ranges.reverse());
  }
  const [a, b] = [asRange(typed(left)), asRange(typed(right))];
  if (a === undefined || b === undefined) throw new Unreadable('an operation on no sets of reals');
  const other = op === 'intersection' ? b : complement(b);
  const result = other && intersectionOf([a, other]);
  if (result === undefined) throw new Unreadable('sets whose order is not known');
  return result;
}

export function builder({ element, conditions }: Extract<Node, { kind: 'builder' }>): Answer {
  const conditionAnswers = conditions.filter((condition) => !isMembership(condition)).map(typed);
  const name =
    element.kind === 'value' && element.value.op === 'symbol' ? element.value.name : elementOfReals(element);
  if (name !== undefined) {
    const ranges = conditionAnswers
      .flatMap(flat)
      .map((each) =>
        each.kind === 'equation' && each.right.kind === 'value' && each.label?.name === name
          ? { ...range([point(each.right.value)]), subject: name }
          : each,
      );
    if (
      ranges.length > 0 &&
      ranges.every((each): each is Range => each.kind === 'range' && each.subject === name)
    ) {
      const { subject: _, ...rest } = combined(ranges, undefined);
      return rest;
    }
    if (conditionAnswers.length === 0) return reals;
  }
  throw new Unreadable('a set by its condition');
}

/** `x ∈ ℝ` before the bar. */
function elementOfReals(node: Node): string | undefined {
  if (node.kind !== 'chain' || node.relations.length !== 1 || node.relations[0] !== '∈') return undefined;
  const [left, right] = node.sides;
  return left?.kind === 'value' &&
    left.value.op === 'symbol' &&
    right?.kind === 'numbers' &&
    right.name === 'R'
    ? left.value.name
    : undefined;
}

function isMembership(node: Node): boolean {
  return elementOfReals(node) !== undefined;
}
