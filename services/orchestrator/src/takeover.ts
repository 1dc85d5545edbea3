/** Takes over the work of processes that are gone, as far as this one can judge it. */
import { type ProblemInit, problemCodec } from '@assay/contract';
import type { TakenWork } from '@assay/store';
import type { VerifierPool } from './pool.ts';
import type { Sharing } from './shared.ts';
import type { ProblemRef } from './task.ts';

/** Milliseconds between questions for such work. */
const intervalMs = 500;
/** Work that is taken at a time. */
const takeSize = 256;

export interface TakeoverEvents {
  pools(): Iterable<VerifierPool>;
  /** How much more this process can have under way. */
  room(): number;
  /** Has it judged; settles once it is on its way. */
  adopt(work: TakenWork, problem: ProblemRef): Promise<void>;
}

export class Takeover {
  readonly #sharing: Sharing;
  readonly #events: TakeoverEvents;
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
      const limit = Math.min(takeSize, this.#events.room());
      if (verifiers.length === 0 || limit <= 0 || this.#closed) return;
      const taken = await this.#sharing.take(verifiers, limit);
      const problems = new Map<string, ProblemRef>();
      for (const work of taken) {
        const problem = problems.get(work.digest) ?? refOf(work);
        problems.set(work.digest, problem);
        await this.#events.adopt(work, problem);
      }
      if (taken.length < limit) return;
    }
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

function refOf({ digest, content }: TakenWork): ProblemRef {
  const message: ProblemInit = problemCodec.deserialize(Buffer.from(content));
  return { digest, message, bytes: content.length };
}
