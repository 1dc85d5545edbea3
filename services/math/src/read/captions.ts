/** What an item is said to be, in words or by a name that is no expression. */
import type { Cursor } from './cursor.ts';
import { isRelation } from './stops.ts';
import { writtenAs } from './token.ts';

/** What stands before a value without a colon. */
const captions = new Set(
  'center centre radius vertex focus slope minimum maximum length width height area perimeter'.split(' '),
);

/** Most tokens of an event in a probability. */
const maxEvent = 40;

/** Takes what stands before an item, with the sign after it: the name that the item is given by it. */
export function readCaption(at: Cursor): string | undefined {
  return readLabel(at) ?? readIndexed(at) ?? readProbability(at);
}

/** Takes `\text{vertex: }`, `x\text{-intercept:}`, `\text{radius}`. */
function readLabel(at: Cursor): string | undefined {
  const first = at.peek();
  const ahead = first?.type === 'letter' && at.is('text', 1) && at.peek(1)?.text.startsWith('-') ? 1 : 0;
  const token = at.peek(ahead);
  if (token?.type !== 'text' || !/^-?\p{L}[\p{L} -]{1,40}:?$/u.test(token.text)) return undefined;
  const name = token.text.replace(/:$/, '').trim().toLowerCase();
  const colon = name.length < token.text.length || at.is(':', ahead + 1) || at.is('=', ahead + 1);
  const value = at.is('(', ahead + 1) || at.is('number', ahead + 1);
  if (!colon && !(captions.has(name) && value)) return undefined;
  at.skip(ahead + 1);
  if (!at.eat(':')) at.eat('=');
  return `caption ${ahead === 1 ? first?.text : ''}${name}`;
}

/** Takes `x1 =`. */
function readIndexed(at: Cursor): string | undefined {
  const [name, index] = [at.peek(), at.peek(1)];
  if (name?.type !== 'letter' || index?.type !== 'number' || !at.is('=', 2)) return undefined;
  if (index.spaced || !/^\d$/.test(index.text)) return undefined;
  at.skip(3);
  return `${name.text}_{${index.text}}`;
}

/** Takes `P(X = 2) =`. */
function readProbability(at: Cursor): string | undefined {
  const name = at.peek();
  if (name?.type !== 'letter' || name.text !== 'P' || !at.is('(', 1)) return undefined;
  let depth = 0;
  for (let ahead = 1; ahead < maxEvent; ahead++) {
    const type = at.peek(ahead)?.type;
    if (type === undefined) return undefined;
    if (type === '(') depth++;
    else if (type === ')' && --depth === 0) {
      if (!at.is('=', ahead + 1)) return undefined;
      const event = at.upcoming(ahead + 1);
      if (!event.some((token) => isRelation(token.type) || /^[|∣∩∪]$/.test(token.type))) return undefined;
      at.skip(ahead + 2);
      return `caption ${event.map(writtenAs).join('')}`;
    }
  }
  return undefined;
}
