/** Units, and expressions with a unit after them. */

import { type Expression, symbolsOf } from '../expression/index.ts';
import { canonicalUnits } from '../units/conversion.ts';
import { type Quantity, readQuantity } from '../units/units.ts';
import { multiply, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { conjunctionOf, isNoteWord, startsNote } from './joints.ts';
import { normalise } from './latex.ts';
import { type Node, nodeOf } from './node.ts';
import { isRelation } from './stops.ts';
import { type Token, writtenAs } from './token.ts';
import { Unreadable } from './unreadable.ts';

const unitTypes = new Set(['%', '€', '£', '¥', '₹', '¢', 'text', 'word', 'command', 'letter', '°']);
const stops = new Set([',', ';', '.', '∧', '∨', '(', ')', ']', '⦄']);

/** The unit that a piece of the answer is; undefined where it is none. */
export function unitsOf(source: string): Quantity | undefined {
  return readQuantity(` ${normalise(source)}`);
}

/** The value with the unit after it: all words up to the next separator must belong to that. */
export function readUnit(at: Cursor, value: Expression): Node {
  const token = at.peek();
  if (token === undefined || !unitTypes.has(token.type)) return nodeOf(value);
  if (conjunctionOf(token) !== undefined || startsNote(at)) return nodeOf(value);
  let size = 1;
  for (let next = at.peek(size); next !== undefined && !endsUnit(next); next = at.peek(size)) size++;
  const text = at
    .upcoming(size)
    .map(writtenAs)
    .join(' ')
    .replace(/ \^ (?:\{ ([23]) \}|([23]))(?= |$)/g, '^{$1$2}');
  const found = unitsOf(text);
  if (found === undefined) throw new Unreadable(`no unit: ${text.slice(0, 40)}`);
  const { units, exponent } = found;
  const measures = canonicalUnits(units).name !== '' || units.includes('%');
  if (!measures && symbolsOf(value).size > 0) throw new Unreadable('words after a formula');
  at.skip(size);
  const scaled = exponent === 0 ? value : multiply(value, number({ num: 10n ** BigInt(exponent), den: 1n }));
  return units.length === 0 ? nodeOf(scaled) : { kind: 'quantity', value: scaled, units };
}

function endsUnit(token: Token): boolean {
  return (
    stops.has(token.type) || isRelation(token.type) || conjunctionOf(token) !== undefined || isNoteWord(token)
  );
}
