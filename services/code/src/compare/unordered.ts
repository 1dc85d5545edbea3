/** The comparer `unordered`: the same lines, or tokens, in any order, each as often. */
import { newline, sameBytes, whiteSpace } from './bytes.ts';
import { type Comparer, different, equal, preview } from './comparison.ts';

/**
 * Bytes between the tokens of a line count as one space, lines without tokens do not count; tokens are compared as
 * bytes. Only the distinct pieces of the expected output are kept, as offsets; the other is read once.
 */
export function unorderedComparer(unit: 'line' | 'token'): Comparer {
  const next = unit === 'line' ? lineEnd : tokenEnd;
  return (output, expected) => {
    if (output.equals(expected)) return equal;
    const bag = new Bag(expected);
    let total = 0;
    for (let at = skip(expected, 0); at < expected.length; ) {
      const end = next(expected, at);
      total++;
      bag.add(at, end);
      at = skip(expected, end);
    }
    let seen = 0;
    for (let at = skip(output, 0); at < output.length; ) {
      const end = next(output, at);
      seen++;
      if (!bag.take(output, at, end)) {
        return different(
          `${unit} ${seen}: ${preview(output, at, end)}, which is not expected, or not so often`,
        );
      }
      at = skip(output, end);
    }
    return seen === total ? equal : different(`${seen} ${unit}s, expected ${total}`);
  };
}

function skip(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && whiteSpace[bytes[at] as number] === 1) at++;
  return at;
}

function tokenEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && whiteSpace[bytes[at] as number] === 0) at++;
  return at;
}

/** End of a line without the space that it ends in. */
function lineEnd(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(newline, start);
  if (end < 0) end = bytes.length;
  while (end > start && whiteSpace[bytes[end - 1] as number] === 1) end--;
  return end;
}

/** Counts pieces of one buffer by content, in an open hash table of offsets. */
class Bag {
  readonly #bytes: Buffer;
  #size = 1024;
  #distinct = 0;
  #starts = new Uint32Array(this.#size);
  #ends = new Uint32Array(this.#size);
  #hashes = new Int32Array(this.#size);
  #counts = new Uint32Array(this.#size);

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  add(start: number, end: number): void {
    // Never more than half full: chains stay short whatever is looked up.
    if (2 * this.#distinct >= this.#size) this.#grow();
    const hash = hashOf(this.#bytes, start, end);
    const slot = this.#slot(this.#bytes, start, end, hash);
    if (this.#ends[slot] === 0) this.#distinct++;
    this.#put(slot, start, end, hash, (this.#counts[slot] as number) + 1);
  }

  /** Takes out one piece of this content; false where there is none left. */
  take(bytes: Buffer, start: number, end: number): boolean {
    const slot = this.#slot(bytes, start, end, hashOf(bytes, start, end));
    const count = this.#counts[slot] as number;
    if (count === 0) return false;
    this.#counts[slot] = count - 1;
    return true;
  }

  #put(slot: number, start: number, end: number, hash: number, count: number): void {
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    this.#hashes[slot] = hash;
    this.#counts[slot] = count;
  }

  #grow(): void {
    const [starts, ends, hashes, counts] = [this.#starts, this.#ends, this.#hashes, this.#counts];
    this.#size *= 2;
    this.#starts = new Uint32Array(this.#size);
    this.#ends = new Uint32Array(this.#size);
    this.#hashes = new Int32Array(this.#size);
    this.#counts = new Uint32Array(this.#size);
    for (const [old, end] of ends.entries()) {
      if (end === 0) continue;
      const hash = hashes[old] as number;
      let slot = hash & (this.#size - 1);
      while (this.#ends[slot] !== 0) slot = (slot + 1) & (this.#size - 1);
      this.#put(slot, starts[old] as number, end, hash, counts[old] as number);
    }
  }

  /** Where this content is, or would be. Pieces are never empty: an end of 0 marks a free slot. */
  #slot(bytes: Buffer, start: number, end: number, hash: number): number {
    let slot = hash & (this.#size - 1);
    for (;;) {
      const theirEnd = this.#ends[slot] as number;
      if (theirEnd === 0) return slot;
      const theirStart = this.#starts[slot] as number;
      if (this.#hashes[slot] === hash && samePiece(bytes, start, end, this.#bytes, theirStart, theirEnd)) {
        return slot;
      }
      slot = (slot + 1) & (this.#size - 1);
    }
  }
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  let inSpace = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const space = whiteSpace[byte] === 1;
    if (space && inSpace) continue;
    hash = Math.imul(hash ^ (space ? 0x20 : byte), 0x01000193);
    inSpace = space;
  }
  // The low bits choose the slot: mix the high ones into them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function samePiece(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  let [i, j] = [aStart, bStart];
  while (i < aEnd && j < bEnd) {
    const [iEnd, jEnd] = [Math.min(tokenEnd(a, i), aEnd), Math.min(tokenEnd(b, j), bEnd)];
    if (!sameBytes(a, i, iEnd, b, j, jEnd)) return false;
    [i, j] = [skip(a, iEnd), skip(b, jEnd)];
  }
  return i >= aEnd && j >= bEnd;
}
