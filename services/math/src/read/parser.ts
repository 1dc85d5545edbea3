/**
 * Reads the tokens of a written answer by recursive descent, one function a level of precedence:
 * list < relation < set operation < sum < product < sign < power < atom. Linear in the tokens, bounded in depth.
 * What it cannot read whole it does not read at all (Unreadable).
 */
import { Cursor } from './cursor.ts';
import { readList } from './lists.ts';
import type { Node } from './node.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Reads all of the tokens; throws Unreadable. `source` is what their offsets are of. */
export function parse(tokens: readonly Token[], source: string): Node {
  const at = new Cursor(tokens, source);
  const node = readList(at);
  while (at.is('.') || at.is(',') || at.is(';')) at.skip();
  const left = at.peek();
  if (left !== undefined) throw new Unreadable(`cannot read ${JSON.stringify(left.text)}`);
  return node;
}
