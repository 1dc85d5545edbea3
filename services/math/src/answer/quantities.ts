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
import { currencies, type Quantity, readQuantity } from '../units/units.ts';

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
  const cursor = new Cursor(plain.trim());
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
function readMagnitude(cursor: Cursor): Rational | undefined {
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
function readFraction(cursor: Cursor): Rational | undefined {
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
function readProperFraction(cursor: Cursor): Rational | undefined {
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

/** Reads a normal form from left to right. */
class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Takes `token`, where asked for after white space; false, and nothing taken, where it is not next. */
  eat(token: string, afterSpaces = false): boolean {
    const start = this.at;
    if (afterSpaces) this.spaces();
    if (this.text.startsWith(token, this.at)) {
      this.at += token.length;
      return true;
    }
    this.at = start;
    return false;
  }

  spaces(): void {
    while (this.text[this.at] === ' ') this.at++;
  }

  /** True where a minus was taken. */
  sign(): boolean {
    const negative = this.eat('-');
    if (!negative) this.eat('+');
    this.spaces();
    return negative;
  }

  currency(): string | undefined {
    const found = currencies.find(([sign]) => this.text.startsWith(sign, this.at));
    this.at += found?.[0].length ?? 0;
    return found?.[1];
  }

  digits(): string {
    const start = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  /** `12`, `1,234.5`, `1 234`, `.5`; undefined where there is none. */
  numeral(): { digits: string; fraction: string } | undefined {
    const first = this.digits();
    const groups = [first];
    const separator = this.text[this.at];
    if (
      (separator === ',' || separator === ' ') &&
      first.length >= 1 &&
      first.length <= 3 &&
      first[0] !== '0'
    ) {
      while (this.text[this.at] === separator && this.#groupAt(this.at + 1)) {
        groups.push(this.text.slice(this.at + 1, this.at + 4));
        this.at += 4;
      }
    }
    let fraction = '';
    if (this.text[this.at] === '.') {
      this.at++;
      fraction = this.digits();
    }
    if (first === '' && fraction === '') return undefined;
    return { digits: groups.join(''), fraction };
  }

  /** Exactly three digits. */
  #groupAt(at: number): boolean {
    return (
      isDigit(this.text.charCodeAt(at)) &&
      isDigit(this.text.charCodeAt(at + 1)) &&
      isDigit(this.text.charCodeAt(at + 2)) &&
      !isDigit(this.text.charCodeAt(at + 3)) &&
      this.text[at + 3] !== '/'
    );
  }

  /** `e3`, `*10^{3}`; undefined, and nothing taken, where there is none. */
  exponent(): number | undefined {
    const start = this.at;
    const letter = this.eat('e') || this.eat('E');
    const power = !letter && this.eat('*', true) && this.eat('10^{', true);
    const value = letter || power ? this.signedDigits(letter ? '' : '}') : undefined;
    if (value === undefined) this.at = start;
    return value;
  }

  /** An integer, and what must come after it. */
  signedDigits(end: string): number | undefined {
    const negative = this.sign();
    const digits = this.digits();
    if (digits === '' || !this.eat(end)) return undefined;
    return negative ? -Number(digits) : Number(digits);
  }

  rest(): string {
    return this.text.slice(this.at);
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
