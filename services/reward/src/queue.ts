/** Items of all calls, gathered into requests to one backend; with limits, retries and halving. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@assay/contract';
import { orAborted } from './abort.ts';
import { type Backend, BackendError, type BackendFault, type Item, type RawScore } from './types.ts';

export interface QueueOptions {
  /** Requests to the backend at the same time. @default 4 */
  readonly requests: number;
  /** Most items in one request; not above the backend's own. @default 64 */
  readonly batch: number;
  /** How long an item waits for others to share its request while other requests are under way, milliseconds. @default 5 */
  readonly lingerMs: number;
  /** Time for one request. @default 60_000 */
  readonly timeoutMs: number;
  /** Times that a request is made, in all. @default 3 */
  readonly attempts: number;
  /** Longest time over which an overloaded backend is asked again. @default 60_000 */
  readonly overloadMs: number;
  /** First pause before a request is made again; it doubles. @default 200 */
  readonly backoffMs: number;
}

const queueDefaults: QueueOptions = {
  requests: 4,
  batch: 64,
  lingerMs: 5,
  timeoutMs: 60_000,
  attempts: 3,
  overloadMs: 60_000,
  backoffMs: 200,
};

/** Faults that one item of a request may be the cause of. */
const ofItems: ReadonlySet<BackendFault> = new Set(['rejected', 'too_long', 'garbage', 'server']);

/** Faults that the same request would meet again. */
const lasting: ReadonlySet<BackendFault> = new Set(['rejected', 'too_long', 'misuse']);

/** Longest pause, whatever the backend asks for. */
const maxPauseMs = 30_000;

/** Under way. */
interface Request {
  readonly batch: readonly Waiting[];
  /** Aborts where nobody waits for any of it. */
  readonly unwanted: AbortController;
}

interface Waiting {
  readonly item: Item;
  readonly since: number;
  readonly settle: PromiseWithResolvers<Scored>;
  wanted: boolean;
}

export interface Scored {
  readonly raw: RawScore;
  /** Milliseconds of the request that gave it, divided by the items of that request. */
  readonly serviceMs: number;
}

export interface QueueStats {
  requests: number;
  items: number;
  /** Failed requests, by fault. */
  faults: Map<string, number>;
}

/**
 * One request at a time goes out at once; while others are under way items gather, so that requests grow with the load.
 * What fails is tried again; a request that keeps failing for what is in it is halved, until the guilty item is alone.
 */
export class ScoreQueue {
  readonly #backend: Backend;
  readonly #options: QueueOptions;
  readonly #requests = new Set<Request>();
  #waiting: Waiting[] = [];
  /** Requests that may be under way: fewer than `requests` after the backend was overloaded. */
  #window: number;
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #closed = new AbortController();
  readonly stats: QueueStats = { requests: 0, items: 0, faults: new Map() };

  constructor(backend: Backend, options: Partial<QueueOptions> = {}) {
    this.#backend = backend;
    const all = { ...queueDefaults, ...options };
    this.#options = { ...all, batch: Math.min(all.batch, backend.maxItems) };
    this.#window = all.requests;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects with BackendError, or with the signal's reason. */
  async score(item: Item, signal: AbortSignal): Promise<Scored> {
    signal.throwIfAborted();
    const waiting: Waiting = {
      item,
      since: performance.now(),
      settle: Promise.withResolvers(),
      wanted: true,
    };
    const onAbort = () => {
      waiting.wanted = false;
      waiting.settle.reject(signal.reason);
      for (const request of this.#requests) {
        if (!request.batch.some(({ wanted }) => wanted)) request.unwanted.abort();
      }
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(waiting);
    // After this turn, in which more may come.
    this.#schedule(0);
    try {
      return await waiting.settle.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** What waits is rejected, what is under way is cancelled. */
  close(): void {
    clearTimeout(this.#timer);
    this.#closed.abort(new BackendError('unavailable', 'the verifier is closing'));
    for (const { settle } of this.#waiting) settle.reject(this.#closed.signal.reason);
    this.#waiting = [];
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), ms);
  }

  #pump(): void {
    this.#waiting = this.#waiting.filter(({ wanted }) => wanted);
    const { batch, lingerMs } = this.#options;
    while (this.#waiting.length > 0 && this.#underWay < this.#window) {
      const age = performance.now() - (this.#waiting[0] as Waiting).since;
      if (this.#underWay > 0 && this.#waiting.length < batch && age < lingerMs) {
        this.#schedule(lingerMs - age);
        return;
      }
      void this.#send(this.#waiting.splice(0, batch));
    }
  }

  async #send(batch: Waiting[]): Promise<void> {
    this.#underWay++;
    try {
      const { length } = batch;
      await this.#solve(
        batch,
        { left: length / 2 + 2 * Math.ceil(Math.log2(length)) + 2 },
        this.#options.attempts,
      );
    } finally {
      this.#underWay--;
      if (this.#window < this.#options.requests) this.#window++;
      this.#schedule(0);
    }
  }

  /**
   * Settles every one of them. `failures` bounds how many parts of what was one batch may fail before the rest is given
   * up: a single guilty item fails one part at each halving, a backend that is broken fails them all. Parts are tried once
   * only, but for single items.
   */
  async #solve(batch: readonly Waiting[], failures: { left: number }, attempts: number): Promise<void> {
    const wanted = batch.filter((one) => one.wanted);
    if (wanted.length === 0) return;
    const fault = await this.#attempts(wanted, wanted.length === 1 ? this.#options.attempts : attempts);
    if (fault === undefined) return;
    // What an item is refused for costs little to find out.
    if (!lasting.has(fault.fault)) failures.left--;
    if (wanted.length === 1 || !ofItems.has(fault.fault) || failures.left < 0) {
      for (const { settle } of wanted) settle.reject(fault);
      return;
    }
    const half = wanted.length >> 1;
    await this.#solve(wanted.slice(0, half), failures, 1);
    await this.#solve(wanted.slice(half), failures, 1);
  }

  /** Makes the request until it succeeds; answers with the last fault where it does not. */
  async #attempts(batch: readonly Waiting[], attempts: number): Promise<BackendError | undefined> {
    const { overloadMs, backoffMs } = this.#options;
    const overloadedUntil = performance.now() + overloadMs;
    for (let attempt = 1, pause = backoffMs; ; pause *= 2) {
      const fault = await this.#request(batch);
      if (fault === undefined) return undefined;
      this.stats.faults.set(fault.fault, (this.stats.faults.get(fault.fault) ?? 0) + 1);
      if (lasting.has(fault.fault)) return fault;
      const rest = Math.min(
        maxPauseMs,
        Math.max(fault.retryAfterMs ?? 0, pause * (0.8 + 0.4 * Math.random())),
      );
      if (fault.fault === 'overloaded') {
        // Fewer requests at a time; each that ends adds one again.
        this.#window = Math.max(1, this.#window >> 1);
        if (performance.now() + rest > overloadedUntil) return fault;
      } else if (attempt++ >= attempts) return fault;
      await sleep(rest, undefined, { signal: this.#closed.signal, ref: false }).catch(() => {});
      if (this.#closed.signal.aborted) return this.#closed.signal.reason as BackendError;
      if (batch.every(({ wanted }) => !wanted)) return undefined;
    }
  }

  async #request(batch: readonly Waiting[]): Promise<BackendError | undefined> {
    const { timeoutMs } = this.#options;
    const unwanted = new AbortController();
    const request: Request = { batch, unwanted };
    this.#requests.add(request);
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([late, unwanted.signal, this.#closed.signal]);
    const start = performance.now();
    this.stats.requests++;
    this.stats.items += batch.length;
    try {
      const raw = await orAborted(
        this.#backend.score(
          batch.map(({ item }) => item),
          signal,
        ),
        signal,
      );
      checkScores(raw, batch.length);
      const serviceMs = (performance.now() - start) / batch.length;
      batch.forEach(({ settle }, i) => {
        settle.resolve({ raw: raw[i] as RawScore, serviceMs });
      });
      return undefined;
    } catch (error) {
      if (unwanted.signal.aborted) return undefined;
      if (this.#closed.signal.aborted) return this.#closed.signal.reason as BackendError;
      if (late.aborted) return new BackendError('timeout', `no answer within ${timeoutMs} ms`);
      return error instanceof BackendError
        ? error
        : new BackendError('server', messageOf(error), { cause: error });
    } finally {
      this.#requests.delete(request);
    }
  }
}

/** A backend that breaks its promise fails the whole request: its scores might be of other items. */
function checkScores(raw: readonly RawScore[], items: number): void {
  if (raw.length !== items) {
    throw new BackendError('garbage', `${raw.length} scores for ${items} items`);
  }
  for (const { logit, parts = [] } of raw) {
    const odd = [logit, ...parts.map(({ score }) => score)].find((score) => !Number.isFinite(score));
    if (odd !== undefined) throw new BackendError('garbage', `a score is ${odd}`);
  }
}
