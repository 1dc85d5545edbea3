/** Runs of letters without a backslash. */
import { readAtom } from './atoms.ts';
import { infinity, pi } from './build.ts';
import { functions, plainWords } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { readFunction } from './functions.ts';
import { isConjunction } from './joints.ts';
import { readName } from './names.ts';
import { type Node, nodeOf } from './node.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Words that look like products. */
const shortWords = new Set(
  'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec is the sum for get has was set not but let its our are'.split(
    ' ',
  ),
);

const constants = new Map([
  ['pi', pi],
  ['inf', infinity],
  ['infinity', infinity],
  ['oo', infinity],
]);

/** A function, a Greek letter, or a product of variables. */
export function readWord(at: Cursor, token: Token): Node {
  const { text } = token;
  const name = functions.get(text);
  if (name !== undefined) {
    at.skip();
    return nodeOf(readFunction(at, name));
  }
  const constant = constants.get(text);
  if (constant !== undefined) {
    at.skip();
    return nodeOf(constant);
  }
  const greek = plainWords.get(text);
  if (greek !== undefined) {
    at.skip();
    return readName(at, greek);
  }
  if (!isProduct(text)) throw new Unreadable('words');
  at.replace(...lettersOf(token));
  return readAtom(at);
}

function isProduct(text: string): boolean {
  if (text.length > 3 && !/^[A-Z]{4}$/.test(text)) return false;
  return !shortWords.has(text) && !/[^A-Za-z]/.test(text) && !isConjunction(text);
}

/** Tokens of the single letters: the last one may have an index or arguments. */
function lettersOf(token: Token): Token[] {
  return [...token.text].map((text, index) => ({
    type: 'letter',
    text,
    at: token.at + index,
    end: token.at + index + 1,
    spaced: index === 0 && token.spaced,
  }));
}
