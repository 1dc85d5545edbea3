/** The file of samples: one row a candidate, on the disk before anybody is told of it. */
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';
import { type Lock, lockFile, readTableRows } from '@assay/datasets';
import { joinSettings, readSettings, type Settings, settingsPath, writeSettings } from './settings.ts';

/** A candidate, as `assay run FILE --problems PROBLEMS` reads it. */
export interface SampleRow {
  /** Of the problem. */
  readonly id: string;
  readonly index: number;
  readonly sample: string;
  /** Of the sample alone; absent where the server tells only what several choices had together. */
  readonly tokens?: number;
  /** Instead: their mean over the choices of the request. The sum over a file's rows is right. */
  readonly mean_tokens?: number;
  readonly prompt_tokens?: number;
  readonly finish_reason: string;
  readonly model: string;
  /** That the request was sent with. */
  readonly seed?: number;
  /** Place among the choices of a request for several. */
  readonly choice?: number;
  /** As in Prompt.digest. */
  readonly prompt_digest: string;
}

export class SampleFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #lock: Lock;
  #lines: string[] = [];
  #flushing: Promise<void> | undefined;
  #failure: AssayError | undefined;

  private constructor(path: string, handle: FileHandle, lock: Lock) {
    this.path = path;
    this.#handle = handle;
    this.#lock = lock;
  }

  /**
   * Opens the file to go on with it, or begins it; a last line that was cut off is removed. Close it. Errors:
   * `samples_busy`, `samples_differ`, `samples_settings`, `samples_foreign` where it was not written here or is no file on
   * a disk, `samples_write`.
   */
  static async open(path: string, settings: Settings): Promise<SampleFile> {
    const lock = await lockedFile(path);
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'a+');
      const { size } = await handle.stat();
      // Settings without samples are left of a file that was removed.
      const before = size > 0 ? await readSettings(path) : undefined;
      if (before === undefined && size > 0) {
        throw new AssayError('samples_foreign', `${path} is there, and ${settingsPath(path)} is not.`, {
          mend: 'Write to another file with --out: what is in this one was not drawn with known settings.',
        });
      }
      await writeSettings(path, before === undefined ? settings : joinSettings(path, before, settings));
      await cutTornLine(handle, size);
      if (size === 0) await syncFolder(path);
      return new SampleFile(path, handle, lock);
    } catch (error) {
      await handle?.close();
      lock.release();
      throw error instanceof AssayError ? error : writeError(path, error);
    }
  }

  /** The rows that are there. Error: `bad_row`. */
  async *rows(): AsyncGenerator<SampleRow> {
    if ((await this.#handle.stat()).size === 0) return;
    for await (const { line, fields } of readTableRows([this.path], { format: 'jsonl' })) {
      const { id, index, sample, prompt_digest: digest } = fields;
      const isRow = typeof id === 'string' && typeof sample === 'string' && typeof digest === 'string';
      if (!isRow || !Number.isSafeInteger(index) || (index as number) < 0) {
        throw new AssayError('bad_row', `${this.path}:${line} is no row of a sample.`, {
          mend: 'Remove the line, or write to another file with --out.',
        });
      }
      yield fields as unknown as SampleRow;
    }
  }

  /** Settles when the rows are on the disk. What comes while one write is under way shares the next. */
  async append(rows: readonly SampleRow[]): Promise<void> {
    for (const row of rows) this.#lines.push(`${JSON.stringify(row)}\n`);
    await this.#flushing?.catch(() => {});
    // Behind what was written in part, nothing more is.
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#lines.length > 0) this.#flushing = this.#flush();
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    try {
      await this.#handle.writeFile(text);
      await this.#handle.datasync();
    } catch (cause) {
      this.#failure = writeError(this.path, cause);
      throw this.#failure;
    }
  }

  /** Every problem has all its samples: what was solved is asked after all. */
  async endEarlyStop(): Promise<void> {
    const { earlyStop, ...settings } = (await readSettings(this.path)) ?? {};
    if (earlyStop) await writeSettings(this.path, settings as Settings);
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => {});
    await this.#handle.close();
    this.#lock.release();
  }
}

/** Makes sure that the path is one of a file that is read again as it was written, and that nobody else writes to it. */
async function lockedFile(path: string): Promise<Lock> {
  const there = await stat(path).catch(() => undefined);
  if (path === '-' || (there !== undefined && !there.isFile())) {
    throw new AssayError('samples_foreign', `${path} is no file that sampling could go on with.`, {
      mend: 'Name a file with --out.',
    });
  }
  let lock: Lock | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    lock = lockFile(path);
  } catch (cause) {
    throw writeError(path, cause);
  }
  if (lock !== undefined) return lock;
  throw new AssayError('samples_busy', `Another process writes to ${path}.`, {
    mend: 'Wait for it or stop it, or write to another file with --out.',
  });
}

/** A process that is killed while it writes leaves a line without end. */
async function cutTornLine(handle: FileHandle, size: number): Promise<void> {
  const chunk = Buffer.alloc(1 << 16);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - start, start);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (at >= 0) {
      if (start + at + 1 < size) await handle.truncate(start + at + 1);
      return;
    }
    end = start;
  }
  if (size > 0) await handle.truncate(0);
}

/** A new file's name is on the disk, too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(dirname(path));
  // Not every system can do that with a folder.
  await folder.sync().catch(() => {});
}

function writeError(path: string, cause: unknown): AssayError {
  return new AssayError('samples_write', `Cannot write ${path}: ${messageOf(cause)}`, {
    mend: 'What was written is kept: with room on the disk the same command goes on.',
    cause,
  });
}
