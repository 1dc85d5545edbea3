/** One Verify call: a batch that was sent, what is still missing of it, and how it ended. */
import {
  grpcReason,
  status,
  type Trace,
  type Verdict,
  type VerifierConnection,
  type VerifyResponse,
  verdictFault,
} from '@assay/contract';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { type CallEnd, endOf } from './call-end.ts';
import type { Batch, ProblemRef, Task } from './task.ts';

export interface CallEvents {
  /** Verdicts have come, which are told next; the first ones, where nothing is missing yet. */
  responded(call: Call): void;
  verdict(call: Call, task: Task, verdict: Verdict): void;
  /** All of a response has been told. */
  told(call: Call): void;
  /** The replica lacks the problem, which was not sent along: the call is over, and nothing of it was judged. */
  forgotten(call: Call): void;
  /** Once, unless it was `forgotten`. */
  ended(call: Call, end: CallEnd): void;
}

export interface CallSettings {
  problem: ProblemRef;
  /** The problem travels along. */
  whole: boolean;
  limitMs: number;
  trace: Trace | undefined;
  /** The replica's, when it is sent: at its address there may be another one before it ends. */
  version: string;
}

export class Call {
  readonly batch: Batch;
  readonly problem: ProblemRef;
  readonly version: string;
  readonly sentAt = performance.now();
  /** By the index that they have on the wire. */
  readonly missing = new Map<number, Task>();
  readonly #whole: boolean;
  readonly #trace: Trace | undefined;
  readonly #events: CallEvents;
  readonly #stream: ClientReadableStream<VerifyResponse>;
  #over = false;

  constructor(
    connection: VerifierConnection,
    batch: Batch,
    { problem, whole, limitMs, trace, version }: CallSettings,
    events: CallEvents,
  ) {
    this.batch = batch;
    this.problem = problem;
    this.version = version;
    this.#whole = whole;
    this.#trace = trace;
    this.#events = events;
    // Indexes are ours alone within a call: joined work may come from runs that use the same ones.
    const candidates = batch.tasks.map((task, index) => {
      this.missing.set(index, task);
      return { index, text: task.text };
    });
    const request = { problemDigest: problem.digest, problem: whole ? problem.message : null, candidates };
    const limit = { deadline: Date.now() + limitMs };
    this.#stream = trace
      ? connection.verify(request, trace.metadata(), limit)
      : connection.verify(request, limit);
    this.#stream.on('data', (response: VerifyResponse) => this.#receive(response));
    this.#stream.on('error', (error: ServiceError) => this.#fail(error));
    this.#stream.on('status', ({ code }: { code: status }) => {
      // Errors come as 'error'. All 'data' has been seen by now.
      if (code !== status.OK) return;
      const left = this.missing.size;
      this.#end(
        left === 0 ? { kind: 'ok' } : { kind: 'garbage', detail: `ended OK without ${left} verdicts` },
      );
    });
  }

  /** Nothing has come of it. */
  get untouched(): boolean {
    return this.missing.size === this.batch.tasks.length;
  }

  #receive({ verdicts }: VerifyResponse): void {
    if (this.#over) return;
    if (verdicts.length === 0) {
      this.cancel({ kind: 'garbage', detail: 'a response without verdicts' });
      return;
    }
    this.#events.responded(this);
    for (const verdict of verdicts) {
      const task = this.missing.get(verdict.index);
      const fault = task === undefined ? this.#indexFault(verdict.index) : verdictFault(verdict);
      if (task === undefined || fault !== undefined) {
        this.cancel({ kind: 'garbage', detail: fault ?? 'garbage' });
        return;
      }
      this.missing.delete(verdict.index);
      this.#events.verdict(this, task, verdict);
    }
    this.#events.told(this);
  }

  #indexFault(index: number): string {
    return index < this.batch.tasks.length
      ? `candidate ${index} answered twice`
      : `verdict for candidate ${index}, which it was not sent`;
  }

  #fail(error: ServiceError): void {
    if (this.#whole || !this.untouched || grpcReason(error) !== 'problem_unknown') {
      this.#end(endOf(error));
    } else if (!this.#over) {
      this.#over = true;
      this.#trace?.end('problem_unknown');
      this.#events.forgotten(this);
    }
  }

  /** Ends it from our side; its end is reported at once, whatever the replica says later. */
  cancel(end: CallEnd): void {
    if (this.#over) return;
    this.#stream.cancel();
    this.#end(end);
  }

  #end(end: CallEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#trace?.end(end.kind === 'ok' ? undefined : `${end.kind}: ${end.detail}`);
    this.#events.ended(this, end);
  }
}
