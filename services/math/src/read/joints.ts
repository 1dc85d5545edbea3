/** Words between and after items: conjunctions, and notes on what the answer holds for. */
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';

const conjunctions = new Map<string, 'and' | 'or'>();
for (const word of 'and|und|et|y|e|и|و|和|与|且|及|और|plus also|&|и также|と'.split('|'))
  conjunctions.set(word, 'and');
for (const word of 'or|oder|ou|o|или|أو|或|或者|या|また は'.split('|')) conjunctions.set(word, 'or');

/** Words after which a condition or an explanation stands. */
const noteWords = new Set(
  'where for when if with such as since because provided assuming given 其中 für wobei pour où donde onde где при'.split(
    ' ',
  ),
);

/** Most tokens of names that are said to range over a set. */
const maxRange = 8;

/** A token's words in lower case, without commands and punctuation. */
export function wordsOf(token: Token): string {
  return token.text
    .toLowerCase()
    .replace(/\\[a-z]+|[,.;:{}$]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Which conjunction a token is. */
export function conjunctionOf(token: Token): 'and' | 'or' | undefined {
  if (token.type === '∧') return 'and';
  if (token.type === '∨') return 'or';
  // Of single letters those of other scripts only: y and e are variables.
  if (token.type === 'letter' && /[A-Za-z]/.test(token.text)) return undefined;
  return token.type === 'letter' || isProse(token) ? conjunctions.get(wordsOf(token)) : undefined;
}

/** Whether a run of letters is a conjunction. */
export function isConjunction(word: string): boolean {
  return conjunctions.has(word.toLowerCase());
}

/** Whether the words of a token lead a note in. */
export function isNoteWord(token: Token): boolean {
  if (!isProse(token)) return false;
  const [first = '', second = ''] = wordsOf(token).split(' ', 2);
  return noteWords.has(first) || noteWords.has(second);
}

/** Whether a note starts here: `where …`, `(for …)`, `k ∈ ℤ`. */
export function startsNote(at: Cursor): boolean {
  const token = at.peek();
  if (token === undefined) return false;
  if (token.type === 'letter') return at.conditions === 0 && ranges(at, 0);
  if (token.type !== '(') return isNoteWord(token);
  const next = at.peek(1);
  if (ranges(at, 1)) return true;
  return next !== undefined && isProse(next) && noteWords.has(wordsOf(next).split(' ', 1)[0] ?? '');
}

/** `k ∈ ℤ`, `m, n ∈ ℕ`: what parameters range over. */
function ranges(at: Cursor, ahead: number): boolean {
  let next = ahead;
  while (at.is('letter', next) && at.is(',', next + 1) && next < ahead + maxRange) next += 2;
  if (!at.is('letter', next) || !at.is('∈', next + 1)) return false;
  const set = at.peek(next + 2);
  return (set?.type === 'double' || set?.type === 'letter') && /^[ZNRQC]$/.test(set.text);
}

function isProse(token: Token): boolean {
  return token.type === 'word' || token.type === 'text';
}
