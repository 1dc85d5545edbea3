/** A verifier as the orchestrator sees it: its replicas, the work that waits for them, and who gets what. */
import { judgementKey, Normalization, type Reason, type Verdict, type VerifierStatus } from '@assay/contract';
import type { OrchestratorOptions } from './options.ts';
import type { CallEnd, Replica } from './replica.ts';
import { type Batch, errorVerdict, type ProblemRef, type Task } from './task.ts';

/** Most characters of candidates in one call (a single larger candidate travels alone). */
const maxBatchChars = 1024 * 1024;

const forgotten: ProblemRef = { digest: '', message: {}, bytes: 0 };

/** Tasks kept after they became durable. */
const maxRecent = 4_096;

const noReplicas: ReadonlySet<string> = new Set();

/** Work of one problem that waits; `head` is the next. */
interface Queue {
  tasks: Task[];
  head: number;
}

export class VerifierPool {
  readonly name: string;
  readonly replicas = new Set<Replica>();
  version = '';
  normalization: Normalization = Normalization.NORMALIZATION_EXACT;
  /** 0: unknown. */
  maxMessageBytes = 0;

  readonly #options: OrchestratorOptions;
  /** Everything not yet durable, by key: who asks for the same joins in. */
  readonly #tasks = new Map<string, Task>();
  /** Fresh work, by problem digest, in the order of arrival. */
  readonly #queues = new Map<string, Queue>();
  /** Work that was tried before. */
  readonly #batches: Batch[] = [];
  readonly #backoffs = new Set<NodeJS.Timeout>();
  readonly #recent: string[] = [];
  #queued = 0;
  #pumping = false;
  #dropping = false;
  /** When a verdict last came, or nothing waited. */
  #lastVerdict = performance.now();
  #onReady: (() => void)[] = [];

  constructor(name: string, options: OrchestratorOptions) {
    this.name = name;
    this.#options = options;
  }

  attach(replica: Replica): void {
    this.replicas.add(replica);
    const description = replica.description;
    // The version of a fleet under update is that of the replica that came last.
    if (description !== undefined) {
      this.version = description.version;
      this.normalization = description.normalization;
      this.maxMessageBytes = description.maxMessageBytes;
    }
    for (const ready of this.#onReady.splice(0)) ready();
    this.pump();
  }

  detach(replica: Replica): void {
    this.replicas.delete(replica);
  }

  get known(): boolean {
    return this.version !== '';
  }

  /** Resolves when a replica has described itself; false after `ms`, or when aborted. */
  async waitKnown(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (this.known || signal?.aborted) return this.known;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = () => resolve(false);
    const timer = setTimeout(giveUp, ms);
    signal?.addEventListener('abort', giveUp);
    this.#onReady.push(() => resolve(true));
    const known = await promise;
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

  add(task: Task): void {
    this.#tasks.set(task.key, task);
    let queue = this.#queues.get(task.problem.digest);
    if (queue === undefined) {
      queue = { tasks: [], head: 0 };
      this.#queues.set(task.problem.digest, queue);
    }
    queue.tasks.push(task);
    this.#queued++;
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
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const usable = [...this.replicas].filter((replica) => replica.usable);
    this.#dispatchBatches(usable);
    while (this.#queues.size > 0) {
      const leastLoadedFirst = usable.filter((replica) => replica.usable).sort((a, b) => load(a) - load(b));
      if (!leastLoadedFirst.some((replica) => this.#dispatchFresh(replica))) break;
    }
  }

  #dispatchBatches(usable: Replica[]): void {
    for (let i = 0; i < this.#batches.length && usable.length > 0; ) {
      const batch = this.#batches[i] as Batch;
      const others = usable.filter((replica) => !batch.avoid.has(replica.address));
      // Back to a replica that failed it only where there is no other one at all, busy or not.
      const elsewhere = [...this.replicas].some(
        (replica) => replica.state === 'READY' && !batch.avoid.has(replica.address),
      );
      const choice = (elsewhere ? others : usable)
        .filter((replica) => replica.usable)
        .sort((a, b) => load(a) - load(b))[0];
      if (choice === undefined) {
        i++;
        continue;
      }
      if (batch.exclusive ? !choice.idle : choice.window <= choice.inFlight) {
        // Reserved: it gets nothing else until it is free.
        usable.splice(usable.indexOf(choice), 1);
        i++;
        continue;
      }
      this.#batches.splice(i, 1);
      const room = batch.exclusive
        ? (choice.description?.maxBatch ?? 1)
        : Math.min(choice.batchSize, choice.window - choice.inFlight);
      const rest = batch.tasks.splice(room);
      if (rest.length > 0) this.#batches.splice(i, 0, { ...batch, tasks: rest });
      this.#queued -= batch.tasks.length;
      const wanted = this.#stillWanted(batch.tasks);
      if (wanted.length > 0) choice.send({ ...batch, tasks: wanted });
    }
  }

  /** Sends the next fresh batch to a replica; false where that should wait. */
  #dispatchFresh(replica: Replica): boolean {
    const [digest, queue] = this.#queues.entries().next().value as [string, Queue];
    const size = replica.room(queue.tasks.length - queue.head);
    if (size === 0) return false;
    const maxChars =
      this.maxMessageBytes === 0 ? maxBatchChars : Math.min(maxBatchChars, this.maxMessageBytes / 3);
    const tasks: Task[] = [];
    let chars = 0;
    while (tasks.length < size && queue.head < queue.tasks.length) {
      const task = queue.tasks[queue.head] as Task;
      chars += task.text.length;
      if (tasks.length > 0 && chars > maxChars) break;
      queue.head++;
      tasks.push(task);
    }
    this.#queues.delete(digest);
    if (queue.head < queue.tasks.length) {
      if (queue.head > 4096) {
        queue.tasks = queue.tasks.slice(queue.head);
        queue.head = 0;
      }
      // Behind the others: problems take turns.
      this.#queues.set(digest, queue);
    }
    this.#queued -= tasks.length;
    const wanted = this.#stillWanted(tasks);
    if (wanted.length > 0) replica.send({ tasks: wanted, exclusive: false, avoid: noReplicas });
    return true;
  }

  #stillWanted(tasks: Task[]): Task[] {
    return tasks.filter((task) => {
      if (task.wanted) return true;
      this.#tasks.delete(task.key);
      task.settle(undefined);
      return false;
    });
  }

  onVerdict(replica: Replica, task: Task, verdict: Verdict): void {
    task.attempts++;
    this.#lastVerdict = performance.now();
    if (verdict.status === 'ERROR' && verdict.retryable && task.attempts < task.maxAttempts) {
      for (const scope of task.scopes) {
        scope.fault(replica.address, 'error', `${verdict.reason}: ${verdict.message}`);
      }
      this.#retry(task, replica);
      return;
    }
    const version = replica.description?.version ?? this.version;
    const key =
      version === this.version ? task.key : judgementKey(this.name, version, task.digest, task.text);
    task.settle({ key, verdict, replica: replica.address, attempts: task.attempts });
  }

  #fail(task: Task, reason: Reason, message: string, retryable: boolean, replica = ''): void {
    const verdict = errorVerdict(reason, message, retryable);
    task.settle({ key: task.key, verdict, replica, attempts: task.attempts });
  }

  onEnd(replica: Replica, batch: Batch, unanswered: Task[], end: CallEnd): void {
    if (end.kind === 'ok') return;
    if (end.kind !== 'cancelled' && end.kind !== 'draining') {
      // One fault, told to each run and verifier that it concerns once.
      const scopes = new Set(batch.tasks.flatMap((task) => [...task.scopes]));
      for (const scope of scopes) scope.fault(replica.address, end.kind, end.detail);
    }
    const missing = this.#stillWanted(unanswered);
    if (missing.length === 0) return;
    switch (end.kind) {
      case 'overload':
      case 'draining':
      case 'unreachable':
      case 'cancelled':
        this.#push({ ...batch, tasks: missing });
        break;
      case 'crash':
      case 'stall':
        this.#isolate(replica, batch, missing, end);
        break;
      case 'garbage':
        // It may be one candidate that the replica answers in such a way.
        if (batch.tasks.length > 1) {
          this.#halve(missing, { exclusive: false, avoid: new Set([...batch.avoid, replica.address]) });
          break;
        }
        for (const task of missing) {
          task.attempts++;
          if (task.attempts < task.maxAttempts) this.#retry(task, replica);
          else this.#fail(task, 'verifier_garbage', end.detail, true, replica.address);
        }
        break;
      case 'rejected':
        if (batch.tasks.length > 1) this.#halve(missing, batch);
        else for (const task of missing) this.#fail(task, end.reason, end.detail, false, replica.address);
        break;
    }
  }

  /** Two smaller batches, so that in the end the one candidate that is to blame is alone. */
  #halve(tasks: Task[], batch: Omit<Batch, 'tasks'>): void {
    const half = Math.ceil(tasks.length / 2);
    for (const part of [tasks.slice(0, half), tasks.slice(half)]) {
      if (part.length > 0) this.#push({ ...batch, tasks: part });
    }
  }

  /** Some of these tasks may have killed the replica: halves, each alone on a replica, find out which. */
  #isolate(replica: Replica, batch: Batch, missing: Task[], end: CallEnd & { detail: string }): void {
    const [only] = missing;
    if (batch.exclusive && batch.tasks.length === 1 && only !== undefined) {
      only.soloKills++;
      if (only.soloKills >= this.#options.maxSoloKills) {
        const reason = end.kind === 'stall' ? 'verifier_stall' : 'poison';
        const detail = `alone on a replica, ${only.soloKills} times: ${end.detail}`;
        // Another sitting tries again: it may have been the verifier, and by then be mended.
        this.#fail(only, reason, detail, true, replica.address);
        return;
      }
    }
    this.#halve(missing, { exclusive: true, avoid: new Set([...batch.avoid, replica.address]) });
  }

  /** After a pause that grows with the attempts, and elsewhere. */
  #retry(task: Task, replica: Replica): void {
    const pause = Math.min(5_000, 100 * 1.7 ** task.attempts) * (0.8 + 0.4 * Math.random());
    const timer = setTimeout(() => {
      this.#backoffs.delete(timer);
      this.#push({ tasks: [task], exclusive: false, avoid: new Set([replica.address]) });
    }, pause);
    this.#backoffs.add(timer);
  }

  #push(batch: Batch): void {
    this.#batches.push(batch);
    this.#queued += batch.tasks.length;
    this.pump();
  }

  /**
   * To be called now and then: finds silent replicas (unless this process itself was `late`, and has answers to
   * read), and gives up where no verdict comes any more.
   */
  tick(now: number, late: boolean): void {
    /** Time in which something at work must give a verdict; what takes and never answers is not waited for. */
    let workMs = 0;
    for (const replica of this.replicas) {
      if (!late) replica.checkStall(now);
      replica.mark(now);
      if (!replica.idle) workMs = Math.max(workMs, 2 * (replica.description?.candidateTimeoutMs ?? 0));
    }
    if (this.#queued === 0) this.#lastVerdict = now;
    if (now - this.#lastVerdict < this.#options.unavailableMs + workMs) {
      this.pump();
      return;
    }
    const why = [...this.replicas].map((replica) => `${replica.address} (${replica.lastFault})`).join(', ');
    const detail = `no replica of ${this.name} gave a verdict for ${Math.round(now - this.#lastVerdict)} ms: ${why || 'none known'}`;
    const queued = [
      ...this.#batches.splice(0).flatMap((batch) => batch.tasks),
      ...[...this.#queues.values()].flatMap((queue) => queue.tasks.slice(queue.head)),
    ];
    this.#queues.clear();
    this.#queued = 0;
    for (const task of queued) this.#fail(task, 'unavailable', detail, true);
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
    return {
      name: this.name,
      replicas,
      queued: this.#queued,
      workS: ((this.#queued + atWork) * serviceMs) / 1000,
      slots: ready.reduce((sum, { description }) => sum + (description?.slots ?? 0), 0),
    };
  }

  close(): void {
    for (const timer of this.#backoffs) clearTimeout(timer);
    this.#backoffs.clear();
  }
}

function load(replica: Replica): number {
  return replica.inFlight / Math.max(1, replica.window);
}
