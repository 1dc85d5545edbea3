/** One replica of a verifier: its connection, its credits, its measured speed, its faults. */
import {
  connectVerifier,
  type DescribeResponse,
  grpcReason,
  messageOf,
  type Reason,
  type ReplicaState,
  type ReplicaStatus,
  status,
  type Verdict,
  type VerifierConnection,
  type VerifyResponse,
  verdictFault,
} from '@assay/contract';
import { type ClientReadableStream, connectivityState, type ServiceError } from '@grpc/grpc-js';
import type { OrchestratorOptions } from './options.ts';
import type { Batch, ProblemRef, Task } from './task.ts';

/** How a call ended, for what it left without a verdict. */
export type CallEnd =
  /** The replica kept the contract and answered everything. */
  | { kind: 'ok' }
  /** It cannot take work now, and that is nobody's fault: the tasks go back as they were. */
  | { kind: 'overload' | 'draining' | 'unreachable' | 'cancelled'; detail: string }
  /** It died or fell silent with these tasks in its hands. */
  | { kind: 'crash' | 'stall'; detail: string }
  /** It broke the contract. */
  | { kind: 'garbage'; detail: string }
  /** It refuses the request. */
  | { kind: 'rejected'; reason: Reason; detail: string };

export interface ReplicaEvents {
  /** Answered Describe after it was not connected. */
  described(replica: Replica): void;
  verdict(replica: Replica, task: Task, verdict: Verdict): void;
  /** Called once a call, after all its verdicts. `missing` have none. */
  ended(replica: Replica, batch: Batch, missing: Task[], end: CallEnd): void;
  /** Credits came back or the state changed. */
  changed(replica: Replica): void;
}

/** Slots × milliseconds in which a replica was there, and those of them in which it had work. */
export interface SlotTime {
  slotMs: number;
  busyMs: number;
}

interface Call {
  batch: Batch;
  /** By the index that they have on the wire. */
  missing: Map<number, Task>;
  stream: ClientReadableStream<VerifyResponse>;
  /** Why we cancelled it, where we did. */
  cancelledFor?: CallEnd;
}

/** Milliseconds beyond its limit that a call gets, as timers run before sockets are read where this process was busy. */
const callSlackMs = 30_000;

/** Problems larger than this travel by digest where the replica has seen them. */
const byDigestBytes = 16 * 1024;
const maxKnownDigests = 1_000;

/** Status tells of the load over this many milliseconds. */
const markMs = 5_000;

export class Replica {
  readonly address: string;
  description: DescribeResponse | undefined;
  state: ReplicaState = 'CONNECTING';
  /** Candidates sent and not answered. */
  inFlight = 0;
  /** A call that must be alone is under way. */
  exclusive = false;
  /** Mean wall milliseconds of one candidate in one slot; undefined: not measured yet. */
  serviceMs: number | undefined;
  verdicts = 0;
  readonly faults = new Map<string, number>();
  lastFault = '';

  readonly #events: ReplicaEvents;
  readonly #options: OrchestratorOptions;
  readonly #connection: VerifierConnection;
  readonly #calls = new Set<Call>();
  readonly #knownDigests = new Set<string>();
  /** Failures in a row; decides the pause. */
  #failures = 0;
  /** After a failure the replica gets one candidate at a time until it answers one. */
  #onProbation = false;
  /** Most candidates that it took lately without RESOURCE_EXHAUSTED. */
  #ceiling = Number.POSITIVE_INFINITY;
  #pause: NodeJS.Timeout | undefined;
  #lastAnswer = 0;
  #closed = false;
  // Little's law, over the time since the last estimate: busy slot-milliseconds and verdicts.
  #busyMs = 0;
  #accounted = performance.now();
  #answered = 0;
  /** Since it is known under its name. */
  #load: SlotTime = { slotMs: 0, busyMs: 0 };
  #marks: ({ at: number; verdicts: number } & SlotTime)[] = [];

  constructor(address: string, events: ReplicaEvents, options: OrchestratorOptions) {
    this.address = address;
    this.#events = events;
    this.#options = options;
    this.#connection = connectVerifier(address);
    this.#describe();
  }

  /** Candidates that it may have at a time: enough to keep its slots busy, no more. */
  get window(): number {
    const description = this.description;
    if (description === undefined || this.state !== 'READY') return 0;
    if (this.#onProbation) return 1;
    const { slots, capacity } = description;
    // Until it is measured it gets one candidate a slot. Twice the target, so that the next batch waits there
    // while one is judged; a verifier slower than the target gets what it judges at once and nothing more.
    const target = this.#options.targetBatchMs;
    const perSlot =
      this.serviceMs === undefined || this.serviceMs >= target ? 1 : (2 * target) / this.serviceMs;
    return Math.max(1, Math.floor(Math.min(Math.ceil(slots * perSlot), capacity, this.#ceiling)));
  }

  /** Most candidates for one call: half the window, so that one batch waits there while another is judged. */
  get batchSize(): number {
    return Math.max(1, Math.min(this.description?.maxBatch ?? 1, Math.ceil(this.window / 2)));
  }

  /**
   * Candidates to send now, of `waiting`; 0: wait for credit. A quick verifier gets whole batches, as a part of one
   * would only come to more calls; a slow one gets every slot filled as soon as it is free.
   */
  room(waiting: number): number {
    const free = this.window - this.inFlight;
    const size = Math.min(this.batchSize, waiting);
    if (free >= size) return size;
    return this.window <= (this.description?.slots ?? 0) ? Math.max(0, free) : 0;
  }

  /** READY and connected: work sent now arrives. Where the connection is lost, starts to mend it. */
  get usable(): boolean {
    if (this.state !== 'READY' || this.exclusive) return false;
    if (this.#connection.getChannel().getConnectivityState(false) === connectivityState.READY) return true;
    if (this.inFlight === 0) this.#reconnect('CONNECTING');
    return false;
  }

  get idle(): boolean {
    return this.inFlight === 0;
  }

  send(batch: Batch): void {
    const [first] = batch.tasks;
    if (first === undefined || this.description === undefined) return;
    this.exclusive = batch.exclusive;
    this.#account();
    if (this.inFlight === 0) this.#lastAnswer = performance.now();
    this.inFlight += batch.tasks.length;
    this.#call(batch, first.problem.bytes <= byDigestBytes || !this.#knownDigests.has(first.problem.digest));
  }

  #call(batch: Batch, withProblem: boolean): void {
    const problem = (batch.tasks[0] as Task).problem;
    const missing = new Map<number, Task>();
    const candidates = [];
    for (const task of batch.tasks) {
      // Indexes are ours alone within a call: joined work may come from runs that use the same ones.
      const index = missing.size;
      missing.set(index, task);
      candidates.push({ index, text: task.text });
    }
    const call: Call = {
      batch,
      missing,
      stream: this.#connection.verify(
        { problemDigest: problem.digest, problem: withProblem ? problem.message : null, candidates },
        { deadline: Date.now() + this.#callLimitMs() },
      ),
    };
    this.#calls.add(call);
    call.stream.on('data', (response: VerifyResponse) => this.#receive(call, response));
    call.stream.on('error', (error: ServiceError) => {
      if (
        !withProblem &&
        grpcReason(error) === 'problem_unknown' &&
        call.missing.size === batch.tasks.length &&
        call.cancelledFor === undefined
      ) {
        this.#calls.delete(call);
        this.#knownDigests.delete(problem.digest);
        this.#call(batch, true);
        return;
      }
      this.#end(call, call.cancelledFor ?? endOf(error));
    });
    call.stream.on('status', ({ code }: { code: status }) => {
      // Errors come as 'error'. All 'data' has been seen by now.
      if (code !== status.OK) return;
      const left = call.missing.size;
      this.#end(
        call,
        call.cancelledFor ??
          (left === 0 ? { kind: 'ok' } : { kind: 'garbage', detail: `ended OK without ${left} verdicts` }),
      );
    });
  }

  /**
   * Longest time that a call may take where every candidate before it and in it runs out of its time. Silence is
   * found sooner, by checkStall; this is for a replica that answers everything but this call.
   */
  #callLimitMs(): number {
    const { slots = 1, candidateTimeoutMs = 0 } = this.description ?? {};
    return candidateTimeoutMs * Math.ceil(this.inFlight / slots) + this.#options.stallSlackMs + callSlackMs;
  }

  #remember({ digest, bytes }: ProblemRef): void {
    if (bytes <= byDigestBytes) return;
    this.#knownDigests.add(digest);
    for (const oldest of this.#knownDigests) {
      if (this.#knownDigests.size <= maxKnownDigests) break;
      this.#knownDigests.delete(oldest);
    }
  }

  #receive(call: Call, { verdicts }: VerifyResponse): void {
    if (call.cancelledFor !== undefined) return;
    if (verdicts.length === 0) {
      this.#cancel(call, { kind: 'garbage', detail: 'a response without verdicts' });
      return;
    }
    this.#account();
    this.#lastAnswer = performance.now();
    for (const verdict of verdicts) {
      const task = call.missing.get(verdict.index);
      const fault =
        task === undefined
          ? verdict.index < call.batch.tasks.length
            ? `candidate ${verdict.index} answered twice`
            : `verdict for candidate ${verdict.index}, which it was not sent`
          : verdictFault(verdict);
      if (task === undefined || fault !== undefined) {
        this.#cancel(call, { kind: 'garbage', detail: fault ?? 'garbage' });
        return;
      }
      call.missing.delete(verdict.index);
      this.inFlight--;
      this.#answered++;
      this.verdicts++;
      this.#events.verdict(this, task, verdict);
    }
    this.#onProbation = false;
    this.#measure();
    this.#events.changed(this);
  }

  /** Ends a call from our side; its end is reported at once, whatever the replica says later. */
  #cancel(call: Call, end: CallEnd): void {
    call.cancelledFor = end;
    call.stream.cancel();
    this.#end(call, end);
  }

  #end(call: Call, end: CallEnd): void {
    if (!this.#calls.delete(call)) return;
    this.#account();
    this.inFlight -= call.missing.size;
    if (call.batch.exclusive) this.exclusive = false;
    switch (end.kind) {
      case 'ok':
        this.#failures = 0;
        this.#remember((call.batch.tasks[0] as Task).problem);
        if (this.#ceiling < Number.POSITIVE_INFINITY) this.#ceiling *= 1.1;
        break;
      case 'overload':
        this.#ceiling = Math.max(1, Math.floor((this.inFlight + call.missing.size) * 0.7));
        this.#fault(end);
        this.#rest(100);
        break;
      case 'draining':
        this.#reconnect('DRAINING');
        break;
      case 'cancelled':
        break;
      case 'rejected':
        this.#fault(end);
        break;
      default:
        this.#fault(end);
        this.#eject();
    }
    this.#events.ended(this, call.batch, [...call.missing.values()], end);
    this.#events.changed(this);
  }

  #fault({ kind, detail }: Exclude<CallEnd, { kind: 'ok' }>): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    this.lastFault = `${kind}: ${detail}`;
  }

  /** Takes the replica out for a while that grows with its failures, then asks it again. */
  #eject(): void {
    // Calls that fail together are one failure.
    if (this.state === 'EJECTED') return;
    // The time that it took says nothing of its speed.
    this.#busyMs = 0;
    this.#answered = 0;
    this.#failures++;
    this.#onProbation = true;
    this.#reconnect('EJECTED');
  }

  #reconnect(state: 'CONNECTING' | 'EJECTED' | 'DRAINING'): void {
    if (this.#closed) return;
    this.#account();
    this.state = state;
    this.#knownDigests.clear();
    const { ejectMinMs, ejectMaxMs } = this.#options;
    const pause =
      state === 'CONNECTING' ? 0 : Math.min(ejectMaxMs, ejectMinMs * 2 ** Math.max(0, this.#failures - 1));
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#describe(), pause * (0.8 + 0.4 * Math.random()));
    this.#events.changed(this);
  }

  /** A short pause without suspicion. */
  #rest(ms: number): void {
    if (this.state !== 'READY') return;
    this.#account();
    this.state = 'CONNECTING';
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#account();
      this.state = 'READY';
      this.#events.changed(this);
    }, ms);
  }

  #describe(): void {
    if (this.#closed) return;
    const deadline = Date.now() + this.#options.connectMs;
    this.#connection.describe({}, { deadline }, (error, description) => {
      if (this.#closed) return;
      const fault = error !== null ? messageOf(error) : description && descriptionFault(description);
      if (fault !== undefined || description === undefined) {
        this.lastFault = `describe: ${fault}`;
        this.#failures++;
        this.#reconnect(this.state === 'DRAINING' ? 'DRAINING' : 'EJECTED');
        return;
      }
      this.#account();
      // Another verifier at this address: what was before is not its load.
      if (this.description?.name !== description.name) this.#load = { slotMs: 0, busyMs: 0 };
      this.description = description;
      this.state = 'READY';
      this.#events.described(this);
      this.#events.changed(this);
    });
  }

  /** To be called now and then: finds a replica that fell silent. */
  checkStall(now: number): void {
    if (this.#calls.size === 0 || this.description === undefined) return;
    // Others may use it, too: what they have waiting there comes before ours.
    const { candidateTimeoutMs, capacity, slots } = this.description;
    const queueMs = (capacity / slots) * (this.serviceMs ?? 0);
    const limit = candidateTimeoutMs + queueMs + this.#options.stallSlackMs;
    if (now - this.#lastAnswer < limit) return;
    const detail = `no verdict for ${Math.round(now - this.#lastAnswer)} ms`;
    for (const call of [...this.#calls]) this.#cancel(call, { kind: 'stall', detail });
  }

  /** Cancels calls of which no task is wanted any more. */
  dropUnwanted(): void {
    for (const call of [...this.#calls]) {
      // What is answered and about to end well is left to.
      const wanted = call.missing.size === 0 || call.missing.values().some((task) => task.wanted);
      if (!wanted) this.#cancel(call, { kind: 'cancelled', detail: 'nobody waits for it' });
    }
  }

  /** Adds the slot-time since the last change of inFlight, of the state or of slots. */
  #account(): void {
    const now = performance.now();
    const slots = this.description?.slots ?? 1;
    const elapsed = now - this.#accounted;
    const busyMs = elapsed * Math.min(this.inFlight, slots);
    this.#accounted = now;
    this.#busyMs += busyMs;
    this.#load.busyMs += busyMs;
    // What is out of service has no slots but those that still judge.
    this.#load.slotMs += this.state === 'READY' ? elapsed * slots : busyMs;
  }

  /** Up to now. */
  load(): Readonly<SlotTime> {
    this.#account();
    return { ...this.#load };
  }

  /** To be called now and then: `status` tells of the time since. */
  mark(now: number): void {
    this.#marks.push({ at: now, verdicts: this.verdicts, ...this.load() });
    if (now - (this.#marks[1]?.at ?? now) > markMs) this.#marks.shift();
  }

  #recent(): { rate: number; occupied: number } {
    const [first] = this.#marks;
    if (first === undefined) return { rate: 0, occupied: 0 };
    const { slotMs, busyMs } = this.load();
    const elapsed = performance.now() - first.at;
    return {
      rate: elapsed > 0 ? ((this.verdicts - first.verdicts) * 1000) / elapsed : 0,
      occupied: slotMs > first.slotMs ? (busyMs - first.busyMs) / (slotMs - first.slotMs) : 0,
    };
  }

  /** Little's law: mean service time = busy slot-time ÷ completions. */
  #measure(): void {
    if (this.#busyMs < this.#options.targetBatchMs && this.serviceMs !== undefined) return;
    const measured = this.#busyMs / this.#answered;
    this.serviceMs = this.serviceMs === undefined ? measured : 0.7 * this.serviceMs + 0.3 * measured;
    this.#busyMs = 0;
    this.#answered = 0;
  }

  status(): ReplicaStatus {
    return {
      address: this.address,
      state: this.state,
      description: this.description ?? null,
      inFlight: this.inFlight,
      window: this.window,
      serviceMs: this.serviceMs ?? 0,
      verdicts: this.verdicts,
      faults: Object.fromEntries(this.faults),
      lastFault: this.lastFault,
      ...this.#recent(),
    };
  }

  /** Gives its work back and closes the connection. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause);
    this.#account();
    this.state = 'DRAINING';
    for (const call of [...this.#calls])
      this.#cancel(call, { kind: 'draining', detail: 'taken out of service' });
    this.#connection.close();
  }
}

/** What a gRPC status says of the replica. */
function endOf(error: ServiceError): CallEnd {
  const detail = error.details || error.message;
  const reason = grpcReason(error);
  switch (error.code) {
    case status.RESOURCE_EXHAUSTED:
      // gRPC's own limit on the size of messages has the same code.
      return reason === undefined && /larger than max/i.test(detail)
        ? { kind: 'rejected', reason: 'too_large', detail }
        : { kind: 'overload', detail };
    case status.UNAVAILABLE:
      if (reason !== undefined) return { kind: 'draining', detail };
      return detail.startsWith('No connection established')
        ? { kind: 'unreachable', detail }
        : { kind: 'crash', detail };
    case status.DEADLINE_EXCEEDED:
      return { kind: 'stall', detail };
    case status.INVALID_ARGUMENT:
    case status.FAILED_PRECONDITION:
      return { kind: 'rejected', reason: 'bad_problem', detail };
    case status.INTERNAL:
    case status.CANCELLED:
    case status.UNKNOWN:
      // A peer that dies resets its streams, which arrives as INTERNAL or CANCELLED.
      return { kind: 'crash', detail: `${status[error.code]}: ${detail}` };
    default:
      return { kind: 'garbage', detail: `${status[error.code]}: ${detail}` };
  }
}

function descriptionFault(d: DescribeResponse): string | undefined {
  if (!/^[a-z0-9-]{1,63}$/.test(d.name))
    return `name ${JSON.stringify(d.name.slice(0, 80))} is not [a-z0-9-]{1,63}`;
  if (d.version === '') return 'no version';
  if (d.candidateTimeoutMs < 1) return 'no candidate_timeout_ms';
  if (d.slots < 1 || d.capacity < d.slots || d.maxBatch < 1 || d.maxBatch > d.capacity) {
    return `slots ${d.slots}, capacity ${d.capacity}, max_batch ${d.maxBatch} do not fit together`;
  }
  return undefined;
}
