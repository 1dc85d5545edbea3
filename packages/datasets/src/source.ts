/** Bytes of a file or of standard input, decompressed, with a look at their beginning. */
import { createReadStream } from 'node:fs';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { messageOf } from '@assay/contract';
import { Fault } from './fault.ts';
import { MemberSplitter } from './members.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface Source {
  compression: Compression;
  /** The beginning: up to the end of the first row, or `headBytes` of it. */
  head: Buffer;
  /** What went wrong after the head, if its reading failed. */
  failure: unknown;
  /** Everything, the head included; to be read once. Throws a Fault where reading or decompressing fails. */
  chunks: AsyncIterable<Buffer>;
  /** For a source that is not read to its end. */
  close(): Promise<void>;
}

const chunkBytes = 1 << 16;
const headBytes = 1 << 20;

/** Opens a path; `-` is standard input. `onBytes` is told how much is read, before it is decompressed. */
export async function openSource(path: string, onBytes: (bytes: number) => void = () => {}): Promise<Source> {
  const input: AsyncIterable<Buffer> =
    path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
  const raw = await peek(readable(input, onBytes), (head) => head.length >= 4);
  const compression = compressionOf(raw.head);
  if (compression === 'none') return { compression, ...(await peek(raw.chunks, hasRow)) };
  return { compression, ...(await peek(decompressed(raw.chunks, compression), hasRow)) };
}

/** Whether there is a line that has more than white space, or the first member of a list or object over many lines. */
function hasRow(head: Buffer): boolean {
  if (head.length >= headBytes) return true;
  const first = head.findIndex((byte) => byte > 32 && !byteOrderMark.includes(byte));
  const end = first < 0 ? -1 : head.indexOf(10, first);
  const opens =
    head[first] === 91 || (head[first] === 123 && head.toString('latin1', first, end).trim() === '{');
  return opens ? new MemberSplitter(headBytes).push(head).length > 0 : end >= 0;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function compressionOf(head: Buffer): Compression {
  if (head.length < 4) return 'none';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = head.readUInt32LE(0);
  // A zstd file may begin with a skippable frame (pzstd writes them).
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : 'none';
}

/** Reads until `enough` says so; what was read stays in front of the rest, an error stays behind it. */
async function peek(input: AsyncIterable<Buffer>, enough: (head: Buffer) => boolean) {
  const iterator = input[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let failure: unknown;
  let done = false;
  try {
    while (!done && !enough(head)) {
      const next = await iterator.next();
      if (next.done === true) done = true;
      else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    }
  } catch (error) {
    failure = error;
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      if (failure !== undefined) throw failure;
      for (;;) {
        const next = done ? undefined : await iterator.next();
        if (next === undefined || next.done === true) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  const close = async () => {
    await iterator.return?.();
  };
  return { head, failure, chunks: chunks(), close };
}

async function* readable(
  input: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of input) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw new Fault('unreadable', `reading failed: ${messageOf(error)}`, 'Check the file and its disk.');
  }
}

type Engine = Transform & { bytesWritten: number };

/**
 * Decompresses. Unlike a pipe it delivers all that was decompressed before an error, and it goes on behind the
 * end of a zstd frame (Node's decoder stops there without a word when the next frame is in the same chunk).
 */
async function* decompressed(
  input: AsyncIterable<Buffer>,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Buffer> {
  const start = () =>
    (compression === 'gzip' ? createGunzip : createZstdDecompress)({ chunkSize: 1 << 16 }) as Engine;
  let engine = start();
  try {
    for await (const chunk of input) {
      let rest = chunk;
      while (rest.length > 0) {
        const before = engine.bytesWritten;
        yield* pump(engine, (done) => engine.write(rest, done));
        rest = rest.subarray(engine.bytesWritten - before);
        if (rest.length > 0) {
          engine.destroy();
          // Behind gzip members there is only padding left.
          if (compression === 'gzip') return;
          engine = start();
        }
      }
    }
    yield* pump(engine, (done) => engine.once('end', done).end());
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'bad_compression',
      `${compression} data is damaged or cut off: ${messageOf(error)}`,
      `Copy or download the file again, or check it with \`${compression} -t\`. Rows before the damage were read.`,
    );
  } finally {
    engine.destroy();
  }
}

/** Yields what comes out of the engine until `begin` has called back and nothing more is there. */
async function* pump(engine: Engine, begin: (done: () => void) => void): AsyncGenerator<Buffer> {
  let settled = false;
  let wake = () => {};
  const events = ['readable', 'error', 'close'];
  const onEvent = () => wake();
  for (const event of events) engine.on(event, onEvent);
  begin(() => {
    settled = true;
    wake();
  });
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const chunk = engine.read() as Buffer | null;
      if (chunk !== null) yield chunk;
      else if (engine.errored !== null) throw engine.errored;
      else if (settled) return;
      else await woken;
    }
  } finally {
    for (const event of events) engine.off(event, onEvent);
  }
}
