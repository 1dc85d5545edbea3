/** The members of one JSON list or object in a byte stream, found without parsing it. */

export interface Member {
  /** Counted from 1. */
  number: number;
  /** What stands between two commas: a value, or `"key": value`. Only its beginning where it was too long. */
  bytes: Buffer;
  /** False where the stream ended in it. */
  ended: boolean;
  /** Its length in bytes, where it was longer than allowed and is not held. */
  tooLong?: number;
}

const beginningBytes = 256;
const quote = 34;
const backslash = 92;
const comma = 44;
const lineFeed = 10;

/**
 * Splits at the commas of the outermost list or object. Never holds more than one chunk and `maxBytes` of a member. A
 * string ends with its line at the latest (JSON has no line feed in it), so that one without an end does not turn all
 * that follows inside out; whether a member is JSON is for its parser to say.
 */
export class MemberSplitter {
  readonly #maxBytes: number;
  #place: 'before' | 'inside' | 'behind' = 'before';
  #closer = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Members found so far. */
  count = 0;
  /** Something follows the end of the list. */
  trailing = false;

  /** @param maxBytes most bytes of a member that are held. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the list or object has come to its end. */
  get closed(): boolean {
    return this.#place === 'behind';
  }

  /** The members that end in a chunk. */
  push(chunk: Buffer): Member[] {
    const members: Member[] = [];
    let start = this.#place === 'inside' ? 0 : chunk.length;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#place === 'before') {
        if (!isOpener(byte)) continue;
        this.#place = 'inside';
        this.#closer = byte + 2;
        start = at + 1;
      } else if (this.#place === 'behind') {
        if (byte > 32) this.trailing = true;
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote || byte === lineFeed) this.#inString = false;
      } else if (byte === quote) {
        this.#inString = true;
      } else if (isOpener(byte)) {
        this.#depth++;
      } else if (this.#depth > 0) {
        if (isCloser(byte)) this.#depth--;
      } else if (byte === comma || byte === this.#closer) {
        const member = this.#complete(chunk.subarray(start, at), true);
        start = at + 1;
        if (byte === this.#closer) this.#place = 'behind';
        // [] has no member; [1,] has a second one, which is blank.
        if (byte === comma || this.count > 0 || !isNothing(member)) members.push(this.#number(member));
      }
    }
    if (this.#place === 'inside') this.#hold(chunk.subarray(start));
    return members;
  }

  /** The member in which the stream ended. */
  end(): Member | undefined {
    if (this.#place !== 'inside') return undefined;
    const member = this.#complete(Buffer.alloc(0), false);
    return isNothing(member) ? undefined : this.#number(member);
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#heldBytes <= this.#maxBytes) this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#maxBytes) {
      this.#held = [Buffer.concat(this.#held, Math.min(beginningBytes, this.#heldBytes))];
    }
  }

  #complete(tail: Buffer, ended: boolean): Omit<Member, 'number'> {
    const length = this.#heldBytes + tail.length;
    const bytes = this.#held.length === 0 ? tail : Buffer.concat([...this.#held, tail]);
    this.#held = [];
    this.#heldBytes = 0;
    if (length <= this.#maxBytes) return { bytes, ended };
    return { bytes: bytes.subarray(0, beginningBytes), ended, tooLong: length };
  }

  #number(member: Omit<Member, 'number'>): Member {
    return { number: ++this.count, ...member };
  }
}

function isOpener(byte: number): boolean {
  return byte === 91 || byte === 123;
}

function isCloser(byte: number): boolean {
  return byte === 93 || byte === 125;
}

/** Of a member that is too long only the beginning is known; a blank one says nothing of the rest. */
function isNothing({ bytes, tooLong }: Omit<Member, 'number'>): boolean {
  return tooLong === undefined && bytes.every((byte) => byte <= 32);
}
