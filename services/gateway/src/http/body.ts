/** Bodies of requests: whole JSON within limits of size and time. */
import type { Readable } from 'node:stream';
import { AssayError } from '@assay/contract';
import type { Share } from './room.ts';

export interface BodyLimits {
  /** Of a JSON body, and of a line of NDJSON. */
  maxBytes: number;
  /** Milliseconds for a JSON body to come whole. */
  ms: number;
  /** Holds what has come. */
  share: Share;
}

export function tooLarge(maxBytes: number, what: string): AssayError {
  return new AssayError('body_too_large', `${what} has more than ${maxBytes} bytes.`, {
    mend: 'Send fewer candidates at a time, or as NDJSON, a line a batch.',
  });
}

/** Errors: `body_too_large`, `body_late`, `gateway_full`, `bad_utf8`, `bad_json`. */
export async function readJson(payload: Readable, { maxBytes, ms, share }: BodyLimits): Promise<unknown> {
  let parts: Buffer[] | undefined = [];
  let bytes = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = (error: unknown) => {
    parts = undefined;
    share.free();
    reject(error);
  };
  const late = () =>
    new AssayError('body_late', `The body was not there after ${ms} ms.`, {
      mend: 'Send what comes slowly as NDJSON.',
    });
  const timer = setTimeout(() => refuse(late()), ms);
  payload.on('data', (part: Buffer) => {
    // What is refused is read all the same, so that the answer is, too, but not kept.
    if (parts === undefined) return;
    bytes += part.length;
    if (bytes > maxBytes) return refuse(tooLarge(maxBytes, 'The body'));
    try {
      share.take(part.length);
      parts.push(part);
    } catch (error) {
      refuse(error);
    }
  });
  payload.once('end', resolve);
  payload.once('close', resolve);
  payload.once('error', reject);
  if (payload.destroyed) resolve();
  await promise.finally(() => clearTimeout(timer));
  // No body at all: whoever needs one says so.
  return bytes === 0 ? undefined : parseJson(Buffer.concat(parts ?? []), 'The body');
}

/** Errors: `bad_utf8`, `bad_json`. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AssayError('bad_utf8', `${what} is no UTF-8.`, { mend: 'Send JSON in UTF-8.' });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AssayError('bad_json', `${what} is no JSON: ${(cause as Error).message.slice(0, 200)}.`, {
      cause,
    });
  }
}
