/** Numerals and mixed numbers. */
import type { Expression } from '../expression/index.ts';
import { decimal, maxFractionDigits, type Rational } from '../expression/rational.ts';
import { add, divide, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { type Node, nodeOf } from './node.ts';
import { readRepeating } from './repeating.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** A number: a decimal, one that repeats, or a mixed number. */
export function readNumber(at: Cursor, token: Token): Node {
  at.skip();
  const repeated = readRepeating(at, token);
  if (repeated !== undefined) return nodeOf(number(repeated));
  const value = readNumeral(at, token);
  if (token.text.includes('.')) return nodeOf(value);
  const part = readProperFraction(at, token);
  return nodeOf(part === undefined ? value : add(value, part));
}

/** The value of the token that was just read, with `e5` after it for a power of ten. */
export function readNumeral(at: Cursor, token: Token): Expression {
  const value = rationalOf(token);
  const exponent = readExponent(at);
  if (exponent === undefined)
    return number(value, token.text.includes('.') ? decimalPlaces(token.text) : undefined);
  const scaled = decimal(token.text.replace('.', ''), exponent - decimalPlaces(token.text));
  if (scaled === undefined || Math.abs(exponent) > maxFractionDigits)
    throw new Unreadable('a number beyond the limits');
  return number(scaled);
}

/** Takes `e5`, `E-3`: no space, and digits after it. */
function readExponent(at: Cursor): number | undefined {
  const letter = at.peek();
  if (letter?.type !== 'letter' || letter.spaced || !/^[eE]$/.test(letter.text)) return undefined;
  const signed = at.is('-', 1) || at.is('+', 1);
  const digits = at.peek(signed ? 2 : 1);
  if (digits?.type !== 'number' || digits.spaced || !/^\d{1,5}$/.test(digits.text)) return undefined;
  // The letter must stand there itself: not `\mathrm{e}5`.
  if (!signed && !/^[eE]\d/.test(at.source.slice(letter.at, letter.at + 2))) return undefined;
  const exponent = Number(digits.text) * (at.is('-', 1) ? -1 : 1);
  at.skip(signed ? 3 : 2);
  return exponent;
}

/** The value of a token's digits; throws Unreadable where it is beyond the limits. */
export function rationalOf({ text }: Token): Rational {
  const value = decimal(text.replace('.', ''), -decimalPlaces(text));
  if (value === undefined) throw new Unreadable('a number beyond the limits');
  return value;
}

function decimalPlaces(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

/** The fraction of a mixed number: 2\frac{1}{2}, 2 1/2. */
function readProperFraction(at: Cursor, whole: Token): Expression | undefined {
  const next = at.peek();
  if (next?.type === 'command') return /^[dtc]?frac$/.test(next.text) ? readFraction(at) : undefined;
  if (next?.type !== 'number' || !next.spaced || whole.groups !== undefined) return undefined;
  const denominator = at.peek(2);
  if (!at.is('/', 1) || denominator?.type !== 'number') return undefined;
  const [above, below] = [rationalOf(next), rationalOf(denominator)];
  if (above.den !== 1n || below.den !== 1n || above.num >= below.num || at.is('^', 3)) return undefined;
  at.skip(3);
  return divide(number(above), number(below));
}

/** \frac{1}{2}, \frac12 where it is below 1. Seen ahead, not read and taken back: nested ones would be read twice at each level. */
function readFraction(at: Cursor): Expression | undefined {
  const shared = at.peek(1);
  const pair = shared?.type === 'number' && /^\d\d$/.test(shared.text) ? shared.text : undefined;
  const above = pair === undefined ? integerAhead(at, 1) : { digits: pair.slice(0, 1), end: 2 };
  const below = pair === undefined ? above && integerAhead(at, above.end) : { digits: pair.slice(1), end: 2 };
  if (above === undefined || below === undefined) return undefined;
  const [part, whole] = [decimal(above.digits, 0), decimal(below.digits, 0)];
  if (part === undefined || whole === undefined || part.num >= whole.num) return undefined;
  at.skip(below.end);
  return divide(number(part), number(whole));
}

/** An integer that is an argument of a command: in braces, or a single digit. */
function integerAhead(at: Cursor, ahead: number): { digits: string; end: number } | undefined {
  const braced = at.is('{', ahead);
  const token = at.peek(braced ? ahead + 1 : ahead);
  if (token?.type !== 'number' || !/^\d+$/.test(token.text)) return undefined;
  const digits = token.text;
  if (braced) return at.is('}', ahead + 2) ? { digits, end: ahead + 3 } : undefined;
  return digits.length === 1 ? { digits, end: ahead + 1 } : undefined;
}
