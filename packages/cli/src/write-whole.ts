/** Files that are there whole or not at all. */
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file piece by piece; its folder is made. Whoever reads it meanwhile sees the whole old one or the whole new
 * one, also where writing fails or `signal` aborts it. What is there and is no file (a pipe, /dev/stdout) is written
 * into as it comes, and stays what it is; so does a symbolic link.
 */
export async function writeWhole(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const write = (to: string) =>
    pipeline(Readable.from(pieces), createWriteStream(to), { ...(signal && { signal }) });
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return write(path);
  const target = there === undefined ? path : await realpath(path);
  const draft = `${target}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await write(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
