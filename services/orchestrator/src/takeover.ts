/** Takes over the work of processes that are gone, as far as this one can judge it. */
import { AssayError } from '@assay/contract';
import type { TakenWork } from '@assay/store';
import type { VerifierPool } from './pool.ts';
import type { Sharing } from './shared.ts';
import type { ProblemRef } from './task.ts';

/** Milliseconds between questions for such work. */
const intervalMs = 500;
/** Work that is taken at a time. */
const takeSize = 256;
/** Processes that died or failed with work, the last ones with nothing else that is suspect, before it is given up. */
const poisonAfter = 8;

export interface TakeoverEvents {
  pools(): Iterable<VerifierPool>;
  /** How much more this process can have under way: work, and bytes of it with its problems. */
  room(): { count: number; bytes: number };
  /** Has it judged; settles once it is on its way. */
  adopt(work: TakenWork, problem: ProblemRef): Promise<void>;
}

export class Takeover {
  readonly #sharing: Sharing;
  readonly #events: TakeoverEvents;
  /** By digest: a problem is in memory once, however often work of it is taken. */
  readonly #problems = new Map<string, WeakRef<ProblemRef>>();
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> | undefined;
  #closed = false;

  constructor(sharing: Sharing, events: TakeoverEvents) {
    this.#sharing = sharing;
    this.#events = events;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#taking ??= this.#take()
        // The store may be back next time; what was taken meanwhile is given back.
        .catch(() => this.#sharing.giveUp())
        .finally(() => {
          this.#taking = undefined;
        });
    }, intervalMs);
  }

  async #take(): Promise<void> {
    for (;;) {
      const verifiers = [...this.#events.pools()].filter(isReady).map(({ name }) => name);
      const { count, bytes } = this.#events.room();
      const limit = Math.min(takeSize, count);
      if (verifiers.length === 0 || limit <= 0 || bytes <= 0 || this.#closed) return;
      const taken = await this.#sharing.take(verifiers, limit, bytes);
      const failed: string[] = [];
      const left = taken.map(({ key }) => key);
      try {
        for (const work of taken) {
          if (!(await this.#adopt(work))) failed.push(work.key);
          left.shift();
        }
      } catch {
        // The store has failed, which is no fault of the work.
        this.#sharing.release(left);
      }
      // Others may know what to do with it; where nobody does, it is given up in the end.
      this.#sharing.release(failed, true);
      if (taken.length < limit || failed.length + left.length > 0) return;
    }
  }

  /** False where that failed, for what the work is. Rejects where it is the store that failed. */
  async #adopt(work: TakenWork): Promise<boolean> {
    try {
      if (work.taken >= poisonAfter) await this.#sharing.condemn(work);
      else await this.#events.adopt(work, await this.#problem(work.digest));
      return true;
    } catch (error) {
      if (error instanceof AssayError && /^store_(read|write)$/.test(error.code)) throw error;
      return false;
    }
  }

  async #problem(digest: string): Promise<ProblemRef> {
    const known = this.#problems.get(digest)?.deref();
    if (known !== undefined) return known;
    const problem = await this.#sharing.problem(digest);
    for (const [old, ref] of this.#problems) if (ref.deref() === undefined) this.#problems.delete(old);
    this.#problems.set(digest, new WeakRef(problem));
    return problem;
  }

  /** Nothing is taken any more once this settles. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#taking;
  }
}

function isReady({ replicas }: VerifierPool): boolean {
  return [...replicas].some(({ state }) => state === 'READY');
}
