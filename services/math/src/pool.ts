/**
 * Isolates in child processes. A process, because it is the only thing that can be ended at any moment: the timeout
 * of an isolate does not stop a native operation (one BigInt power can run for a minute), and an isolate that runs
 * out of memory may take its process along. A worker thread could be ended, too, but shares that fate with us.
 */
import { AssayError } from '@assay/contract';
import { Child, type Report } from './child.ts';
import type { Batch, Boot, Fault } from './messages.ts';

export interface PoolOptions {
  /** The script that runs in the isolates: what `serve` of loop.ts is called in. */
  readonly source: string;
  /** Calls that run at the same time, each in a child of its own. */
  readonly slots: number;
  /** Children above the slots, to take over at once from one that is ended. @default 1 */
  readonly spares?: number;
  /** Wall milliseconds for each item. @default 2000 */
  readonly timeoutMs?: number;
  /** Memory of an isolate. @default 128 */
  readonly memoryMb?: number;
  /** Most items of one call. @default 512 */
  readonly maxItems?: number;
  /** What each isolate judges before it is used, so that its code is compiled by then. @default nothing */
  readonly warmUp?: readonly Batch[];
}

/** What became of an item: the JSON that the isolate made of it, or why there is none. */
export type Outcome = { readonly value: unknown } | Failure;

export interface Failure {
  readonly fault: Fault;
  readonly message: string;
  /** It may be the machine's fault: the process died, or had no processor. */
  readonly byChance: boolean;
}

/** Most characters of the items of one call: bounds the memory that it takes. */
const maxCallLength = 1024 * 1024;

/** Children that die, or must be ended, without saying of what: so many a call, and what is left is given up. */
const maxDeaths = 24;

/** A process may die of other things, too: so many times with one item, and it is the item's fault. */
const maxStrikes = 3;

interface Waiting {
  readonly resolve: (child: Child) => void;
  readonly reject: (error: unknown) => void;
}

export class Pool {
  readonly #boot: Boot;
  readonly #slots: number;
  readonly #size: number;
  readonly #maxItems: number;
  readonly #children = new Set<Child>();
  /** Last one first: it is warm. */
  readonly #idle: Child[] = [];
  readonly #queue: Waiting[] = [];
  #running = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    const {
      source,
      slots,
      spares = 1,
      timeoutMs = 2_000,
      memoryMb = 128,
      maxItems = 512,
      warmUp = [],
    } = options;
    this.#boot = { source, memoryMb, timeoutMs, warmUp: warmUp.map((batch) => JSON.stringify(batch)) };
    this.#slots = slots;
    this.#size = slots + spares;
    this.#maxItems = maxItems;
  }

  /** Starts all children; throws AssayError `no_isolates` where they do not come up. */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#size }, () => this.#addChild()));
    } catch (cause) {
      this.close();
      throw new AssayError('no_isolates', `isolates do not start: ${(cause as Error).message}`, {
        mend: 'Check that isolated-vm is installed for this version of Node (npm ci); stderr may say more.',
        cause,
      });
    }
  }

  /** Process ids of the children that live. */
  get pids(): number[] {
    return [...this.#children].map(({ pid }) => pid);
  }

  /**
   * Judges items that have `head` in common. Yields outcomes in the order of the items, several at a time, as they
   * come; an item that does not end in time, or that ends its isolate, costs nothing but its own outcome. Throws the
   * signal's reason once it is aborted, and an Error where the pool is closed.
   */
  async *judge(head: string, items: readonly string[], signal?: AbortSignal): AsyncGenerator<Outcome[]> {
    let done = 0;
    let most = this.#maxItems;
    let deaths = 0;
    /** How often the process died with one and the same item. */
    let strikes = 0;
    while (done < items.length) {
      const chunk = chunkAt(items, done, most);
      const before = done;
      const call = await this.#call({ head, items: chunk }, signal);
      let last: Report;
      try {
        do {
          last = await call.next();
          const outcomes = outcomesOf(last.results);
          done += outcomes.length;
          if (outcomes.length > 0) yield outcomes;
        } while (last.end === undefined);
      } finally {
        call.stop();
      }
      signal?.throwIfAborted();
      const { end, at, message, starved } = last;
      if (end === 'done' || end === 'stopped') {
        most = Math.min(2 * most, this.#maxItems);
        continue;
      }
      const fault: Failure = { fault: end, message, byChance: at === undefined || starved };
      if (this.#closed) throw new Error('the pool is closed');
      const left = chunk.length - (done - before);
      if (at === undefined) deaths++;
      if (at === 'head' || deaths > maxDeaths) {
        yield Array.from({ length: items.length - done }, () => fault);
        return;
      }
      if (done > before) strikes = 0;
      if (end === 'crash' && left === 1 && ++strikes < maxStrikes) continue;
      if (at === 'item' || left === 1) {
        done++;
        strikes = 0;
        yield [fault];
      } else most = Math.max(1, left >> 1);
    }
  }

  /** Ends all children, and with them what waits and what runs. */
  close(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill();
    for (const { reject } of this.#queue.splice(0)) reject(new Error('the pool is closed'));
  }

  /** Starts a call, when it is its turn. */
  async #call(batch: Batch, signal: AbortSignal | undefined): Promise<Running> {
    const json = JSON.stringify(batch);
    const child = await new Promise<Child>((resolve, reject) => {
      if (this.#closed) return reject(new Error('the pool is closed'));
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        resolve: (given) => {
          signal?.removeEventListener('abort', leave);
          resolve(given);
        },
        reject,
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiting);
      this.#pump();
    });
    return new Running(child, json, signal, () => {
      this.#running--;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0 && this.#running < this.#slots) {
      this.#running++;
      (this.#queue.shift() as Waiting).resolve(this.#idle.pop() as Child);
    }
  }

  #addChild(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = new Child(
        this.#boot,
        () => {
          this.#idle.push(child);
          resolve();
          this.#pump();
        },
        (booted, message) => {
          this.#children.delete(child);
          const at = this.#idle.indexOf(child);
          if (at >= 0) this.#idle.splice(at, 1);
          if (!booted) reject(new Error(message));
          else if (!this.#closed) this.#replace(0);
        },
      );
      this.#children.add(child);
    });
  }

  /** Another child takes the place of one that died; later each time that one does not even start. */
  #replace(attempt: number): void {
    this.#addChild().catch(() => {
      setTimeout(
        () => !this.#closed && this.#replace(attempt + 1),
        Math.min(30_000, 100 * 2 ** attempt),
      ).unref();
    });
  }
}

/** A call that a child works on: its reports in turn. */
class Running {
  readonly #child: Child;
  readonly #reports: Report[] = [];
  #arrived: (() => void) | undefined;
  #ended = false;
  readonly #stop = () => this.stop();

  constructor(child: Child, batch: string, signal: AbortSignal | undefined, onEnd: () => void) {
    this.#child = child;
    signal?.addEventListener('abort', this.#stop, { once: true });
    child.call(batch, (report) => {
      this.#reports.push(report);
      if (report.end !== undefined) {
        this.#ended = true;
        signal?.removeEventListener('abort', this.#stop);
        onEnd();
      }
      this.#arrived?.();
    });
  }

  async next(): Promise<Report> {
    if (this.#reports.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#reports.shift() as Report;
  }

  /** Ends the call soon, where it has not ended. */
  stop(): void {
    if (!this.#ended) this.#child.stop();
  }
}

/** So many of the items from `from` on that one call may take. */
function chunkAt(items: readonly string[], from: number, most: number): string[] {
  const chunk: string[] = [];
  let length = 0;
  for (let at = from; at < items.length && chunk.length < most; at++) {
    const item = items[at] as string;
    length += item.length;
    if (chunk.length > 0 && length > maxCallLength) break;
    chunk.push(item);
  }
  return chunk;
}

/** Each result is followed by a comma. */
function outcomesOf(results: string): Outcome[] {
  if (results === '') return [];
  return (JSON.parse(`[${results.slice(0, -1)}]`) as unknown[]).map((value) => ({ value }));
}
