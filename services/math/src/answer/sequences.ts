/** Lists and tuples. */

import { exactValue } from '../expression/index.ts';
import type { Node } from '../read/node.ts';
import { Unreadable } from '../read/unreadable.ts';
import type { Answer, Sequence, Value } from './answer.ts';
import { intersectionOf, point, type Range, range, unionOf } from './ranges.ts';
import { maxAlternatives } from './signs.ts';
import { flat, fromAlternatives, typed } from './typing.ts';

export function listAnswer(nodes: readonly Node[], alternatives: true | undefined): Answer {
  // A group in a list (`a, b; c, d`) stays one.
  const items = nodes.flatMap((node) => (node.kind === 'list' ? [typed(node)] : flat(typed(node))));
  const ranges = asRanges(items);
  if (ranges !== undefined) return combined(ranges, alternatives);
  const [first, ...rest] = items;
  // 3/4 or 0.75 is one answer, said twice.
  if (alternatives && first?.kind === 'value' && rest.every((item) => sameNumber(first, item))) return first;
  // x = 1, 2, 3
  if (
    first?.kind === 'equation' &&
    first.label !== undefined &&
    rest.length > 0 &&
    rest.every((item) => item.kind !== 'equation' && item.kind !== 'text')
  ) {
    return { kind: 'list', items: [...flat(first.right), ...rest], label: first.label };
  }
  return { kind: 'list', items: solutions(items) ?? items };
}

function sameNumber(a: Value, b: Answer): boolean {
  if (b.kind !== 'value' || [...a.units, ...b.units].length > 0 || a.percent !== undefined) return false;
  const [x, y] = [exactValue(a.value), exactValue(b.value)];
  const scale = b.percent ? 100n : 1n;
  return x !== undefined && y !== undefined && x.num * y.den * scale === y.num * x.den;
}

/** x = 1, y = 2, x = 2, y = 1: two solutions of two unknowns. */
function solutions(items: readonly Answer[]): Answer[] | undefined {
  const names = items.map((item) => (item.kind === 'equation' ? item.label?.name : undefined));
  const size = names.indexOf(names[0], 1);
  if (size < 2 || items.length % size !== 0) return undefined;
  if (names.some((name, at) => name === undefined || name !== names[at % size])) return undefined;
  return Array.from(
    { length: items.length / size },
    (_, at): Answer => ({ kind: 'list', items: items.slice(at * size, (at + 1) * size) }),
  );
}

/** Inequalities of one unknown, and equations among them: sets of reals. */
function asRanges(items: readonly Answer[]): Range[] | undefined {
  if (!items.some((item) => item.kind === 'range')) return undefined;
  const ranges: Range[] = [];
  for (const item of items) {
    if (item.kind === 'range') ranges.push(item);
    else if (item.kind === 'equation' && item.label !== undefined && item.right.kind === 'value') {
      ranges.push({ ...range([point(item.right.value)]), subject: item.label.name });
    } else return undefined;
  }
  const subjects = new Set(ranges.map(({ subject }) => subject));
  return subjects.size === 1 && ranges[0]?.subject !== undefined ? ranges : undefined;
}

export function combined(ranges: readonly Range[], alternatives: true | undefined): Range {
  const [first, ...rest] = ranges as [Range, ...Range[]];
  const subject = first.subject === undefined ? {} : { subject: first.subject };
  if (!alternatives) {
    const both = rest.length === 0 ? first : intersectionOf(ranges);
    if (both !== undefined && both.pieces.length > 0) return { ...both, ...subject };
  }
  return { ...(rest.length === 0 ? first : unionOf(ranges)), ...subject };
}

export function tupleAnswer({ items: nodes, open, close }: Extract<Node, { kind: 'tuple' }>): Answer {
  const items = nodes.map(typed);
  if (open !== '⟨' && (open === '(') !== (close === ')')) {
    const [lo, hi] = items;
    if (items.length !== 2 || lo?.kind !== 'value' || hi?.kind !== 'value')
      throw new Unreadable('brackets that do not match');
    return range([{ lo: lo.value, hi: hi.value, loClosed: open === '[', hiClosed: close === ']' }]);
  }
  // Each sign of a tuple is chosen on its own.
  let alternatives: Answer[][] = [[]];
  for (const item of items) {
    const choices = item.kind === 'list' ? item.items : [item];
    if (alternatives.length * choices.length > maxAlternatives) throw new Unreadable('too many signs');
    alternatives = alternatives.flatMap((head) => choices.map((choice) => [...head, choice]));
  }
  const brackets = { open: open === '⟨' ? '(' : open, close: close === '⟩' ? ')' : close };
  return fromAlternatives(
    alternatives.map((each): Sequence => ({ kind: 'tuple', items: each, ...brackets })),
  );
}
