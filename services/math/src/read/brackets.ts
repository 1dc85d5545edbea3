/** Brackets, braces and bars around expressions; tuples and intervals. */
import { decimal, type Rational } from '../expression/rational.ts';
import { call, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { conjunctionOf } from './joints.ts';
import { readItem, readList } from './lists.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readSum } from './sums.ts';
import { Unreadable } from './unreadable.ts';

/** `{ … }`, which only groups. */
export function readGroup(at: Cursor): Node {
  at.expect('{');
  const node = at.nested(readGrouped);
  at.expect('}');
  return node;
}

function readGrouped(at: Cursor): Node {
  return at.withoutBars(readList);
}

/** `( … )`: a grouped expression, a tuple or an interval, also an open one in French (`]0, 1[`). */
export function readParenthesised(at: Cursor): Node {
  return at.withoutBars(readBracketed);
}

function readBracketed(at: Cursor): Node {
  const french = at.is(']');
  const open = french ? '(' : (at.peek()?.type as '(' | '[' | '⟨');
  at.skip();
  const items: Node[] = [];
  if (!at.is(')') && !at.is(']')) {
    do items.push(...readUngrouped(at));
    while (eatSeparator(at));
  }
  const close = french && at.is('[') ? ')' : at.peek()?.type;
  if (close !== ')' && close !== ']' && close !== '⟩') throw new Unreadable('a bracket is not closed');
  at.skip();
  const [item] = items;
  if (item === undefined) throw new Unreadable('empty brackets');
  if (items.length > 1 || (open === '(') !== (close === ')')) return { kind: 'tuple', items, open, close };
  if (item.kind === 'chain') throw new Unreadable('a relation in brackets');
  return item;
}

/** Takes a comma, a semicolon or a conjunction. */
export function eatSeparator(at: Cursor): boolean {
  const token = at.peek();
  if (token === undefined) return false;
  if (token.type !== ',' && token.type !== ';' && conjunctionOf(token) === undefined) return false;
  at.skip();
  return true;
}

/** An item in brackets, where a comma separates, also one that might group thousands. */
export function readUngrouped(at: Cursor): Node[] {
  const node = readItem(at);
  const groups = at.previous?.groups;
  if (groups === undefined || node.kind !== 'value') return [node];
  const { value } = node;
  if (value.op !== 'number') throw new Unreadable('a comma between digits in brackets');
  const negative = value.value.num < 0n;
  return groups.map((group, index) => {
    const { num, den } = decimal(group, 0) as Rational;
    return nodeOf(number({ num: negative && index === 0 ? -num : num, den }));
  });
}

/** `| … |` */
export function readAbsolute(at: Cursor, bar: '|' | '‖'): Node {
  at.skip();
  at.bars++;
  const { barSeparates } = at;
  at.barSeparates = 0;
  const inner = expressionOf(readSum(at));
  at.bars--;
  at.barSeparates = barSeparates;
  at.expect(bar);
  return nodeOf(call('abs', inner));
}

/** `⌊ … ⌋`, `⌈ … ⌉` */
export function readRounded(at: Cursor, open: '⌊' | '⌈'): Node {
  at.skip();
  const inner = expressionOf(at.withoutBars(readSum));
  at.expect(open === '⌊' ? '⌋' : '⌉');
  return nodeOf(call(open === '⌊' ? 'floor' : 'ceil', inner));
}
