/** Chains of relations, and their sides. */
import type { Cursor } from './cursor.ts';
import { expressionOf, type Node, type Relation, type SetOperation } from './node.ts';
import { readUnit } from './quantity.ts';
import { endsItem, isRelation } from './stops.ts';
import { readSum } from './sums.ts';
import { Unreadable } from './unreadable.ts';

/** `a < b ≤ c`, or one side alone. Of statements that follow from each other (`⇒`) the last one counts. */
export function readChain(at: Cursor): Node {
  const sides: Node[] = [];
  const relations: Relation[] = [];
  if (isRelation(at.peek()?.type) && !at.is('→')) {
    // `= 5`: the left side went without saying. `< 5` says too little.
    if (!at.eat('=') && !at.eat('≈')) throw new Unreadable('a relation without left side');
  }
  for (;;) {
    sides.push(readSide(at));
    const relation = readRelation(at);
    if (relation === undefined) break;
    relations.push(relation);
    const set = at.peek();
    // \mathbf{R}
    if (relation === '∈' && set?.type === 'letter' && /^[RZNQC]$/.test(set.text) && endsItem(at, 1)) {
      at.skip();
      sides.push({ kind: 'numbers', name: set.text as 'R' });
      break;
    }
  }
  if (at.eat('⇔') || at.eat('⇒')) return at.nested(readChain);
  return relations.length === 0 ? (sides[0] as Node) : { kind: 'chain', sides, relations };
}

function readRelation(at: Cursor): Relation | undefined {
  // `x &= 2`
  if (at.is('&') && isRelation(at.peek(1)?.type)) at.skip();
  const type = at.peek()?.type;
  if (isRelation(type)) {
    at.skip();
    return type;
  }
  if (!at.isCommand('not') || !at.is('=', 1)) return undefined;
  at.skip(2);
  return '≠';
}

/** One side of a relation: a set operation, a ratio, or an expression with its unit. */
function readSide(at: Cursor): Node {
  const start = at.peek();
  if (start === undefined) throw new Unreadable('nothing there');
  let left = readSum(at);
  for (;;) {
    const op = setOperationAfter(at, left);
    if (op === undefined) break;
    at.skip();
    if (op !== 'union') at.link();
    left = { kind: 'operation', op, left, right: at.nested(readSum) };
  }
  if (left.kind !== 'value') return left;
  if (!at.is(':') || at.barSeparates > 0) return readUnit(at, left.value);
  const parts = [left.value];
  while (at.eat(':')) parts.push(expressionOf(readSum(at)));
  return { kind: 'ratio', parts, text: at.source.slice(start.at, at.previous?.end ?? start.end) };
}

function setOperationAfter(at: Cursor, left: Node): SetOperation | undefined {
  switch (at.peek()?.type) {
    case '∪':
      return 'union';
    case '∩':
      return 'intersection';
    case '∖':
      return 'difference';
    case '-':
      return isSet(left) ? 'difference' : undefined;
    default:
      return undefined;
  }
}

/** Whether a minus sign after it takes elements away. */
export function isSet({ kind }: Node): boolean {
  return kind === 'set' || kind === 'builder' || kind === 'numbers' || kind === 'operation';
}
