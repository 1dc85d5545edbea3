/** Several answers in a row, and what stands around each. */

import { symbol } from './build.ts';
import { readCaption } from './captions.ts';
import type { Cursor } from './cursor.ts';
import { conjunctionOf, startsNote, wordsOf } from './joints.ts';
import { type Node, nodeOf } from './node.ts';
import { readChain } from './relations.ts';
import { atItemEnd } from './stops.ts';
import { Unreadable } from './unreadable.ts';

/** Words that lead in: `only x = 0`. */
const idleWords = new Set([
  'only', 'either', 'both', 'about', 'approximately', 'roughly', 'exactly', 'just', 'all', 'the', 'is', 'are', 'equals',
  'either of', 'so', 'then', 'thus', 'and',
]); // biome-ignore format: a list

/** Items with commas, semicolons, `and`, `or`; groups of several items each become lists of their own. */
export function readList(at: Cursor): Node {
  const groups: Node[][] = [];
  let group: Node[] = [];
  groups.push(group);
  let note: string | undefined;
  const outer = at.alternatives;
  at.alternatives = false;
  for (;;) {
    skipIdleWords(at);
    const item = readItem(at);
    group.push(item);
    if (item.kind === 'value' && (at.is('∧') || at.is('∨'))) throw new Unreadable('a formula of logic');
    const separator = readSeparator(at);
    if (separator === undefined) break;
    if (separator === 'note') {
      note = readNote(at);
      break;
    }
    if (atItemEnd(at)) {
      // A trailing separator.
      if (separator === ',' || separator === ';') break;
      throw new Unreadable('a list that breaks off');
    }
    if (separator !== ',') {
      group = [];
      groups.push(group);
    }
  }
  const list = listOf(groups, at.alternatives);
  at.alternatives = outer;
  return note === undefined ? list : { kind: 'noted', main: list, note };
}

function listOf(groups: readonly (readonly Node[])[], alternatives: boolean): Node {
  const size = groups[0]?.length ?? 0;
  if (groups.length > 1 && size > 1 && groups.every((group) => group.length === size))
    return { kind: 'list', items: groups.map((items) => ({ kind: 'list', items })) };
  const items = groups.flat();
  if (items.length === 1) return items[0] as Node;
  return { kind: 'list', items, ...(alternatives ? { alternatives: true as const } : {}) };
}

/** Takes what separates items: `,`, `;` or `word` (between groups); `note` stays where it is. */
function readSeparator(at: Cursor): ',' | ';' | 'word' | 'note' | undefined {
  let found: ',' | ';' | 'word' | undefined;
  for (;;) {
    const token = at.peek();
    if (token === undefined) return found;
    if (token.type === '.') {
      // A full stop is the end, or stands before another sentence, which is no item.
      if (at.peek(1) !== undefined) throw new Unreadable('a second sentence');
      at.skip();
      return found;
    }
    const conjunction = conjunctionOf(token);
    if (token.type === ',') found ??= ',';
    else if (token.type === ';') found = ';';
    else if (conjunction !== undefined) {
      if (conjunction === 'or') at.alternatives = true;
      // `1, 2, and 3` is one list; `a, b and c, d` are two.
      found ??= 'word';
    } else if (startsNote(at)) {
      const parts = found === ';' || found === 'word';
      return parts && token.type !== '(' ? found : 'note';
    } else return found;
    at.skip();
  }
}

/** The rest of the text. */
function readNote(at: Cursor): string {
  const start = at.peek()?.at ?? at.source.length;
  at.skipAll();
  return at.source.slice(start);
}

function skipIdleWords(at: Cursor): void {
  for (;;) {
    const token = at.peek();
    if (token?.type !== 'word' && token?.type !== 'text') return;
    if (!idleWords.has(wordsOf(token)) || at.peek(1) === undefined) return;
    at.skip();
  }
}

/** One item: a chain of relations, or a value, with the caption before it. */
export function readItem(at: Cursor): Node {
  return at.nested(readCaptioned);
}

function readCaptioned(at: Cursor): Node {
  const caption = readCaption(at);
  const node = readChain(at);
  if (caption === undefined) return node;
  if (node.kind === 'chain') throw new Unreadable('a caption of a relation');
  return { kind: 'chain', sides: [nodeOf(symbol(caption)), node], relations: ['='] };
}
