/** Newline-delimited JSON, both ways, no faster than the other side reads. */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AssayError } from '@assay/contract';
import { parseJson, tooLarge } from './body.ts';
import type { Share } from './room.ts';

export const ndjsonType = 'application/x-ndjson';

const lineFeed = 0x0a;

/**
 * The values of the lines that are not blank, with the number of each; `share` holds a line that has not come whole.
 * Errors: `body_too_large`, `gateway_full`, `bad_utf8`, `bad_json`.
 */
export async function* linesOf(
  payload: Readable,
  maxBytes: number,
  share: Share,
): AsyncGenerator<{ value: unknown; line: number }> {
  let parts: Buffer[] = [];
  let held = 0;
  let line = 0;
  const take = (last: Buffer) => {
    const whole = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    held = 0;
    share.free();
    line++;
    const isBlank = whole.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
    return isBlank ? undefined : { value: parseJson(whole, `Line ${line}`), line };
  };
  // Whoever leaves has an answer to send on the same connection.
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      if (held + at - from > maxBytes) throw tooLarge(maxBytes, `Line ${line + 1}`);
      const found = take(chunk.subarray(from, at));
      if (found !== undefined) yield found;
      from = at + 1;
    }
    if (from < chunk.length) {
      held += chunk.length - from;
      if (held > maxBytes) throw tooLarge(maxBytes, `Line ${line + 1}`);
      share.take(chunk.length - from);
      parts.push(chunk.subarray(from));
    }
  }
  const found = take(Buffer.alloc(0));
  if (found !== undefined) yield found;
}

/** Texts to whoever may read slowly, or not at all. */
export class SlowWriter {
  readonly #stream: Writable;
  readonly #patienceMs: number;
  #drained: Promise<unknown> | undefined;
  /** Aborted where the reader is gone, or has not read for too long. */
  readonly gone = new AbortController();

  constructor(stream: Writable, patienceMs: number) {
    this.#stream = stream;
    this.#patienceMs = patienceMs;
    stream.on('close', () => {
      if (!stream.writableFinished) this.gone.abort(new AssayError('closed', 'The reader is gone.'));
    });
    stream.on('error', () => {});
  }

  /** Never waits: whoever writes more asks `ready` first. */
  write(text: string): void {
    if (this.#stream.destroyed || this.#stream.write(text) || this.#drained !== undefined) return;
    const timer = setTimeout(() => this.#stream.destroy(), this.#patienceMs);
    this.#drained = once(this.#stream, 'drain', { signal: this.gone.signal })
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer);
        this.#drained = undefined;
      });
  }

  /** Settles when the reader has caught up, or is gone. */
  async ready(): Promise<void> {
    await this.#drained;
  }
}
