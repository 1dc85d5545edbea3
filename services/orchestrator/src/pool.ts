/** A verifier as the orchestrator sees it: its replicas, and everything that is not durable of what they judge. */
import { judgementKey, Normalization, type Reason, type Verdict, type VerifierStatus } from '@assay/contract';
import type { Call } from './call.ts';
import { type CallEnd, isFault } from './call-end.ts';
import { Dispatcher } from './dispatcher.ts';
import { Hedging } from './hedging.ts';
import type { OrchestratorOptions } from './options.ts';
import { sideline } from './outliers.ts';
import type { Replica } from './replica.ts';
import { Retries } from './retries.ts';
import { Batch, errorVerdict, type ProblemRef, type Task, type Waiter } from './task.ts';
import { WorkQueue } from './work-queue.ts';

const forgotten: ProblemRef = { digest: '', message: {}, bytes: 0 };

/** Tasks kept after they became durable. */
const maxRecent = 4_096;

export class VerifierPool {
  readonly name: string;
  readonly replicas = new Set<Replica>();
  version = '';
  /** All replicas ever had this version. */
  #isOneVersion = true;
  normalization: Normalization = Normalization.NORMALIZATION_EXACT;
  /** 0: unknown. */
  maxMessageBytes = 0;

  readonly #options: OrchestratorOptions;
  /** Everything not yet durable, by key: who asks for the same joins in. */
  readonly #tasks = new Map<string, Task>();
  readonly #queue: WorkQueue;
  readonly #dispatcher: Dispatcher;
  readonly #retries: Retries;
  readonly #hedging: Hedging;
  readonly #recent: string[] = [];
  #pumping = false;
  #dropping = false;
  /** When a verdict last came, or nothing waited that could be sent. */
  #lastVerdict = performance.now();
  /** Submissions that wait for the first replica. */
  readonly #waiting = new Set<() => void>();

  constructor(name: string, options: OrchestratorOptions) {
    this.name = name;
    this.#options = options;
    this.#queue = new WorkQueue(
      (task) => this.#abandon(task),
      () => this.pump(),
    );
    this.#dispatcher = new Dispatcher(this.replicas, this.#queue, options);
    this.#hedging = new Hedging(options.hedgeShare, options.hedgeMinMs);
    this.#retries = new Retries(options, {
      push: (batch) => {
        this.#queue.push(batch);
        this.pump();
      },
      fail: (...args) => this.#fail(...args),
    });
  }

  attach(replica: Replica): void {
    this.replicas.add(replica);
    const description = replica.description;
    // The version of a fleet under update is that of the replica that came last.
    if (description !== undefined) {
      this.#isOneVersion &&= this.version === '' || this.version === description.version;
      this.version = description.version;
      this.normalization = description.normalization;
      this.maxMessageBytes = description.maxMessageBytes;
    }
    for (const ready of this.#waiting) ready();
    this.changed(replica);
  }

  detach(replica: Replica): void {
    this.replicas.delete(replica);
  }

  /** The replica's credits or its state changed. */
  changed(replica: Replica): void {
    this.#dispatcher.changed(replica);
    this.pump();
  }

  get known(): boolean {
    return this.version !== '';
  }

  /** No replica has ever borne the name, and nobody waits for one. */
  get unheard(): boolean {
    return !this.known && this.#waiting.size === 0;
  }

  /** Resolves when a replica has described itself; false after `ms`, or when aborted. */
  async waitKnown(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (this.known || signal?.aborted) return this.known;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = () => resolve(false);
    const ready = () => resolve(true);
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp);
    this.#waiting.add(ready);
    const known = await promise;
    this.#waiting.delete(ready);
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    return known;
  }

  /** `digest`: see `keyDigest`. */
  key(digest: string, text: string): string {
    return judgementKey(this.name, this.version, digest, text);
  }

  /** The task under way for this key, until its judgement is durable. */
  task(key: string): Task | undefined {
    return this.#tasks.get(key);
  }

  /** Has a task judged for one waiter (more): a new one, or one that is under way and has no judgement yet. */
  want(task: Task, waiter: Waiter): void {
    task.waiters.push(waiter);
    if (this.#tasks.get(task.key) === task) {
      this.#queue.join(task, waiter.scope);
    } else {
      this.#tasks.set(task.key, task);
      this.#queue.add(task, waiter.scope);
    }
    this.pump();
  }

  /**
   * The task's judgement is durable: the store's cache answers for it. It stays for a while, without its text, for
   * those who asked the store just before, and because samples that repeat do so soon. ERRORs are not reused.
   */
  forget(task: Task): void {
    // Called for each waiter; the first call does it.
    if (this.#tasks.get(task.key) !== task || task.waiters.length === 0) return;
    // Judged by a replica of another version: found in the store under that one's key.
    if (task.judgement?.verdict.status === 'ERROR' || task.judgement?.key !== task.key) {
      this.#tasks.delete(task.key);
      return;
    }
    task.text = '';
    task.problem = forgotten;
    task.waiters = [];
    this.#recent.push(task.key);
    if (this.#recent.length > 2 * maxRecent) {
      for (const key of this.#recent.splice(0, maxRecent)) this.#tasks.delete(key);
    }
  }

  /** Judgements may be lost: none that is not in the store is given to anyone any more. */
  forgetAll(): void {
    for (const [key, task] of this.#tasks) if (task.judgement !== undefined) this.#tasks.delete(key);
    this.#recent.length = 0;
  }

  /** Says so where no message that carries this candidate is small enough for the verifier. */
  oversize(problem: ProblemRef, text: string): string | undefined {
    const limit = this.maxMessageBytes;
    if (limit === 0 || problem.bytes + 3 * text.length < limit) return undefined;
    const bytes = problem.bytes + Buffer.byteLength(text) + 1024;
    return bytes > limit ? `a message of ${bytes} bytes, and ${this.name} reads up to ${limit}` : undefined;
  }

  /** Hands out work, soon: what arrives together is handed out together. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#hedging.earn(this.#dispatcher.dispatch(this.maxMessageBytes));
    });
  }

  onVerdict(replica: Replica, { batch, version }: Call, task: Task, verdict: Verdict, ms: number): void {
    batch.payer?.returned(1);
    this.#hedging.record(ms);
    this.#lastVerdict = performance.now();
    task.copies--;
    // A hedge's loser.
    if (task.settled) return;
    task.attempts++;
    const last = task.copies === 0 && task.attempts >= task.maxAttempts;
    if (verdict.status === 'ERROR' && verdict.retryable && !last) {
      for (const scope of task.scopes) {
        scope.fault(replica.address, 'error', `${verdict.reason}: ${verdict.message}`);
      }
      if (task.copies === 0) this.#retries.later(task, replica.address);
      else this.#queue.keep(task);
      return;
    }
    // A task's key is of the version that was the pool's when it was asked for.
    const key = this.#isOneVersion ? task.key : judgementKey(this.name, version, task.digest, task.text);
    task.settle({ key, verdict, replica: replica.address, attempts: task.attempts });
  }

  onEnd(replica: Replica, batch: Batch, unanswered: Task[], end: CallEnd): void {
    batch.payer?.returned(unanswered.length);
    if (end.kind === 'ok') return;
    if (isFault(end)) {
      // One fault, told to each run and verifier that it concerns once.
      const scopes = new Set(batch.tasks.flatMap((task) => [...task.scopes]));
      // Those whose verdicts are durable by now have let go.
      if (batch.payer !== undefined) scopes.add(batch.payer.scope);
      for (const scope of scopes) scope.fault(replica.address, end.kind, end.detail);
    }
    // What another replica has as well is left to that one.
    const missing = this.#queue.stillWanted(unanswered).filter((task) => {
      if (--task.copies === 0) return true;
      this.#queue.keep(task);
      return false;
    });
    this.#retries.ended(replica.address, batch, missing, end);
  }

  #fail(task: Task, reason: Reason, message: string, retryable: boolean, replica = ''): void {
    const verdict = errorVerdict(reason, message, retryable);
    task.settle({ key: task.key, verdict, replica, attempts: task.attempts });
  }

  /** Nobody wants it any more. */
  #abandon(task: Task): void {
    this.#tasks.delete(task.key);
    task.settle(undefined);
  }

  /**
   * To be called now and then: finds silent replicas (unless this process itself was `late`, and has answers to
   * read), odd ones, and candidates that take long, and gives up where no verdict comes any more.
   */
  tick(now: number, late: boolean): void {
    /** Time in which something at work must give a verdict; what takes and never answers is not waited for. */
    let workMs = 0;
    for (const replica of this.replicas) {
      if (!late) replica.checkStall(now);
      replica.mark(now);
      this.#dispatcher.changed(replica);
      if (!replica.idle) workMs = Math.max(workMs, 2 * (replica.description?.candidateTimeoutMs ?? 0));
    }
    sideline(this.replicas, this.#options.outlierShare);
    if (!late) this.#hedge(now);
    if (this.#queue.size === 0 || !this.#queue.allowed) this.#lastVerdict = now;
    if (now - this.#lastVerdict < this.#options.unavailableMs + workMs) {
      this.pump();
      return;
    }
    // Without the words of their faults, which may be of others' work, and without their addresses: tenants read it.
    const states = Map.groupBy(this.replicas, ({ state, lastFault }) =>
      lastFault === undefined ? state : `${state} (${lastFault.kind})`,
    );
    const why = [...states].map(([state, { length }]) => `${length} ${state}`).join(', ');
    const detail = `no replica of ${this.name} gave a verdict for ${Math.round(now - this.#lastVerdict)} ms: ${why || 'none known'}`;
    for (const task of this.#queue.takeAll()) this.#fail(task, 'unavailable', detail, true);
  }

  /** Gives candidates that take long to a second replica, where that changes nothing but the time. */
  #hedge(now: number): void {
    const { limitMs } = this.#hedging;
    if (limitMs === undefined || this.replicas.size < 2) return;
    for (const replica of this.replicas) {
      if (!replica.description?.pure) continue;
      for (const task of replica.overdue(now - limitMs)) {
        if (task.copies !== 1 || !task.wanted) continue;
        if (!this.#hedging.spend()) return;
        this.#queue.push(new Batch([task], { hedge: true, avoid: new Set([replica.address]) }));
      }
    }
  }

  /** Forgets work that nobody waits for, in the queues and at the replicas, soon: who asks may be reading verdicts. */
  dropUnwanted(): void {
    if (this.#dropping) return;
    this.#dropping = true;
    setImmediate(() => {
      this.#dropping = false;
      for (const replica of this.replicas) replica.dropUnwanted();
      this.pump();
    });
  }

  status(): VerifierStatus {
    const replicas = [...this.replicas].map((replica) => replica.status());
    const ready = replicas.filter(({ state }) => state === 'READY');
    const measured = ready.filter(({ serviceMs }) => serviceMs > 0);
    const serviceMs = measured.reduce((sum, replica) => sum + replica.serviceMs / measured.length, 0);
    const atWork = replicas.reduce((sum, { inFlight }) => sum + inFlight, 0);
    const queued = this.#queue.size;
    return {
      name: this.name,
      replicas,
      queued,
      workS: ((queued + atWork) * serviceMs) / 1000,
      slots: ready.reduce((sum, { description }) => sum + (description?.slots ?? 0), 0),
      waiting: this.#waiting.size,
    };
  }

  close(): void {
    this.#retries.close();
  }
}
