/** The framing of the REPL's stdout: JSON documents over several lines, each followed by an empty line. */
import { isUtf8 } from 'node:buffer';

export type Cut =
  | { readonly kind: 'document'; readonly value: unknown; readonly bytes: number }
  /** The document has more bytes than it may have, and may not have ended yet. */
  | { readonly kind: 'long'; readonly bytes: number }
  /** What ends at an empty line is not a JSON document. */
  | { readonly kind: 'garbage'; readonly detail: string };

const newline = 0x0a;
const emptyLine = Buffer.from('\n\n');

/**
 * Cuts a stream of bytes into documents, wherever its chunks begin and end. JSON has no raw line breaks in its strings,
 * so an empty line is never inside of a document. Each byte is looked at once, and no line is too long.
 */
export class DocumentReader {
  #chunks: Buffer[] = [];
  /** Chunks in which no document ends. */
  #searched = 0;
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** Start of the bytes that are no document yet; empty where there are none. */
  get pending(): string {
    return this.#bytes === 0 ? '' : quote(this.#chunks[0] as Buffer);
  }

  /** Takes the next document. After anything but a document the rest of the stream means nothing. */
  next(maxBytes: number): Cut | undefined {
    const end = this.#end();
    if (end === undefined) return this.#bytes > maxBytes ? { kind: 'long', bytes: this.#bytes } : undefined;
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const document = all.subarray(0, end);
    this.#chunks = end < all.length ? [all.subarray(end)] : [];
    this.#bytes = all.length - end;
    this.#searched = 0;
    if (end > maxBytes) return { kind: 'long', bytes: end };
    if (!isUtf8(document)) return { kind: 'garbage', detail: `not UTF-8: ${quote(document)}` };
    try {
      return { kind: 'document', value: JSON.parse(document.toString('utf8')), bytes: end };
    } catch {
      return { kind: 'garbage', detail: `not JSON: ${quote(document)}` };
    }
  }

  /** Position after the first empty line. */
  #end(): number | undefined {
    for (; this.#searched < this.#chunks.length; this.#searched++) {
      const chunk = this.#chunks[this.#searched] as Buffer;
      const before = this.#chunks[this.#searched - 1]?.at(-1) ?? newline;
      const first = chunk.indexOf(emptyLine);
      // Position of the line break that makes an empty line, with the one before it.
      const second = before === newline && chunk[0] === newline ? 0 : first >= 0 ? first + 1 : undefined;
      if (second === undefined) continue;
      let end = second + 1;
      for (const earlier of this.#chunks.slice(0, this.#searched)) end += earlier.length;
      return end;
    }
    return undefined;
  }
}

function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 80).toString('utf8'));
}
