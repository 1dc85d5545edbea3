/** Arguments of commands and exponents. */
import type { Expression } from '../expression/index.ts';
import { decimal, type Rational } from '../expression/rational.ts';
import { readAtom } from './atoms.ts';
import { readGroup, readParenthesised } from './brackets.ts';
import { negate, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { letterOf } from './names.ts';
import { expressionOf } from './node.ts';
import { readNumeral } from './numbers.ts';
import { Unreadable } from './unreadable.ts';

/** What follows `^` or a command: a group, or one token. */
export function readArgument(at: Cursor): Expression {
  const token = at.peek();
  switch (token?.type) {
    case '{':
      return expressionOf(readGroup(at));
    case '(':
      return expressionOf(readParenthesised(at));
    case '-':
      at.skip();
      return negate(at.nested(readArgument));
    case '+':
      at.skip();
      return at.nested(readArgument);
    case 'command':
    case 'word':
      return expressionOf(at.nested(readAtom));
    case 'letter':
      at.skip();
      return letterOf(at, token.text);
    case 'number':
      at.skip();
      return readNumeral(at, token);
    case undefined:
      throw new Unreadable('an argument is missing');
    default:
      throw new Unreadable('no argument');
  }
}

/** An argument of a command that takes single digits: \frac12, \frac123 = 1/2·3, \binom52. */
export function readDigitArgument(at: Cursor): Expression {
  const token = at.peek();
  if (token?.type !== 'number' || token.text.length === 1 || token.text.startsWith('.'))
    return readArgument(at);
  at.replace({
    type: 'number',
    text: token.text.slice(1),
    at: token.at + 1,
    end: token.end,
    spaced: false,
  });
  return number(decimal(token.text.slice(0, 1), 0) as Rational);
}
