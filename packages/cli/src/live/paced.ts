/** What is dear to make, made no more often than it is worth. */
import { AssayError } from '@assay/contract';

export interface Pace {
  /** Milliseconds between the end of one making and the next, at least. */
  leastMs: number;
  /** The same, in times that the last making took: 9 lets it take a tenth of the time. */
  pauses: number;
}

/** One after another: of several dear things only one is made at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** A value that is made when it is asked for, unless the last one is of the same version or its pause is not over. */
export class Paced<T> {
  readonly #make: () => Promise<T>;
  readonly #pace: Pace;
  readonly #turns: Turns;
  #made: { value: T; version: string } | undefined;
  #making: Promise<T> | undefined;
  #notBefore = 0;
  /** Waits in its place while a pause after a failure lasts. */
  #failure: unknown;

  constructor(make: () => Promise<T>, pace: Pace, turns = new Turns()) {
    this.#make = make;
    this.#pace = pace;
    this.#turns = turns;
  }

  /** The newest value there may be; waits while it is made. Rejects as the making does. */
  async get(version: string): Promise<T> {
    if (this.#isDue(version)) return this.#start(version);
    if (this.#making !== undefined && this.#made === undefined) return this.#making;
    if (this.#made === undefined) throw this.#failure ?? new AssayError('internal', 'Nothing was made.');
    return this.#made.value;
  }

  /** The newest value there is; a newer one is begun where it may be. Undefined: none yet. */
  peek(version: string): T | undefined {
    if (this.#isDue(version)) this.#start(version).catch(() => {});
    return this.#made?.value;
  }

  get isMaking(): boolean {
    return this.#making !== undefined;
  }

  #isDue(version: string): boolean {
    if (this.#making !== undefined || this.#made?.version === version) return false;
    return performance.now() >= this.#notBefore;
  }

  #start(version: string): Promise<T> {
    this.#making = this.#turns.take(async () => {
      const start = performance.now();
      try {
        const value = await this.#make();
        this.#made = { value, version };
        return value;
      } catch (error) {
        this.#failure = error;
        throw error;
      } finally {
        const now = performance.now();
        this.#notBefore = now + Math.max(this.#pace.leastMs, this.#pace.pauses * (now - start));
        this.#making = undefined;
      }
    });
    return this.#making;
  }
}
