/**
 * Who is judged next, on a fixed number of workers.
 *
 * Every waiting job has a rank, and the lowest goes first:
 *
 *     rank = when it came + patience × (its predicted time + what its theorem was given + a switch of header)
 *
 * So the shortest goes first, a theorem that has had much lets others go before it, and a worker stays with its header.
 * The time of arrival is the ageing: all that can overtake a job came less than `patience` × those times after it, and
 * each of them has a limit, so nothing starves. The first two terms are fixed when a job comes, and the others are those
 * of a whole queue, which keeps picking at O(log n).
 *
 * A job has two passes: a short budget for all, and a long one, in a rank of its own, for those that used the first up.
 * Jobs of the same theorem and key are one: they join, waiting or running, and share the outcome.
 */
import { CostModel } from './cost-model.ts';
import { Heap, type Ranked } from './heap.ts';

/** How an attempt ended. `cpuMs` is what predictions are learned from. */
export type Attempt<T> =
  /** Of all who asked for it. */
  | { readonly kind: 'done'; readonly outcome: T; readonly cpuMs: number }
  /** The first budget was too little. Not of the second pass. */
  | { readonly kind: 'again'; readonly cpuMs: number }
  /** A fault of the machine, which says nothing of the job: who joined tries by himself. */
  | { readonly kind: 'lost'; readonly outcome: T };

export interface Job<T> {
  /** What is to be proved: its jobs share a queue. */
  readonly theorem: string;
  /** What a worker has to load before it. */
  readonly header: string;
  /** Jobs of one theorem with the same key are the same. */
  readonly key: string;
  /** Larger takes longer; in no unit. */
  readonly cost: number;
  /**
   * Called for the first pass (0), and for the second (1) after `again`; for the second at once where nothing else
   * waits, so that there is nothing to be gained by a short budget. `predictedMs` is CPU time. To settle soon after
   * `signal` aborts. What it throws is taken like `lost`.
   */
  attempt(pass: 0 | 1, signal: AbortSignal, predictedMs: number): Promise<Attempt<T>>;
}

export interface SchedulerOptions {
  /** Attempts at a time. */
  readonly workers: number;
  /** Milliseconds that a worker needs to change its header. @default 5000 */
  readonly switchMs?: number;
  /** Milliseconds that a job waits for shorter ones that come later, per millisecond of its own. @default 20 */
  readonly patience?: number;
  /** Milliseconds from any fixed point. @default performance.now */
  readonly now?: () => number;
}

/** One who asked. */
interface Waiter<T> {
  readonly entry: Entry<T>;
  readonly job: Job<T>;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outcome: T) => void;
  readonly reject: (error: unknown) => void;
}

/** One job, for all who asked for it. */
interface Entry<T> extends Ranked {
  readonly queue: TheoremQueue<T>;
  readonly cameAt: number;
  readonly waiters: Waiter<T>[];
  /** The first budget was too little. */
  long: boolean;
  /** Predicted for the next attempt. */
  ms: number;
  /** While it runs. */
  controller: AbortController | undefined;
}

interface TheoremQueue<T> extends Ranked {
  readonly theorem: string;
  readonly header: HeaderQueue<T>;
  readonly waiting: Heap<Entry<T>>;
  /** Waiting and running, by key. */
  readonly entries: Map<string, Entry<T>>;
  /** Attempts at work, also those that nobody waits for any more. */
  running: number;
  /** Predicted milliseconds of all that was started since the queue last had nothing, waiting or at work. */
  startedMs: number;
}

interface HeaderQueue<T> extends Ranked {
  readonly header: string;
  /** Those that have something waiting. */
  readonly waiting: Heap<TheoremQueue<T>>;
  readonly theorems: Map<string, TheoremQueue<T>>;
}

/** What a theorem was given counts against it up to this: newcomers go first, and it is not kept waiting for long. */
const maxStartedMs = 60_000;

/** Expected time of a second pass before one was seen, and the number of observations that this weighs. */
const secondPass = { ms: 30_000, weight: 4 };

export class Scheduler<T> {
  readonly #options: Required<SchedulerOptions>;
  readonly #model = new CostModel();
  readonly #headers = new Map<string, HeaderQueue<T>>();
  /** Headers that have something waiting. */
  readonly #waiting = new Heap<HeaderQueue<T>>();
  /** Header that each idle worker had last, the longest idle first; undefined: none yet. */
  readonly #idle: (string | undefined)[];
  /** By signal, so that each has one listener however many jobs it is for. */
  readonly #signals = new Map<
    AbortSignal,
    { readonly waiters: Set<Waiter<T>>; readonly listener: () => void }
  >();
  #second = { ms: secondPass.ms * secondPass.weight, weight: secondPass.weight };
  #order = 0;
  #queued = 0;
  #dispatching = false;

  constructor(options: SchedulerOptions) {
    this.#options = { switchMs: 5_000, patience: 20, now: () => performance.now(), ...options };
    this.#idle = new Array<undefined>(options.workers).fill(undefined);
  }

  /** Jobs that wait for a worker; joined ones count once. */
  get queued(): number {
    return this.#queued;
  }

  /** Jobs at work. */
  get running(): number {
    return this.#options.workers - this.#idle.length;
  }

  /**
   * Resolves with the outcome of the job, or of the same one of somebody else.
   *
   * @throws what `attempt` throws; the signal's reason, at once, where it aborts. An attempt that nobody waits for any
   * more is aborted, and keeps its worker until it has settled
   */
  run(job: Job<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const queue = this.#queueOf(job);
      const entry = queue.entries.get(job.key) ?? this.#newEntry(queue, job);
      const waiter = { entry, job, signal, resolve, reject };
      entry.waiters.push(waiter);
      this.#listen(waiter);
    });
  }

  #queueOf({ header: headerKey, theorem }: Job<T>): TheoremQueue<T> {
    let header = this.#headers.get(headerKey);
    if (header === undefined) {
      header = { header: headerKey, waiting: new Heap(), theorems: new Map(), rank: 0, order: 0, at: -1 };
      this.#headers.set(headerKey, header);
    }
    let queue = header.theorems.get(theorem);
    if (queue === undefined) {
      const empty = { running: 0, startedMs: 0, rank: 0, order: 0, at: -1 };
      queue = { theorem, header, waiting: new Heap(), entries: new Map(), ...empty };
      header.theorems.set(theorem, queue);
    }
    return queue;
  }

  #newEntry(queue: TheoremQueue<T>, job: Job<T>): Entry<T> {
    const entry: Entry<T> = {
      queue,
      cameAt: this.#options.now(),
      waiters: [],
      long: false,
      ms: this.#model.predict(job.header, job.cost),
      controller: undefined,
      rank: 0,
      order: this.#order++,
      at: -1,
    };
    queue.entries.set(job.key, entry);
    this.#enqueue(entry);
    return entry;
  }

  #enqueue(entry: Entry<T>): void {
    entry.rank = entry.cameAt + this.#options.patience * entry.ms;
    entry.queue.waiting.put(entry);
    this.#queued++;
    this.#rank(entry.queue);
    this.#dispatchSoon();
  }

  /** Gives a theorem, and its header, the place that its jobs have now. */
  #rank(queue: TheoremQueue<T>): void {
    const { header } = queue;
    const { first } = queue.waiting;
    if (first === undefined) header.waiting.remove(queue);
    else {
      queue.rank = first.rank + this.#options.patience * Math.min(maxStartedMs, queue.startedMs);
      queue.order = first.order;
      header.waiting.put(queue);
    }
    const best = header.waiting.first;
    if (best === undefined) this.#waiting.remove(header);
    else {
      header.rank = best.rank;
      header.order = best.order;
      this.#waiting.put(header);
    }
    if (queue.entries.size === 0 && queue.running === 0) header.theorems.delete(queue.theorem);
    if (header.theorems.size === 0) this.#headers.delete(header.header);
  }

  /** What comes together is ranked before the first of it is started. */
  #dispatchSoon(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    queueMicrotask(() => {
      this.#dispatching = false;
      while (this.#idle.length > 0) {
        const header = this.#nextHeader();
        const entry = header?.waiting.first?.waiting.first;
        if (header === undefined || entry === undefined) break;
        // A worker that has the header, or the one that has been idle longest.
        const worker = Math.max(0, this.#idle.lastIndexOf(header.header));
        this.#idle.splice(worker, 1);
        void this.#start(entry);
      }
    });
  }

  /** That of the lowest rank, where a header that no idle worker has counts as later by a switch. */
  #nextHeader(): HeaderQueue<T> | undefined {
    const best = this.#waiting.first;
    if (best === undefined || this.#idle.includes(best.header)) return best;
    const { patience, switchMs } = this.#options;
    let choice = best;
    let rank = best.rank + patience * switchMs;
    for (const name of this.#idle) {
      const header = name === undefined ? undefined : this.#headers.get(name);
      if (header === undefined || header.waiting.size === 0 || header.rank > rank) continue;
      choice = header;
      rank = header.rank;
    }
    return choice;
  }

  async #start(entry: Entry<T>): Promise<void> {
    const { queue, ms } = entry;
    const [starter] = entry.waiters as [Waiter<T>];
    const { job } = starter;
    queue.waiting.remove(entry);
    this.#queued--;
    queue.running++;
    queue.startedMs += ms;
    this.#rank(queue);
    const pass = entry.long || this.#queued === 0 ? 1 : 0;
    entry.controller = new AbortController();
    let attempt: Attempt<T> | { kind: 'failed'; error: unknown };
    try {
      attempt = await job.attempt(pass, entry.controller.signal, ms);
    } catch (error) {
      attempt = { kind: 'failed', error };
    }
    if (attempt.kind === 'again' && pass === 1) {
      attempt = { kind: 'failed', error: new Error('an attempt of the second pass wants another one') };
    }
    entry.controller = undefined;
    queue.running--;
    this.#idle.push(job.header);
    // What nobody wants any more has left the queue already, and its time says nothing.
    if (entry.waiters.length > 0) this.#settle(entry, starter, attempt);
    this.#rank(queue);
    this.#dispatchSoon();
  }

  #settle(
    entry: Entry<T>,
    starter: Waiter<T>,
    attempt: Attempt<T> | { kind: 'failed'; error: unknown },
  ): void {
    const { job } = starter;
    if (attempt.kind === 'done' || attempt.kind === 'again') this.#learn(job, entry.long, attempt.cpuMs);
    switch (attempt.kind) {
      case 'done':
        entry.queue.entries.delete(job.key);
        for (const waiter of entry.waiters) {
          this.#unlisten(waiter);
          waiter.resolve(attempt.outcome);
        }
        return;
      case 'again':
        entry.long = true;
        entry.ms = Math.max(entry.ms, this.#second.ms / this.#second.weight);
        break;
      default:
        if (entry.waiters.includes(starter)) {
          this.#leave(starter);
          if (attempt.kind === 'lost') starter.resolve(attempt.outcome);
          else starter.reject(attempt.error);
        }
        if (entry.waiters.length === 0) return;
    }
    this.#enqueue(entry);
  }

  #learn({ header, cost }: Job<T>, long: boolean, cpuMs: number): void {
    if (!long) {
      this.#model.observe(header, cost, cpuMs);
      return;
    }
    const fade = 0.99;
    this.#second = { ms: this.#second.ms * fade + cpuMs, weight: this.#second.weight * fade + 1 };
  }

  #listen(waiter: Waiter<T>): void {
    const { signal } = waiter;
    if (signal === undefined) return;
    let known = this.#signals.get(signal);
    if (known === undefined) {
      const waiters = new Set<Waiter<T>>();
      const listener = () => {
        for (const each of [...waiters]) {
          this.#leave(each);
          each.reject(signal.reason);
        }
      };
      known = { waiters, listener };
      this.#signals.set(signal, known);
      signal.addEventListener('abort', listener);
    }
    known.waiters.add(waiter);
  }

  #unlisten(waiter: Waiter<T>): void {
    const { signal } = waiter;
    const known = signal && this.#signals.get(signal);
    if (known === undefined) return;
    known.waiters.delete(waiter);
    if (known.waiters.size > 0) return;
    this.#signals.delete(signal as AbortSignal);
    signal?.removeEventListener('abort', known.listener);
  }

  /** One asks no longer; what nobody asks for leaves the queue, or is aborted. */
  #leave(waiter: Waiter<T>): void {
    const { entry, job } = waiter;
    this.#unlisten(waiter);
    entry.waiters.splice(entry.waiters.indexOf(waiter), 1);
    if (entry.waiters.length > 0) return;
    entry.queue.entries.delete(job.key);
    if (entry.controller !== undefined) entry.controller.abort(waiter.signal?.reason);
    else if (entry.at >= 0) {
      entry.queue.waiting.remove(entry);
      this.#queued--;
      this.#rank(entry.queue);
    }
  }
}
