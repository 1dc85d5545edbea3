/** Which problems a replica has: large ones travel once, then by their digest. */
import type { ProblemRef } from './task.ts';

/** Bytes; smaller ones are sent every time. */
const byDigestBytes = 16 * 1024;
const maxKnown = 1_000;
/** Problems that it goes on with before it takes another. */
const maxRecent = 8;

/** Whether it travels by its digest where it can. */
export function isLarge({ bytes }: ProblemRef): boolean {
  return bytes > byDigestBytes;
}

export class KnownProblems {
  readonly #known = new Set<string>();
  /** Large ones that it was sent last, the latest first. */
  recents: readonly string[] = [];

  /** Whether the content must travel. */
  lacks(problem: ProblemRef): boolean {
    return !isLarge(problem) || !this.#known.has(problem.digest);
  }

  recent(digest: string): boolean {
    return this.recents.includes(digest);
  }

  /** It is on its way there. */
  sent(problem: ProblemRef): void {
    if (!isLarge(problem) || this.recents[0] === problem.digest) return;
    const others = this.recents.filter((digest) => digest !== problem.digest);
    this.recents = [problem.digest, ...others].slice(0, maxRecent);
  }

  /** It is there: its first verdict has come. */
  arrived(problem: ProblemRef): void {
    if (!isLarge(problem)) return;
    this.#known.delete(problem.digest);
    this.#known.add(problem.digest);
    for (const oldest of this.#known) {
      if (this.#known.size <= maxKnown) break;
      this.#known.delete(oldest);
    }
  }

  forgotten(digest: string): void {
    this.#known.delete(digest);
  }

  clear(): void {
    this.#known.clear();
    this.recents = [];
  }
}
