/** The comparer `json`: the same JSON value. */

import { sameBytes } from './bytes.ts';
import { type Comparer, different, equal, preview } from './comparison.ts';
import { isJsonSpace, parseJson, stringOf, type Value, valueEnd } from './json-value.ts';
import type { TokenMatch } from './walk.ts';

/**
 * Values are the same structurally: lists in order, objects in any order of their fields, strings however escaped,
 * numbers as `numbers` says (`NaN` and `Infinity` are taken for numbers, as Python writes them); `true` is not 1, and a
 * field that comes twice is wrong. Only the expected output is read into memory: the other is followed along it, so that
 * neither its depth nor its size matters. Where the expected output is no JSON, `fallback` compares.
 */
export function jsonComparer(numbers: TokenMatch, fallback: Comparer): Comparer {
  const read = new WeakMap<Buffer, { value: Value | undefined }>();
  return (output, expected) => {
    if (output.equals(expected)) return equal;
    let known = read.get(expected);
    if (known === undefined) {
      known = { value: parseJson(expected) };
      read.set(expected, known);
    }
    if (known.value === undefined) return fallback(output, expected);
    const follower = new Follower(output, expected, numbers);
    return follower.whole(known.value) ? equal : different(follower.message);
  };
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;

/** Reads one value along another. */
class Follower {
  readonly #bytes: Buffer;
  readonly #expected: Buffer;
  readonly #numbers: TokenMatch;
  readonly #path: (string | number)[] = [];
  #at = 0;
  message = '';

  constructor(bytes: Buffer, expected: Buffer, numbers: TokenMatch) {
    this.#bytes = bytes;
    this.#expected = expected;
    this.#numbers = numbers;
  }

  whole(value: Value): boolean {
    if (!this.#follow(value)) return false;
    this.#skip();
    return this.#at === this.#bytes.length || this.#fail('the end');
  }

  #follow(value: Value): boolean {
    this.#skip();
    switch (value.kind) {
      case 'list':
        return this.#list(value.items);
      case 'object':
        return this.#object(value.fields);
      case 'string':
        return this.#string(value.start, value.end);
      case 'number':
        return this.#scalar(value.start, value.end, this.#numbers);
      case 'word':
        return this.#scalar(value.start, value.end, sameBytes);
    }
  }

  #list(items: readonly Value[]): boolean {
    if (!this.#take(0x5b)) return this.#fail('a list');
    for (const [index, item] of items.entries()) {
      this.#path.push(index);
      if (index > 0 && !this.#take(comma)) return this.#fail('another item');
      if (!this.#follow(item)) return false;
      this.#path.pop();
    }
    return this.#take(0x5d) || this.#fail(`the end of a list of ${items.length}`);
  }

  #object(fields: ReadonlyMap<string, Value>): boolean {
    if (!this.#take(0x7b)) return this.#fail('an object');
    const seen = new Set<string>();
    while (seen.size < fields.size) {
      if (seen.size > 0 && !this.#take(comma)) return this.#fail('another field');
      this.#skip();
      const end = this.#bytes[this.#at] === quote ? valueEnd(this.#bytes, this.#at) : this.#at;
      const name = end === this.#at ? undefined : stringOf(this.#bytes, this.#at, end);
      const field = name === undefined || seen.has(name) ? undefined : fields.get(name);
      if (name === undefined || field === undefined) return this.#fail('one of the other fields');
      seen.add(name);
      this.#at = end;
      this.#path.push(name);
      if (!this.#take(colon)) return this.#fail('a value');
      if (!this.#follow(field)) return false;
      this.#path.pop();
    }
    return this.#take(0x7d) || this.#fail(`the end of an object of ${fields.size}`);
  }

  #string(start: number, end: number): boolean {
    const [bytes, at] = [this.#bytes, this.#at];
    const wrong = () => this.#fail(preview(this.#expected, start, end));
    if (bytes[at] !== quote) return wrong();
    const stop = valueEnd(bytes, at);
    if (!sameBytes(bytes, at, stop, this.#expected, start, end)) {
      const escaped =
        bytes.subarray(at, stop).includes(backslash) ||
        this.#expected.subarray(start, end).includes(backslash);
      const text = escaped ? stringOf(bytes, at, stop) : undefined;
      if (text === undefined || text !== stringOf(this.#expected, start, end)) return wrong();
    }
    this.#at = stop;
    return true;
  }

  #scalar(start: number, end: number, match: TokenMatch): boolean {
    const stop = valueEnd(this.#bytes, this.#at);
    const same =
      sameBytes(this.#bytes, this.#at, stop, this.#expected, start, end) ||
      match(this.#bytes, this.#at, stop, this.#expected, start, end);
    if (!same) return this.#fail(preview(this.#expected, start, end));
    this.#at = stop;
    return true;
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

  #fail(wanted: string): false {
    const place = this.#path
      .map((step) => `[${typeof step === 'number' ? step : JSON.stringify(step)}]`)
      .join('');
    const shown = preview(this.#bytes, this.#at, valueEnd(this.#bytes, this.#at));
    const found = this.#at === this.#bytes.length ? 'the end' : shown;
    this.message = `${place.length > 80 ? `…${place.slice(-80)}` : place || 'value'}: ${found}, expected ${wanted}`;
    return false;
  }
}
