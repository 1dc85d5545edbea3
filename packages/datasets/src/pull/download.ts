/** One file over HTTP: taken up again where it broke off, and whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, messageOf } from '@assay/contract';

export interface DownloadOptions {
  /** Most bytes of the file; exactly so many where `exact`. */
  readonly maxBytes: number;
  readonly exact: boolean;
  /** Whether what an earlier download left may be gone on with: its sum will be checked. */
  readonly resume: boolean;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Tries in a row that bring nothing. @default 5 */
  readonly tries?: number;
  /** Milliseconds before the second try; doubled for each more. @default 1000 */
  readonly backoffMs?: number;
  /** Milliseconds without any byte. @default 60_000 */
  readonly idleMs?: number;
}

/** What the server says of the content. */
export interface Downloaded {
  /** SHA-256 that the server gives (Git LFS), if any. */
  readonly serverSum: string | undefined;
}

const maxRedirects = 10;
const maxWaitMs = 60_000;

/** Worth another try. */
class Transient extends Error {
  readonly waitMs: number;

  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/**
 * Downloads into `path`, going on with what is there. Errors: `download_refused` (the server says no), `download_failed`
 * (no connection, or it breaks off again and again), `download_size`; the signal's reason.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  const { tries = 5, backoffMs = 1000, signal } = options;
  if (!options.resume) await rm(path, { force: true });
  for (let failed = 0; ; ) {
    const before = await sizeOf(path);
    try {
      return await attempt(url, path, before, options);
    } catch (error) {
      // What has no sum to be checked by must come from one answer; and too much does not become the right file.
      if (!options.resume || isTooLarge(error)) await rm(path, { force: true });
      signal?.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      failed = (await sizeOf(path)) > before ? 1 : failed + 1;
      if (failed >= tries) throw failure(url, error, tries);
      await sleep(Math.min(maxWaitMs, Math.max(error.waitMs, backoffMs * 2 ** (failed - 1))), undefined, {
        ...(signal && { signal }),
      });
    }
  }
}

async function attempt(
  url: string,
  path: string,
  have: number,
  { maxBytes, exact, onBytes, idleMs = 60_000, signal }: DownloadOptions,
): Promise<Downloaded> {
  const idle = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), idleMs);
  };
  alive();
  try {
    const either = AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]);
    const { response, serverSum } = await request(url, have, either);
    const { status, headers } = response;
    if (status === 416) {
      await response.body?.cancel();
      // All is there already, or more than there should be.
      if (exact && have === maxBytes) return { serverSum };
      await rm(path, { force: true });
      throw new Transient('the server has no more, and what is there is not all');
    }
    const goesOn = status === 206 && headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    if (status === 206 && !goesOn) throw new Transient('the server sent another part than asked for');
    let bytes = goesOn ? have : 0;
    const announced = Number(headers.get('content-length') ?? 0) + bytes;
    if (announced > maxBytes) throw tooLarge(url, announced, maxBytes);
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        alive();
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(url, bytes, maxBytes);
        onBytes?.(bytes);
        yield chunk;
      }
    };
    const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
    await pipeline(body, counted, createWriteStream(path, { flags: goesOn ? 'a' : 'w' }));
    if (exact && bytes < maxBytes) throw new Transient(`it ended after ${bytes} of ${maxBytes} bytes`);
    return { serverSum };
  } catch (error) {
    if (error instanceof AssayError || error instanceof Transient) throw error;
    if (idle.signal.aborted) throw new Transient(`nothing came for ${idleMs / 1000} s`);
    // Errors of the disk have a system call; those of the network are hidden in a TypeError of fetch.
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall !== undefined && /^(open|write|close)$/.test(syscall)) {
      throw new AssayError('download_write', `Cannot write ${path}: ${messageOf(error)} (${code})`, {
        mend: 'Make room, or name another folder with --dir.',
      });
    }
    throw new Transient(causeOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Follows redirects by itself: the sum of a file is told by the first server, not by the one that has its bytes. */
async function request(url: string, have: number, signal: AbortSignal) {
  let serverSum: string | undefined;
  let at = new URL(url);
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await fetch(at, {
      redirect: 'manual',
      signal,
      headers: {
        // A packed answer has other bytes than the file.
        'accept-encoding': 'identity',
        'user-agent': 'assay-datasets',
        ...(have > 0 && { range: `bytes=${have}-` }),
      },
    });
    serverSum ??= sumIn(response.headers);
    const location = response.headers.get('location');
    const { status } = response;
    if (status === 200 || status === 206 || status === 416) return { response, serverSum };
    await response.body?.cancel();
    if (status >= 300 && status < 400 && location !== null) {
      const next = new URL(location, at);
      if (next.protocol !== 'https:' && next.protocol !== at.protocol) {
        throw refused(url, `it leads to ${next.origin}, which is not encrypted`);
      }
      at = next;
      continue;
    }
    if (status === 408 || status === 429 || status >= 500) {
      throw new Transient(`the server answers ${status}`, retryAfterOf(response.headers));
    }
    throw refused(url, `the server answers ${status}`);
  }
  throw refused(url, `it leads on more than ${maxRedirects} times`);
}

/** Hugging Face names the SHA-256 of files in Git LFS so. */
function sumIn(headers: Headers): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1];
}

function retryAfterOf(headers: Headers): number {
  const value = headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;

/** SHA-256 of a file, in hexadecimal digits. */
export async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? messageOf(error) : messageOf(cause) || messageOf(error);
}

function refused(url: string, why: string): AssayError {
  return new AssayError('download_refused', `${url}: ${why}.`, {
    mend: 'Open the address in a browser: the set may have moved, or need a mirror (--base-url).',
  });
}

function tooLarge(url: string, bytes: number, most: number): AssayError {
  return new AssayError('download_size', `${url} has ${bytes} bytes or more, not ${most}.`, {
    mend: 'It is not the file that is meant; where a mirror is named, try without.',
  });
}

const isTooLarge = (error: unknown) => error instanceof AssayError && error.code === 'download_size';

function failure(url: string, { message }: Transient, tries: number): AssayError {
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => process.env[name]);
  const unused = proxy !== undefined && process.env.NODE_USE_ENV_PROXY !== '1';
  return new AssayError('download_failed', `${url}: ${message} (${tries} tries in a row).`, {
    mend: unused
      ? `${proxy} is set and not used: set NODE_USE_ENV_PROXY=1, too.`
      : 'Check the network; the same command goes on where it stopped. --base-url names a mirror.',
  });
}
