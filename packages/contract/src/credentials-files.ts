/** Files that may be replaced while a process runs: certificates, keys, tokens. */
import { readFileSync, statSync } from 'node:fs';
import { AssayError, messageOf } from './errors.ts';

/** Told of what a changed file is not good for. */
export type Note = (line: string) => void;

export const stderrNote: Note = (line) => void process.stderr.write(`${line}\n`);

/** Milliseconds between two looks at a file. */
const lookMs = 1_000;

/**
 * What some files say, read again when one of them changes (replaced, or behind a link that is turned elsewhere).
 * Where the new content cannot be used, the old one stays, and `note` is told once.
 */
export class LiveFiles<T> {
  readonly #files: readonly string[];
  readonly #read: () => T;
  readonly #note: Note;
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;
  #stamp: string;
  #lookedAt: number;
  #timer: NodeJS.Timeout | undefined;

  /** Reads for the first time: throws what `read` does. */
  constructor(files: readonly string[], read: () => T, note: Note = stderrNote) {
    this.#files = files;
    this.#read = read;
    this.#note = note;
    this.#stamp = stampOf(files);
    this.#value = read();
    this.#lookedAt = performance.now();
  }

  /** As of a second ago at most. */
  get value(): T {
    if (performance.now() - this.#lookedAt >= lookMs) this.refresh();
    return this.#value;
  }

  /** Looks now whether something has changed. */
  refresh(): void {
    this.#lookedAt = performance.now();
    const stamp = stampOf(this.#files);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#value = this.#read();
    } catch (error) {
      this.#note(`what was read before stays in use: ${messageOf(error)}`);
      return;
    }
    for (const listener of this.#listeners) listener(this.#value);
  }

  /** Calls the listener at every change, until it is taken out. */
  listen(listener: (value: T) => void): void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.refresh(), lookMs).unref();
  }

  unlisten(listener: (value: T) => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
    })
    .join();
}

/** A file's content. Error: `bad_file`, which says what it was for. */
export function readCredential(what: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw badFile(what, file, messageOf(cause), cause);
  }
}

export function badFile(what: string, file: string, why: string, cause?: unknown): AssayError {
  return new AssayError('bad_file', `Cannot use ${what} ${file}: ${why}.`, {
    mend: `Check the path, who may read it, and what it holds.`,
    cause,
  });
}
