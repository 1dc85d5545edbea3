/** Tokens at which an item, or a side of a relation, ends. */
import type { Cursor } from './cursor.ts';
import type { Relation } from './node.ts';

const relations: ReadonlySet<string> = new Set<Relation>([
  '=', '≠', '<', '≤', '>', '≥', '≈', '≡', '∈', '∉', '→', '∼', '∝',
]); // biome-ignore format: a list
const closers = new Set([')', ']', '⦄', '⟩', '}', '⌋', '⌉']);
const separators = new Set([',', ';', '.', 'text', 'word', '∧', '∨']);

/** Whether a token's type is that of a relation. */
export function isRelation(type: string | undefined): type is Relation {
  return type !== undefined && relations.has(type);
}

/** Whether a bracket closes here, or the text ends. */
export function atItemEnd(at: Cursor): boolean {
  const token = at.peek();
  return token === undefined || closers.has(token.type);
}

/** Whether the item may end before the token so far ahead. */
export function endsItem(at: Cursor, ahead: number): boolean {
  const type = at.peek(ahead)?.type;
  return type === undefined || closers.has(type) || relations.has(type) || separators.has(type);
}
