/** Digits in a base. */
import type { Rational } from '../expression/rational.ts';
import { readArgument } from './arguments.ts';
import { number } from './build.ts';
import type { Cursor } from './cursor.ts';
import type { Node } from './node.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Most digits that are converted: the cost is the square of this. */
const maxDigits = 2_000;

/** 204_5: the number that `token` was read as, and its base. */
export function readBased(at: Cursor, value: Rational, token: Token): Node {
  at.skip();
  const subscript = readArgument(at);
  const base =
    subscript.op === 'number' && subscript.value.den === 1n ? Number(subscript.value.num) : Number.NaN;
  if (!Number.isInteger(base) || base < 2 || base > 36 || value.num < 0n || token.text.length > maxDigits)
    throw new Unreadable('no base');
  if (!/^\d+$/.test(token.text)) throw new Unreadable('no digits of an integer');
  let total = 0n;
  for (const digit of token.text) {
    if (Number(digit) >= base) throw new Unreadable('a digit beyond the base');
    total = total * BigInt(base) + BigInt(digit);
  }
  return { kind: 'based', value: number({ num: total, den: 1n }), base };
}
