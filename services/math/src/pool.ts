/**
 * Isolates in child processes. A process, because it is the only thing that can be ended at any moment: the timeout
 * of an isolate does not stop a native operation (one BigInt power can run for a minute), and an isolate that runs
 * out of memory may take its process along. A worker thread could be ended, too, but shares that fate with us.
 */
import { AssayError } from '@assay/contract';
import { Call, type Outcome } from './call.ts';
import { Child, type Report } from './child.ts';
import { type Batch, type Boot, encode, maxBatches } from './messages.ts';

export type { Failure, Outcome } from './call.ts';

export interface PoolOptions {
  /** The script that runs in the isolates: what `serve` of loop.ts is called in. */
  readonly source: string;
  /** Children that work at the same time. */
  readonly slots: number;
  /** Children above the slots, to take over at once from one that is ended. @default 1 */
  readonly spares?: number;
  /** Wall milliseconds for each item. @default 2000 */
  readonly timeoutMs?: number;
  /** Memory of an isolate. @default 128 */
  readonly memoryMb?: number;
  /** Most items of a call that are sent at once. @default 512 */
  readonly maxItems?: number;
  /** What each isolate judges before it is used, so that its code is compiled by then. @default nothing */
  readonly warmUp?: readonly Batch[];
}

/** Calls that wait are sent to a child together: so many items and characters, unless one call alone has more. */
const maxShared = { items: 256, length: 160 * 1024 };

/** How often calls that wait are told that others go on. */
const beatMs = 200;

/** What a child works on. */
interface Task {
  readonly child: Child;
  readonly calls: readonly Call[];
  /** Position of the first call that misses outcomes. */
  at: number;
  /** When it started, or reported last. */
  since: number;
}

export class Pool {
  readonly #boot: Boot;
  readonly #slots: number;
  readonly #size: number;
  readonly #maxItems: number;
  readonly #children = new Set<Child>();
  /** Last one first: it is warm. */
  readonly #idle: Child[] = [];
  readonly #queue: Call[] = [];
  /** All that have not ended, with the tasks that they are part of. */
  readonly #calls = new Map<Call, Task | undefined>();
  #running = 0;
  #pumps = false;
  #beatAt = 0;
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
    this.#boot = { source, memoryMb, timeoutMs, warmUp: warmUp.map((batch) => encode([batch])) };
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
   * come, and none where the pool works on and the call has to wait; an item that does not end in time, or that ends
   * its isolate, costs nothing but its own outcome. Throws the signal's reason once it is aborted, and an Error where
   * the pool is closed.
   */
  async *judge(head: string, items: readonly string[], signal?: AbortSignal): AsyncGenerator<Outcome[]> {
    if (items.length === 0) return;
    if (this.#closed) throw closed();
    signal?.throwIfAborted();
    const call = new Call(head, items, this.#maxItems);
    const stop = () => this.#stop(call, signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    this.#calls.set(call, undefined);
    this.#queue.push(call);
    this.#pumpSoon();
    try {
      for (let some = await call.next(); some !== undefined; some = await call.next()) yield some;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#stop(call, undefined);
    }
  }

  /** Ends all children, and with them what waits and what runs. */
  close(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill();
    for (const call of this.#calls.keys()) this.#stop(call, closed());
  }

  #stop(call: Call, reason: unknown): void {
    if (call.ended || call.stopped !== undefined) return;
    call.stopped = { reason };
    const task = this.#calls.get(call);
    const at = (task?.calls ?? this.#queue).indexOf(call);
    if (task === undefined) this.#queue.splice(at, 1);
    else task.child.stop(at);
    // What runs ends soon, and with an answer of its child.
    if (task === undefined || at > task.at) this.#settle(call);
  }

  /** Whether the call, which runs no more, has ended. */
  #settle(call: Call): boolean {
    const ended = call.settle();
    if (ended) this.#calls.delete(call);
    else this.#calls.set(call, undefined);
    return ended;
  }

  // Calls that come in one turn of the event loop are sent together.
  #pumpSoon(): void {
    if (this.#pumps) return;
    this.#pumps = true;
    setImmediate(() => {
      this.#pumps = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0 && this.#running < this.#slots) {
      const free = Math.min(this.#idle.length, this.#slots - this.#running);
      const calls = this.#nextCalls(Math.min(maxBatches, Math.ceil(this.#queue.length / free)));
      this.#start(this.#idle.pop() as Child, calls);
    }
  }

  /** Takes at least one call, and at most so many, from the queue. */
  #nextCalls(most: number): Call[] {
    const calls: Call[] = [];
    let [items, length] = [0, 0];
    for (const call of this.#queue) {
      const size = call.size;
      items += size.items;
      length += size.length;
      const full = calls.length === most || items > maxShared.items || length > maxShared.length;
      if (calls.length > 0 && (full || call.alone)) break;
      calls.push(call);
      if (call.alone) break;
    }
    this.#queue.splice(0, calls.length);
    return calls;
  }

  #start(child: Child, calls: readonly Call[]): void {
    const task: Task = { child, calls, at: 0, since: performance.now() };
    this.#running++;
    for (const call of calls) this.#calls.set(call, task);
    child.start(encode(calls.map((call) => call.send())), (report) => this.#report(task, report));
  }

  #report(task: Task, report: Report): void {
    const values = valuesOf(report.results);
    const now = performance.now();
    const timeout = report.end === 'timeout' ? this.#boot.timeoutMs : 0;
    const ms = Math.max(0, now - task.since - timeout) / Math.max(1, values.length);
    task.since = now;
    for (let from = 0; from < values.length; ) {
      const call = task.calls[task.at] as Call;
      const some = values.slice(from, from + call.left);
      from += some.length;
      call.take(some, ms);
      if (call.left > 0) continue;
      task.at++;
      if (!this.#settle(call)) this.#queue.push(call);
    }
    if (report.end !== undefined) {
      this.#running--;
      this.#fail(task, report, timeout || ms);
      this.#pumpSoon();
    }
    this.#beat(now);
  }

  /** What is left of a task that came to a fault: one call gets it, the others go on. */
  #fail({ calls, at: first }: Task, { end, batch, at, message, starved }: Report, ms: number): void {
    const left = calls.slice(first);
    if (left.length === 0 || end === undefined || end === 'done') return;
    const shared = at === undefined && left.length > 1;
    const guilty = shared || (batch ?? first) !== first ? undefined : left[0];
    if (guilty !== undefined) {
      guilty.fail(at, { fault: end, message, byChance: at === undefined || starved, ms });
      // Others go first: it may have more of the kind.
      if (!this.#settle(guilty)) this.#queue.push(guilty);
      left.shift();
    }
    for (const call of left) {
      call.putBack();
      call.alone ||= shared;
    }
    this.#queue.unshift(...left.filter((call) => !this.#settle(call)));
  }

  #beat(now: number): void {
    if (now - this.#beatAt < beatMs) return;
    this.#beatAt = now;
    for (const call of this.#calls.keys()) call.beat();
  }

  #addChild(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = new Child(
        this.#boot,
        () => {
          this.#idle.push(child);
          resolve();
          this.#pumpSoon();
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

function closed(): Error {
  return new Error('the pool is closed');
}

/** Each result is followed by a comma. */
function valuesOf(results: string): unknown[] {
  return results === '' ? [] : (JSON.parse(`[${results.slice(0, -1)}]`) as unknown[]);
}
