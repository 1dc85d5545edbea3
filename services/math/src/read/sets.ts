/** Sets in visible braces: by their elements, or by conditions. */
import { eatSeparator, readUngrouped } from './brackets.ts';
import type { Cursor } from './cursor.ts';
import { readList } from './lists.ts';
import type { Node } from './node.ts';

export function readSet(at: Cursor): Node {
  at.expect('⦃');
  return at.nested(readElements);
}

function readElements(at: Cursor): Node {
  if (at.eat('⦄')) return { kind: 'set', items: [] };
  const { bars } = at;
  at.bars = 0;
  at.barSeparates++;
  const items = readUngrouped(at);
  const builder = at.eat('|') || at.eat(':') || at.eat('∣');
  if (!builder) while (eatSeparator(at) && !at.is('⦄')) items.push(...readUngrouped(at));
  at.barSeparates--;
  const node: Node = builder
    ? { kind: 'builder', element: items[0] as Node, conditions: readConditions(at) }
    : { kind: 'set', items };
  at.bars = bars;
  at.expect('⦄');
  return node;
}

function readConditions(at: Cursor): readonly Node[] {
  at.conditions++;
  const node = readList(at);
  at.conditions--;
  return node.kind === 'list' ? node.items : [node];
}
