/** JSON as offsets into bytes: numbers keep their notation, strings are decoded only where that matters. */
import { isDigit } from './bytes.ts';

export type Value =
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: 'string' | 'number' | 'word'; readonly start: number; readonly end: number };

const deepest = 1000;
const quote = 0x22;
const backslash = 0x5c;

/** Reads a value; undefined where the bytes are none, or one that is nested more than 1,000 deep. */
export function parseJson(bytes: Buffer): Value | undefined {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  return value !== undefined && reader.atEnd() ? value : undefined;
}

export function isJsonSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** End of the string, number or word that starts here; of one byte where something else does. */
export function valueEnd(bytes: Buffer, start: number): number {
  let at = start;
  if (bytes[at] === quote) {
    for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    return Math.min(at + 1, bytes.length);
  }
  while (at < bytes.length && isWordByte(bytes[at] as number)) at++;
  return Math.min(Math.max(at, start + 1), bytes.length);
}

/** Bytes of numbers and words: `-1.5e+3`, `true`, `-Infinity`. */
function isWordByte(byte: number): boolean {
  const letter = byte | 0x20;
  return (
    isDigit(byte) || (letter >= 0x61 && letter <= 0x7a) || byte === 0x2b || byte === 0x2d || byte === 0x2e
  );
}

/** The text of a string with its quotes; undefined where it is none. */
export function stringOf(bytes: Buffer, start: number, end: number): string | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', start, end));
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const numberPattern = /^-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)$|^NaN$/;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  atEnd(): boolean {
    this.#skip();
    return this.#at === this.#bytes.length;
  }

  value(depth: number): Value | undefined {
    this.#skip();
    const start = this.#at;
    if (depth > deepest || start === this.#bytes.length) return undefined;
    if (this.#take(0x5b)) return this.#list(depth);
    if (this.#take(0x7b)) return this.#object(depth);
    const end = valueEnd(this.#bytes, start);
    this.#at = end;
    if (this.#bytes[start] === quote) {
      return stringOf(this.#bytes, start, end) === undefined ? undefined : { kind: 'string', start, end };
    }
    const word = this.#bytes.toString('latin1', start, end);
    if (word === 'true' || word === 'false' || word === 'null') return { kind: 'word', start, end };
    return numberPattern.test(word) ? { kind: 'number', start, end } : undefined;
  }

  #list(depth: number): Value | undefined {
    const items: Value[] = [];
    if (this.#take(0x5d)) return { kind: 'list', items };
    do {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    } while (this.#take(0x2c));
    return this.#take(0x5d) ? { kind: 'list', items } : undefined;
  }

  #object(depth: number): Value | undefined {
    const fields = new Map<string, Value>();
    if (this.#take(0x7d)) return { kind: 'object', fields };
    do {
      this.#skip();
      const start = this.#at;
      if (this.#bytes[start] !== quote) return undefined;
      this.#at = valueEnd(this.#bytes, start);
      const name = stringOf(this.#bytes, start, this.#at);
      if (name === undefined || !this.#take(0x3a)) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      fields.set(name, value);
    } while (this.#take(0x2c));
    return this.#take(0x7d) ? { kind: 'object', fields } : undefined;
  }

  #skip(): void {
    while (isJsonSpace(this.#bytes[this.#at])) this.#at++;
  }

  #take(byte: number): boolean {
    this.#skip();
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }
}
