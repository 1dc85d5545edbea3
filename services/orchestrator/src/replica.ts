/** One replica of a verifier: what it is given, what it made of it, its faults. */
import type { DescribeResponse, Dialed, ReplicaState, ReplicaStatus, Trace, Verdict } from '@assay/contract';
import { Call } from './call.ts';
import type { CallEnd } from './call-end.ts';
import { ConductMeter } from './conduct.ts';
import { Credits } from './credits.ts';
import { isLarge, KnownProblems } from './known-problems.ts';
import { Link } from './link.ts';
import type { OrchestratorOptions } from './options.ts';
import type { Conduct, Oddity } from './outliers.ts';
import { SlotMeter, type SlotTime } from './slot-time.ts';
import type { Batch, ProblemRef, Task } from './task.ts';

export interface ReplicaEvents {
  /** Answered Describe after it was not connected. */
  described(replica: Replica): void;
  /** `ms` after it was sent. */
  verdict(replica: Replica, call: Call, task: Task, verdict: Verdict, ms: number): void;
  /** Called once a call, after all its verdicts. `missing` have none. */
  ended(replica: Replica, batch: Batch, missing: Task[], end: CallEnd): void;
  /** Credits came back or the state changed. */
  changed(replica: Replica): void;
  /** It was to retire, and has nothing left to do. */
  retired(replica: Replica): void;
}

/** Milliseconds beyond its limit that a call gets, as timers run before sockets are read where this process was busy. */
const callSlackMs = 30_000;

export class Replica {
  readonly address: string;
  /** A call that must be alone is under way. */
  exclusive = false;
  readonly problems = new KnownProblems();
  /** What is odd about it, compared with its peers. */
  oddity: Oddity | undefined;
  /** Of which kind it was, and what was said. */
  lastFault: { kind: string; detail: string } | undefined;

  readonly #faults = new Map<string, number>();
  readonly #events: ReplicaEvents;
  readonly #options: OrchestratorOptions;
  readonly #link: Link;
  readonly #calls = new Set<Call>();
  readonly #credits = new Credits();
  readonly #meter = new SlotMeter();
  readonly #conduct = new ConductMeter();
  #lastAnswer = 0;

  constructor(address: string, dialed: Dialed, events: ReplicaEvents, options: OrchestratorOptions) {
    this.address = address;
    this.#events = events;
    this.#options = options;
    const link = {
      changing: () => this.#account(),
      described: (description: DescribeResponse) => this.#described(description),
      failed: (detail: string) => {
        this.lastFault = { kind: 'describe', detail };
      },
      changed: () => this.#events.changed(this),
    };
    this.#link = new Link(address, dialed, link, options);
  }

  get state(): ReplicaState {
    return this.#link.state;
  }

  get description(): DescribeResponse | undefined {
    return this.#link.description;
  }

  /** Candidates sent and not answered. */
  get inFlight(): number {
    return this.#meter.inFlight;
  }

  /** Candidates that it may have at a time. */
  get window(): number {
    if (this.description === undefined || this.state !== 'READY') return 0;
    return this.#credits.window(this.description, this.#meter, this.#options.targetBatchMs);
  }

  /** Candidates that it may get now. */
  get free(): number {
    return this.window - this.inFlight;
  }

  get freeSlots(): number {
    return (this.description?.slots ?? 0) - this.inFlight;
  }

  get maxBatch(): number {
    return this.description?.maxBatch ?? 1;
  }

  /** Most candidates for one call: half the window, so that one batch waits there while another is judged. */
  get batchSize(): number {
    return Math.max(1, Math.min(this.maxBatch, Math.ceil(this.window / 2)));
  }

  /**
   * Candidates to send now, of `waiting` ones of a problem; 0: wait for credit. A quick verifier gets whole batches, as
   * a part of one would only come to more calls; a slow one gets every slot filled as soon as it is free.
   */
  room(waiting: number, problem: ProblemRef): number {
    const { free, batchSize } = this;
    // A large problem that has to travel takes along all that there is room for.
    const most = isLarge(problem) && this.problems.lacks(problem) ? this.maxBatch : batchSize;
    if (free >= Math.min(batchSize, waiting)) return Math.min(free, most, waiting);
    return this.window <= (this.description?.slots ?? 0) ? Math.max(0, free) : 0;
  }

  /** Share of its window that is taken; more where it is far slower than its peers. */
  get fullness(): number {
    return this.inFlight / Math.max(1, this.window) + (this.#credits.slow ? 1 : 0);
  }

  /** Work sent now arrives. Where the connection is lost, starts to mend it. */
  get usable(): boolean {
    return !this.exclusive && this.#link.isUsable(this.idle);
  }

  get idle(): boolean {
    return this.inFlight === 0;
  }

  get conduct(): Conduct {
    return this.#conduct.read(this.#meter.serviceMs);
  }

  send(batch: Batch): void {
    const [first] = batch.tasks;
    if (first === undefined || this.description === undefined) return;
    this.exclusive = batch.exclusive;
    this.#account();
    if (this.inFlight === 0) this.#lastAnswer = performance.now();
    this.#meter.add(batch.tasks.length, batch.payer);
    this.problems.sent(first.problem);
    this.#call(batch, first.problem, this.problems.lacks(first.problem));
  }

  #call(batch: Batch, problem: ProblemRef, whole: boolean): void {
    const settings = {
      ...{ problem, whole, limitMs: this.#callLimitMs(), trace: this.#traceOf(batch) },
      version: this.description?.version ?? '',
    };
    this.#calls.add(new Call(this.#link.connection, batch, settings, this.#callEvents));
  }

  readonly #callEvents = {
    responded: (call: Call) => {
      this.#account();
      this.#lastAnswer = performance.now();
      if (call.untouched) this.problems.arrived(call.problem);
    },
    verdict: (call: Call, task: Task, verdict: Verdict) => {
      this.#meter.add(-1, call.batch.payer);
      this.#meter.answered(verdict);
      this.#conduct.add(verdict);
      if (verdict.status !== 'ERROR') this.#credits.onProbation = false;
      this.#events.verdict(this, call, task, verdict, this.#lastAnswer - call.sentAt);
    },
    told: () => {
      this.#meter.measure(this.#options.targetBatchMs);
      this.#events.changed(this);
    },
    forgotten: (call: Call) => {
      this.problems.forgotten(call.problem.digest);
      if (this.#link.isUsable(false)) {
        this.#calls.delete(call);
        this.#call(call.batch, call.problem, true);
      } else this.#end(call, { kind: 'cancelled', detail: 'its connection is lost' });
    },
    ended: (call: Call, end: CallEnd) => this.#end(call, end),
  };

  /** A batch may be of several submissions: it stands in the tree of its first one that is traced. */
  #traceOf({ tasks, exclusive }: Batch): Trace | undefined {
    const traced = tasks.find(({ trace }) => trace !== undefined);
    return traced?.trace?.child('Verify', {
      kind: 'client',
      attributes: {
        ...{ verifier: this.description?.name ?? '', replica: this.address },
        ...{ batch: tasks.length, attempt: traced.attempts + traced.soloKills + 1, exclusive },
      },
    });
  }

  /**
   * Longest time that a call may take where every candidate of ours before it and in it runs out of its time. Silence is
   * found sooner, by checkStall; this is for a replica that answers everything but this call.
   */
  #callLimitMs(): number {
    const { slots = 1, candidateTimeoutMs = 0 } = this.description ?? {};
    const ownMs = candidateTimeoutMs * Math.ceil(this.inFlight / slots);
    return ownMs + this.#othersMs + this.#options.stallSlackMs + callSlackMs;
  }

  /** Others may use it, too: the time of what they can have there, which comes before ours. */
  get #othersMs(): number {
    const { slots = 1, capacity = slots } = this.description ?? {};
    // What verdicts state is not lengthened by a replica that has just started, or just stopped.
    const { serviceMs = 0, judgingMs = serviceMs } = this.#meter;
    return (capacity / slots) * Math.min(serviceMs, judgingMs);
  }

  #end(call: Call, stated: CallEnd): void {
    this.#calls.delete(call);
    this.#account();
    this.#meter.add(-call.missing.size, call.batch.payer);
    if (call.batch.exclusive) this.exclusive = false;
    const others = stated.kind === 'overload' && (stated.inFlight ?? 0) > this.inFlight;
    const end: CallEnd = others ? { kind: 'taken', detail: stated.detail } : stated;
    switch (end.kind) {
      case 'ok':
        this.#link.succeeded();
        if (this.description) this.#credits.taken(call.batch.tasks.length, this.description);
        break;
      case 'taken':
        this.#link.rest(this.#credits.refused(this.inFlight));
        break;
      case 'overload':
        this.#fault(end);
        this.#link.rest(this.#credits.refused(this.inFlight));
        break;
      case 'draining':
        this.problems.clear();
        this.#link.reconnect('DRAINING');
        break;
      case 'let_go':
        this.#link.reconnect('CONNECTING', this.#options.ejectMinMs / 10);
        break;
      case 'cancelled':
        break;
      case 'rejected':
        this.#fault(end);
        break;
      default:
        this.#fault(end);
        this.problems.clear();
        this.#credits.onProbation = true;
        // The time that it took says nothing of its speed.
        this.#meter.forgetPeriod();
        this.#link.fail();
    }
    this.#events.ended(this, call.batch, [...call.missing.values()], end);
    this.#events.changed(this);
    this.#retireIfDone();
  }

  #fault({ kind, detail }: { kind: string; detail: string }): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
    this.lastFault = { kind, detail };
  }

  #described(description: DescribeResponse): void {
    // Another verifier at this address: what was before is not its load, and goes back to those whose it is.
    if (this.description?.name !== description.name) {
      for (const call of [...this.#calls])
        call.cancel({ kind: 'cancelled', detail: 'another verifier is there' });
      this.#meter.forgetTotal();
      this.#conduct.clear();
    }
    this.#link.description = description;
    this.#events.described(this);
  }

  /** Gets nothing more, ends what it has, and says when it has (`retired`). */
  retire(): void {
    this.#link.retire(true);
    this.#retireIfDone();
  }

  /** It is to stay after all. */
  stay(): void {
    this.#link.retire(false);
  }

  #retireIfDone(): void {
    if (this.#link.retiring && !this.#link.closed && this.#calls.size === 0) this.#events.retired(this);
  }

  /** What `oddities` found: names it, and gives it less or nothing for a while. */
  judge(oddity: Oddity | undefined): void {
    const before = this.oddity;
    this.oddity = oddity;
    this.#credits.slow = oddity?.kind === 'slow';
    if (oddity === undefined || (before?.kind === oddity.kind && oddity.kind !== 'errors')) return;
    this.#fault(oddity);
    if (oddity.kind !== 'errors') return;
    // It is compared anew after its pause, by what it does then.
    this.oddity = undefined;
    this.#conduct.clear();
    this.#credits.onProbation = true;
    this.#link.reconnect('EJECTED', this.#options.ejectMaxMs);
  }

  /** To be called now and then: finds a replica that fell silent. */
  checkStall(now: number): void {
    if (this.#calls.size === 0 || this.description === undefined) return;
    const limit = this.description.candidateTimeoutMs + this.#othersMs + this.#options.stallSlackMs;
    if (now - this.#lastAnswer < limit) return;
    const detail = `no verdict for ${Math.round(now - this.#lastAnswer)} ms`;
    for (const call of [...this.#calls]) call.cancel({ kind: 'stall', detail });
  }

  /** What was sent before `time`, is unanswered, and may be given to another as well. */
  *overdue(time: number): Generator<Task> {
    for (const { batch, sentAt, missing } of this.#calls) {
      if (sentAt < time && !batch.exclusive) yield* missing.values();
    }
  }

  /** Cancels calls of which no task is wanted any more. */
  dropUnwanted(): void {
    for (const call of [...this.#calls]) {
      // What is answered and about to end well is left to; so is a hedge's loser, which may have fallen silent for good.
      const left = call.missing
        .values()
        .filter(({ judgement }) => judgement === undefined)
        .toArray();
      if (left.length > 0 && !left.some(({ wanted }) => wanted)) {
        call.cancel({ kind: 'cancelled', detail: 'nobody waits for it' });
      }
    }
  }

  #account(): void {
    this.#meter.account(this.description?.slots ?? 1, this.state === 'READY', this.exclusive);
  }

  /** Up to now. */
  load(): Readonly<SlotTime> {
    this.#account();
    return this.#meter.total;
  }

  /** To be called now and then: `status` tells of the time since. */
  mark(now: number): void {
    this.#account();
    this.#meter.mark(now);
  }

  status(): ReplicaStatus {
    this.#account();
    const { serviceMs = 0, verdicts, recent } = this.#meter;
    return {
      address: this.address,
      state: this.state,
      description: this.description ?? null,
      inFlight: this.inFlight,
      window: this.window,
      serviceMs,
      verdicts,
      faults: Object.fromEntries(this.#faults),
      lastFault: this.lastFault === undefined ? '' : `${this.lastFault.kind}: ${this.lastFault.detail}`,
      ...recent,
    };
  }

  /** Gives its work back and closes the connection. */
  close(): void {
    this.#link.close();
    for (const call of [...this.#calls]) call.cancel({ kind: 'draining', detail: 'taken out of service' });
    this.#link.connection.close();
  }
}
