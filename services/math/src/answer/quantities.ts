/** The short way: numbers with their units, which most answers are, read without a tree. */

import {
  add,
  decimal,
  divide,
  maxIntegerDigits,
  negate,
  power,
  type Rational,
} from '../expression/rational.ts';
import { trimEndOf } from '../extract/scan.ts';
import { withoutDollars } from '../extract/segments.ts';
import { normalise } from '../read/latex.ts';
import { type Quantity, readQuantity } from '../units/units.ts';
import { NumberCursor } from './number-cursor.ts';

export interface NumberValue {
  readonly kind: 'number';
  readonly number: Rational;
  /** Words of the unit in one spelling, `%` among them; empty: none. */
  readonly units: readonly string[];
  /** Name that the answer gives to the number (`x` in `x = 5`); empty: none. */
  readonly label: string;
  /** Digits after the decimal point as written; absent: written without one, or scaled. */
  readonly places?: number;
}

/** Largest |exponent| in scientific notation. */
const maxExponent = maxIntegerDigits;

/** Longest normal form that is tried as a number. */
const maxNumberLength = 2 * maxIntegerDigits;

/** Reads a written answer that must be a number. */
export function readNumber(span: string): NumberValue | undefined {
  return readNormal(normalOf(span));
}

function normalOf(span: string): string {
  const normal = normalise(withoutDollars(unwrap(span)));
  const body = trimEndOf(normal, ' .,;:');
  // The dots of an ellipsis are part of the answer: 0.333... is not 0.333.
  return body === '' || normal.startsWith('..', body.length) ? normal : body;
}

const wrappers = [
  ['$$', '$$'],
  ['$', '$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['**', '**'],
  ['__', '__'],
  ['`', '`'],
  ['"', '"'],
  ['“', '”'],
] as const;

/** Removes what only marks the answer: math delimiters, emphasis, quotation marks, a full stop between them. */
export function unwrap(span: string): string {
  let inner = span.trim();
  for (let depth = 0; depth < 8; depth++) {
    const bareInner = inner.replace(/[.,;:]$/, '').trimEnd();
    const wrapper = wrappers.find(
      ([open, close]) =>
        bareInner.length > open.length + close.length &&
        bareInner.startsWith(open) &&
        bareInner.endsWith(close) &&
        !withoutEscapes(bareInner.slice(open.length, -close.length)).includes(close),
    );
    if (wrapper === undefined) break;
    inner = bareInner.slice(wrapper[0].length, bareInner.length - wrapper[1].length).trim();
  }
  return inner;
}

function withoutEscapes(text: string): string {
  return text.replaceAll('\\$', '');
}

/** The number that the whole of a normal form stands for. */
function readNormal(normal: string): NumberValue | undefined {
  if (normal.length > maxNumberLength || !/\d/.test(normal)) return undefined;
  const { label, rest } = readLabel(normal);
  const plain = rest.startsWith('(') && rest.endsWith(')') && !rest.includes(',') ? rest.slice(1, -1) : rest;
  const cursor = new NumberCursor(plain.trim());
  let negative = cursor.sign();
  const currency = cursor.currency();
  if (currency !== undefined) {
    cursor.spaces();
    negative = cursor.sign() !== negative;
  }
  const start = cursor.at;
  const magnitude = readMagnitude(cursor);
  if (magnitude === undefined) return undefined;
  const places = /^[\d, ]*\.(\d+)$/.exec(cursor.text.slice(start, cursor.at))?.[1]?.length;
  const quantity = readQuantity(cursor.rest());
  if (quantity === undefined) return undefined;
  const number = scaled(magnitude, quantity);
  if (number === undefined) return undefined;
  return {
    kind: 'number',
    number: negative ? negate(number) : number,
    units: currency === undefined ? quantity.units : [currency, ...quantity.units],
    label,
    ...(places === undefined || quantity.exponent !== 0 ? {} : { places }),
  };
}

const namePattern = /^(?:\\?[A-Za-z]+)(?:_\{[^{}]*\})?(?:\([^()]*\))?$/;
const calculation = /^(?:\\frac|\\sqrt|[\d+\-*/^(){}.,%$° ])*$/;

/**
 * Takes the left side off where it is a name (`x = 5`) or a calculation (`2 + 3 = 5`): of a chain of equations the
 * last side counts. An equation with unknowns stays whole.
 */
function readLabel(normal: string): { label: string; rest: string } {
  const first = normal.search(/[=≈]/);
  if (first < 0 || first > 200) return { label: '', rest: normal };
  const side = normal.slice(0, first).trim();
  const last = Math.max(normal.lastIndexOf('='), normal.lastIndexOf('≈'));
  const rest = normal.slice(last + 1).trim();
  if ((side === '' || /[-+*/^(\\]/.test(side)) && calculation.test(side)) return { label: '', rest };
  const name = side.replaceAll(' ', '');
  if (/\p{L} +\p{L}/u.test(side) || !namePattern.test(name)) return { label: '', rest: normal };
  // A word before the sign is prose, not a name: `Total = 18`.
  return { label: /^\p{L}{3,}$/u.test(name) ? '' : name, rest };
}

function scaled(magnitude: Rational, quantity: Quantity): Rational | undefined {
  if (quantity.exponent === 0) return magnitude;
  const factor = decimal('1', -quantity.exponent);
  return factor && divide(magnitude, factor);
}

/** Integer, decimal, fraction, mixed number or scientific notation, without sign. */
function readMagnitude(cursor: NumberCursor): Rational | undefined {
  if (cursor.eat('\\frac')) return readFraction(cursor);
  const numeral = cursor.numeral();
  if (numeral === undefined) return undefined;
  const { digits, fraction } = numeral;
  const exponent = cursor.exponent();
  if (exponent !== undefined) {
    if (Math.abs(exponent) > maxExponent) return undefined;
    return decimal(digits + fraction, exponent - fraction.length);
  }
  const value = decimal(digits + fraction, -fraction.length);
  if (value === undefined) return undefined;
  if (cursor.eat('^{')) {
    const raised = cursor.signedDigits('}');
    return raised === undefined || value.den !== 1n ? undefined : power(value.num, raised);
  }
  if (cursor.eat('/', true)) {
    cursor.spaces();
    const divisor = cursor.numeral();
    const below = divisor && decimal(divisor.digits + divisor.fraction, -divisor.fraction.length);
    return below && divide(value, below);
  }
  const part = fraction === '' ? readProperFraction(cursor) : undefined;
  return part === undefined ? value : add(value, part);
}

/** What follows `\frac`: numerals with or without sign, in braces. */
function readFraction(cursor: NumberCursor): Rational | undefined {
  const parts: Rational[] = [];
  for (const _ of ['above', 'below']) {
    if (!cursor.eat('{', true)) return undefined;
    cursor.spaces();
    const negative = cursor.sign();
    const numeral = cursor.numeral();
    if (numeral === undefined || !cursor.eat('}', true)) return undefined;
    const value = decimal(numeral.digits + numeral.fraction, -numeral.fraction.length);
    if (value === undefined) return undefined;
    parts.push(negative ? negate(value) : value);
  }
  return divide(parts[0] as Rational, parts[1] as Rational);
}

/** The second part of `1 1/2` or `1\frac{1}{2}`: a fraction between 0 and 1. Stays where it is if there is none. */
function readProperFraction(cursor: NumberCursor): Rational | undefined {
  const start = cursor.at;
  let part: Rational | undefined;
  if (cursor.eat('\\frac', true)) part = readFraction(cursor);
  else if (cursor.eat(' ')) {
    const above = cursor.digits();
    const slash = cursor.eat('/');
    const below = cursor.digits();
    const [num, den] = [decimal(above || '0', 0), decimal(below || '0', 0)];
    if (slash && num !== undefined && den !== undefined) part = divide(num, den);
  }
  if (part !== undefined && part.num >= 0n && part.num < part.den) return part;
  cursor.at = start;
  return undefined;
}
