/** Public data sets, brought from their homes and checked. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';
import { type Lock, lockFile } from '../lock.ts';
import { replaceFile } from '../replace-file.ts';
import { type DownloadOptions, download, sumOf } from './download.ts';
import type { PublicFile, PublicSet } from './registry.ts';

export interface PullOptions extends Pick<DownloadOptions, 'signal' | 'tries' | 'backoffMs' | 'idleMs'> {
  /** Folder of all sets; each gets one of its name. */
  readonly dir: string;
  /** Origin (and path) in place of each file's own: a mirror. */
  readonly baseUrl?: string | undefined;
  /** Replaces files that are there and differ, and forgets the sum of the first download. */
  readonly force?: boolean | undefined;
  readonly onBytes?: (file: PublicFile, bytes: number) => void;
}

/**
 * By what a file was found to be the right one: `pinned`, a sum known in advance; `locked`, that of the first download,
 * in the lock file; `server`, a sum that the server gave with it; `first use`, nothing: its sum is in the lock file now.
 */
export type Check = 'pinned' | 'locked' | 'server' | 'first use';

export interface Pulled {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly check: Check;
  /** It was there already. */
  readonly present: boolean;
}

/** In `dir`. */
export const lockName = 'datasets.lock.json';

interface Sums {
  schema: 'assay.datasets/v1';
  /** By path below the folder. */
  files: Record<string, { url: string; sha256: string; bytes: number }>;
}

/** Most bytes of a file of unknown size. */
const maxBytes = 2 ** 31;

/**
 * Brings one file of a set, unless it is there. Errors: `file_differs`, `checksum`, `bad_lock`, `datasets_busy` where
 * another process brings sets into the folder, `download_write`, those of `download`.
 */
export async function pullFile(set: PublicSet, file: PublicFile, options: PullOptions): Promise<Pulled> {
  const { dir } = options;
  let lock: Lock | undefined;
  try {
    await mkdir(dirname(join(dir, set.name, file.path)), { recursive: true });
    lock = lockFile(join(dir, lockName));
  } catch (cause) {
    throw writeError(dir, cause);
  }
  if (lock === undefined) {
    throw new AssayError('datasets_busy', `Another process brings data sets into ${dir}.`, {
      mend: 'Wait for it or stop it, or name another folder with --dir.',
    });
  }
  try {
    return await pullAlone(set, file, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof AssayError ? error : writeError(dir, error);
  } finally {
    lock.release();
  }
}

async function pullAlone(set: PublicSet, file: PublicFile, options: PullOptions): Promise<Pulled> {
  const name = `${set.name}/${file.path}`;
  const path = join(options.dir, name);
  const sums = await readSums(options.dir);
  const before = options.force ? undefined : sums.files[name];
  const locked = before?.url === file.url ? before.sha256 : undefined;
  const known = file.sha256 ?? locked;
  if (existsSync(path)) {
    const sha256 = await sumOf(path);
    if (sha256 === known) {
      const check = file.sha256 === undefined ? 'locked' : 'pinned';
      return { path, bytes: (await stat(path)).size, sha256, check, present: true };
    }
    if (!options.force) {
      throw new AssayError(
        'file_differs',
        `${path} is there${known === undefined ? ', and nothing says that it is the right one' : ' and has other content'}.`,
        { mend: '--force replaces it.' },
      );
    }
  }
  const part = `${path}.part`;
  const { serverSum } = await download(addressOf(file.url, options.baseUrl), part, {
    ...options,
    maxBytes: file.bytes ?? maxBytes,
    exact: file.bytes !== undefined,
    resume: known !== undefined,
    onBytes: (bytes) => options.onBytes?.(file, bytes),
  });
  const sha256 = await sumOf(part);
  const wanted = known ?? serverSum;
  if (wanted !== undefined && sha256 !== wanted) {
    await rm(part, { force: true });
    throw new AssayError('checksum', `${file.url} has the SHA-256 ${sha256}, not ${wanted}.`, {
      mend: 'It was thrown away. Try again; where a mirror is named, try without; --force forgets a first download.',
    });
  }
  const { size: bytes } = await stat(part);
  await rename(part, path);
  await addSum(options.dir, sums, name, { url: file.url, sha256, bytes });
  const check =
    file.sha256 !== undefined
      ? 'pinned'
      : locked !== undefined
        ? 'locked'
        : serverSum !== undefined
          ? 'server'
          : 'first use';
  return { path, bytes, sha256, check, present: false };
}

/** The address at a mirror: its base in place of the origin. */
function addressOf(url: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return url;
  const { pathname, search } = new URL(url);
  return `${baseUrl.replace(/\/+$/, '')}${pathname}${search}`;
}

async function readSums(dir: string): Promise<Sums> {
  const path = join(dir, lockName);
  if (!existsSync(path)) return { schema: 'assay.datasets/v1', files: {} };
  try {
    const sums = JSON.parse(await readFile(path, 'utf8')) as Sums;
    if (sums.schema !== 'assay.datasets/v1' || !(sums.files instanceof Object)) {
      throw new Error('it has another schema');
    }
    return sums;
  } catch (error) {
    throw new AssayError('bad_lock', `${path} cannot be read: ${messageOf(error)}`, {
      mend: 'Restore it; without it, files of which no sum is known in advance are taken as they come.',
    });
  }
}

async function addSum(dir: string, sums: Sums, name: string, entry: Sums['files'][string]): Promise<void> {
  const files = { ...sums.files, [name]: entry };
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  await replaceFile(join(dir, lockName), `${JSON.stringify({ ...sums, files: sorted }, null, 2)}\n`);
}

function writeError(dir: string, cause: unknown): AssayError {
  return new AssayError('download_write', `Cannot write into ${dir}: ${messageOf(cause)}`, {
    mend: 'Make room, or name another folder with --dir.',
    cause,
  });
}
