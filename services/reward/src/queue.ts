/** Items of all calls, gathered into requests to one backend; with limits, retries and halving. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@assay/contract';
import { orAborted } from '@assay/verifier-kit';
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
  /** Longest time over which a backend is asked again that is overloaded, or not there. @default 60_000 */
  readonly patienceMs: number;
  /** First pause before a request is made again; it doubles. @default 200 */
  readonly backoffMs: number;
}

const queueDefaults: QueueOptions = {
  requests: 4,
  batch: 64,
  lingerMs: 5,
  timeoutMs: 60_000,
  attempts: 3,
  patienceMs: 60_000,
  backoffMs: 200,
};

/** Faults that one item of a request may be the cause of. */
const ofItems: ReadonlySet<BackendFault> = new Set(['rejected', 'too_long', 'garbage', 'server']);

/** Faults by which a backend shows that it is not there, or not at work. */
const outages: ReadonlySet<BackendFault> = new Set(['timeout', 'unavailable', 'overloaded']);

/** Faults that the same request would meet again. */
const lasting: ReadonlySet<BackendFault> = new Set(['rejected', 'too_long', 'misuse']);

/** Calls that wait take turns, in each of which so large a share of a request is theirs: 1 / turns. */
const turns = 4;

/** Longest pause, whatever the backend asks for. */
const maxPauseMs = 30_000;

/** For an answer whether a backend is well; and between two questions. */
const healthMs = 5_000;
const askMs = 500;

type Scorer = Pick<Backend, 'maxItems' | 'score' | 'health'>;

/** Under way, or about to be made again. */
interface Request {
  readonly batch: readonly Waiting[];
  /** Aborts where nobody waits for any of it. */
  readonly unwanted: AbortController;
}

interface Waiting {
  readonly item: Item;
  readonly since: number;
  readonly settle: PromiseWithResolvers<Scored>;
  /** That of the call: aborted where nobody waits for it any more. */
  readonly signal: AbortSignal;
}

const wanted = ({ signal }: Waiting): boolean => !signal.aborted;

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
 * Calls take turns, so that one of a few items does not wait for all of a large one's; an item's call is its signal.
 * What fails is tried again; a request that keeps failing for what is in it is halved, until the guilty item is alone.
 * Where a backend does no work at all, what waits fails, too: another verifier may have a better one.
 */
export class ScoreQueue {
  readonly #backend: Scorer;
  readonly #options: QueueOptions;
  readonly #requests = new Set<Request>();
  /** By call, the one whose turn it is first. */
  readonly #waiting = new Map<AbortSignal, Waiting[]>();
  /** Requests that may be under way: fewer than `requests` after the backend was overloaded. */
  #window: number;
  #underWay = 0;
  /** When the backend gave scores last; and since when it gives none. */
  #worked = Number.NEGATIVE_INFINITY;
  #out: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #closed = new AbortController();
  readonly stats: QueueStats = { requests: 0, items: 0, faults: new Map() };

  constructor(backend: Scorer, options: Partial<QueueOptions> = {}) {
    this.#backend = backend;
    const all = { ...queueDefaults, ...options };
    this.#options = { ...all, batch: Math.min(all.batch, backend.maxItems) };
    this.#window = all.requests;
  }

  get waiting(): number {
    return this.#waiting.values().reduce((sum, { length }) => sum + length, 0);
  }

  /** Rejects with BackendError, or with the signal's reason. */
  async score(item: Item, signal: AbortSignal): Promise<Scored> {
    signal.throwIfAborted();
    const waiting: Waiting = { item, since: performance.now(), settle: Promise.withResolvers(), signal };
    const onAbort = () => {
      waiting.settle.reject(signal.reason);
      this.#waiting.delete(signal);
      for (const request of this.#requests) {
        if (!request.batch.some(wanted)) request.unwanted.abort();
      }
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const ofCall = this.#waiting.get(signal);
    if (ofCall === undefined) this.#waiting.set(signal, [waiting]);
    else ofCall.push(waiting);
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
    this.#rejectWaiting(this.#closed.signal.reason);
  }

  #rejectWaiting(reason: BackendError): void {
    for (const { settle } of [...this.#waiting.values()].flat()) settle.reject(reason);
    this.#waiting.clear();
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), ms);
  }

  #pump(): void {
    const { batch, lingerMs } = this.#options;
    while (this.#waiting.size > 0 && this.#underWay < this.#window) {
      const oldest = Math.min(...this.#waiting.values().map(([first]) => (first as Waiting).since));
      const age = performance.now() - oldest;
      if (this.#underWay > 0 && this.waiting < batch && age < lingerMs) {
        this.#schedule(lingerMs - age);
        return;
      }
      void this.#send(this.#take(batch));
    }
  }

  /** Of each call in turn a share, until there are enough. */
  #take(most: number): Waiting[] {
    const share = Math.ceil(most / turns);
    const batch: Waiting[] = [];
    // What is set again comes round again.
    for (const [signal, items] of this.#waiting) {
      batch.push(...items.splice(0, Math.min(share, most - batch.length)));
      this.#waiting.delete(signal);
      if (items.length > 0) this.#waiting.set(signal, items);
      if (batch.length === most) break;
    }
    return batch;
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
    const some = batch.filter(wanted);
    if (some.length === 0) return;
    const since = performance.now();
    const fault = await this.#attempts(some, some.length === 1 ? this.#options.attempts : attempts);
    if (fault === undefined) return;
    // What an item is refused for costs little to find out.
    if (!lasting.has(fault.fault)) failures.left--;
    if (some.length === 1 || !ofItems.has(fault.fault) || failures.left < 0) {
      for (const { settle } of some) settle.reject(fault);
      if (outages.has(fault.fault) && this.#worked < since) this.#rejectWaiting(fault);
      return;
    }
    const half = some.length >> 1;
    await this.#solve(some.slice(0, half), failures, 1);
    await this.#solve(some.slice(half), failures, 1);
  }

  /** Makes the request until it succeeds; answers with the last fault where it does not. */
  async #attempts(batch: readonly Waiting[], attempts: number): Promise<BackendError | undefined> {
    const { patienceMs, backoffMs } = this.#options;
    const request: Request = { batch, unwanted: new AbortController() };
    const over = AbortSignal.any([request.unwanted.signal, this.#closed.signal]);
    this.#requests.add(request);
    try {
      for (let attempt = 1, step = backoffMs; ; step *= 2) {
        const fault = await this.#request(batch, over);
        if (this.#closed.signal.aborted) return this.#closed.signal.reason as BackendError;
        if (fault === undefined || over.aborted) return undefined;
        this.stats.faults.set(fault.fault, (this.stats.faults.get(fault.fault) ?? 0) + 1);
        if (lasting.has(fault.fault)) return fault;
        if (outages.has(fault.fault)) this.#out ??= performance.now();
        const until = (this.#out ?? performance.now()) + patienceMs;
        const rest = Math.min(
          maxPauseMs,
          Math.max(fault.retryAfterMs ?? 0, step * (0.8 + 0.4 * Math.random())),
        );
        if (fault.fault === 'overloaded') {
          // Fewer requests at a time; each that ends adds one again.
          this.#window = Math.max(1, this.#window >> 1);
          if (performance.now() + rest > until) return fault;
        } else if (attempt++ >= attempts) return fault;
        await pause(rest, over);
        if (
          (fault.fault === 'unavailable' || fault.fault === 'timeout') &&
          !(await this.#isThere(until, over))
        )
          return fault;
      }
    } finally {
      this.#requests.delete(request);
    }
  }

  /** Once the backend says that it is well; false where its time is over before. */
  async #isThere(until: number, over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      const soon = AbortSignal.any([over, AbortSignal.timeout(healthMs)]);
      const well = await orAborted(this.#backend.health(soon), soon).then(
        () => true,
        () => false,
      );
      if (well) return true;
      if (performance.now() + askMs > until) return false;
      await pause(askMs, over);
    }
    return true;
  }

  async #request(batch: readonly Waiting[], over: AbortSignal): Promise<BackendError | undefined> {
    if (over.aborted) return undefined;
    const { timeoutMs } = this.#options;
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([late, over]);
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
      this.#worked = performance.now();
      this.#out = undefined;
      const serviceMs = (performance.now() - start) / batch.length;
      batch.forEach(({ settle }, i) => {
        settle.resolve({ raw: raw[i] as RawScore, serviceMs });
      });
      return undefined;
    } catch (error) {
      if (late.aborted) return new BackendError('timeout', `no answer within ${timeoutMs} ms`);
      return error instanceof BackendError
        ? error
        : new BackendError('server', messageOf(error), { cause: error });
    }
  }
}

const pause = (ms: number, over: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal: over, ref: false }).catch(() => {});

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
