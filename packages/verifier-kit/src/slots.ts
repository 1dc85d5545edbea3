/** Who judges when: a fixed number of slots, calls served in the order in which they came, one timer for all. */
import type { Logger } from 'pino';
import type { VerifyContext } from './definition.ts';

/** A call that waits for slots. */
export interface Work {
  /** Pieces that have not been started. */
  readonly waiting: number;
  /** Starts the next piece. A piece that does not finish at once is given to `Slots.hold`. */
  startNext(now: number): void;
  /** A piece was given up: it ran for longer than its time. */
  gaveUp(piece: Piece): void;
}

/** One piece of running work (a candidate, or a whole batch); what the author's function sees as its context. */
export class Piece implements VerifyContext {
  readonly work: Work;
  readonly log: Logger;
  readonly problemDigest: string;
  /** When it started, or last made progress (ms). */
  since: number;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(work: Work, log: Logger, problemDigest: string, now: number) {
    this.work = work;
    this.log = log;
    this.problemDigest = problemDigest;
    this.since = now;
  }

  // Made when asked for: most functions never ask, and a controller costs more than a quick verdict.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

/** Milliseconds for which synchronous work may hold up health checks, cancellations and other calls. */
const turnMs = 10;

export class Slots {
  readonly size: number;
  readonly #timeoutMs: number;
  readonly #onLeak: (all: boolean) => void;
  readonly #queue: Work[] = [];
  /** In the order in which they expire, since all have the same time. */
  readonly #running = new Set<Piece>();
  /** Given up, but not settled: they still use what a slot stands for. */
  readonly #leaked = new Set<Piece>();
  #timer: NodeJS.Timeout | undefined;
  #yielded = false;

  /** `onLeak` hears of every change of whether all slots are leaked. */
  constructor(size: number, timeoutMs: number, onLeak: (all: boolean) => void) {
    this.size = size;
    this.#timeoutMs = timeoutMs;
    this.#onLeak = onLeak;
  }

  get leaked(): number {
    return this.#leaked.size;
  }

  get busy(): number {
    return this.#running.size + this.#leaked.size;
  }

  enqueue(work: Work): void {
    this.#queue.push(work);
    this.pump();
  }

  /** Forgets what a cancelled call still waits for. */
  remove(work: Work): void {
    const at = this.#queue.indexOf(work);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  /** The piece runs on: it takes a slot until it is released. */
  hold(piece: Piece): void {
    this.#running.add(piece);
    this.#timer ??= this.#arm(this.#timeoutMs);
  }

  /** The piece made progress: its time starts anew. */
  touch(piece: Piece, now: number): void {
    piece.since = now;
    if (this.#running.delete(piece)) this.#running.add(piece);
  }

  /** The piece settled; false where it had been given up before. To be followed by `pump`. */
  release(piece: Piece): boolean {
    const inTime = this.#running.delete(piece);
    if (!inTime) {
      const all = this.#leaked.size === this.size;
      this.#leaked.delete(piece);
      if (all) this.#onLeak(false);
    }
    return inTime;
  }

  /** Starts what there are free slots for. */
  pump(): void {
    if (this.#yielded) return;
    const until = performance.now() + turnMs;
    for (let work = this.#queue[0]; work !== undefined && this.busy < this.size; work = this.#queue[0]) {
      if (work.waiting === 0) {
        this.#queue.shift();
        continue;
      }
      const now = performance.now();
      if (now > until) {
        this.#yielded = true;
        setImmediate(() => {
          this.#yielded = false;
          this.pump();
        });
        return;
      }
      work.startNext(now);
    }
  }

  #arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), ms).unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const piece of this.#running) {
      const left = piece.since + this.#timeoutMs - now;
      if (left > 0) {
        this.#timer = this.#arm(Math.ceil(left));
        return;
      }
      this.#running.delete(piece);
      this.#leaked.add(piece);
      if (this.#leaked.size === this.size) this.#onLeak(true);
      piece.work.gaveUp(piece);
      piece.abort(new Error(`gave up after ${this.#timeoutMs} ms`));
    }
  }
}
