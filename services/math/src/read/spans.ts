/** How far words and arguments of commands reach in the source. */
import { expansions, greekLetters } from './characters.ts';
import { Unreadable } from './unreadable.ts';

const latin = /[A-Za-z]/;
const letter = /\p{L}|\p{M}/u;

/** Chinese conjunctions: no spaces set them off. */
const joins = new Set(['或', '且', '和', '与', '及']);

/** Whether a character is a word of its own. */
export function isJoin(char: string): boolean {
  return joins.has(char);
}

/** Whether a word may start with the character; surrogates count as letters. */
export function isLetter(char: string): boolean {
  return letter.test(char) || (char >= '\ud800' && char <= '\udfff');
}

/** The offset after the Latin letters that start there. */
export function latinEnd(source: string, start: number): number {
  let end = start;
  while (latin.test(source[end] ?? '')) end++;
  return end;
}

/** The offset after the word whose first letter is there. */
export function wordEnd(source: string, start: number): number {
  if (isJoin(source[start] ?? '')) return start + 1;
  // `1orx = 2` lacks its spaces.
  const glued = /^(?:or|and)(?=[A-Z]|x$|y$)/.exec(source.slice(start, start + 4))?.[0];
  if (glued !== undefined) return start + glued.length;
  let end = Math.max(latinEnd(source, start), start + 1);
  while (end < source.length && continuesWord(source[end] as string)) end++;
  return end;
}

function continuesWord(char: string): boolean {
  return isLetter(char) && !greekLetters.has(char) && !isJoin(char) && !expansions.has(char);
}

/**
 * What the braces hold that follow there, or the one character, and the offset after it; undefined where neither does.
 * Throws Unreadable where the braces do not close.
 */
export function argumentAt(source: string, start: number): { content: string; end: number } | undefined {
  let at = start;
  while (source[at] === ' ') at++;
  if (source[at] !== '{') {
    if (at >= source.length || source[at] === '\\') return undefined;
    return { content: source.slice(at, at + 1), end: at + 1 };
  }
  let depth = 0;
  for (let end = at; end < source.length; end++) {
    const code = source.charCodeAt(end);
    if (code === 92) end++;
    else if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return { content: source.slice(at + 1, end), end: end + 1 };
  }
  // None of those further right closes either: nothing is scanned twice.
  throw new Unreadable('a brace is not closed');
}
