/** Lines of a byte stream. */

export interface Line {
  /** Counted from 1. */
  number: number;
  /** Without its line feed; only its beginning where it was too long. */
  bytes: Buffer;
  /** False for a last line without line feed. */
  ended: boolean;
  /** Its length in bytes, where it was longer than allowed and is not held. */
  tooLong?: number;
}

const lineFeed = 10;
const beginningBytes = 256;

/**
 * Splits at line feeds, a list of lines for each chunk. Never holds more than one chunk and `maxBytes` of a line. A
 * UTF-8 byte order mark is dropped. A carriage return stays: it is white space to JSON and to YAML.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line[]> {
  let number = 1;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const line = (tail: Buffer, ended: boolean): Line => {
    const length = heldBytes + tail.length;
    let bytes = held.length === 0 ? tail : Buffer.concat([...held, tail]);
    held = [];
    heldBytes = 0;
    if (number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
      bytes = bytes.subarray(3);
    if (length <= maxBytes) return { number: number++, bytes, ended };
    return { number: number++, bytes: bytes.subarray(0, beginningBytes), ended, tooLong: length };
  };

  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      lines.push(line(chunk.subarray(start, end), true));
      start = end + 1;
    }
    if (start < chunk.length) {
      if (heldBytes <= maxBytes) held.push(chunk.subarray(start));
      heldBytes += chunk.length - start;
      if (heldBytes > maxBytes) held = [Buffer.concat(held, Math.min(beginningBytes, heldBytes))];
    }
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) yield [line(Buffer.alloc(0), false)];
}

/** Whether nothing but white space is in a line. */
export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  return true;
}
