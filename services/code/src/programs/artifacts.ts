/** Compiled programs by content: what was compiled once is not compiled again while there is room for it. */
import { hash } from 'node:crypto';
import type { BoxFile } from '../sandbox/protocol.ts';

/** What a source was compiled to, or why it was not. */
export type Compiled = { readonly files: readonly BoxFile[] } | { readonly diagnostics: string };

export class Artifacts {
  readonly #maxBytes: number;
  #bytes = 0;
  /** The least recently used first. */
  readonly #kept = new Map<string, { compiled: Compiled; bytes: number }>();
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  static key(...parts: string[]): string {
    return hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'base64url');
  }

  get(key: string): Compiled | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.compiled;
  }

  set(key: string, compiled: Compiled): void {
    const bytes =
      'files' in compiled
        ? compiled.files.reduce((sum, { content }) => sum + content.length, 200)
        : compiled.diagnostics.length + 200;
    this.#bytes += bytes - (this.#kept.get(key)?.bytes ?? 0);
    this.#kept.delete(key);
    this.#kept.set(key, { compiled, bytes });
    for (const [oldest, { bytes: size }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= size;
    }
  }
}
