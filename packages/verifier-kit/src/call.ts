/** One Verify call: every candidate's verdict once, in the order in which they finish, with backpressure. */
import {
  beginTrace,
  type Candidate,
  grpcError,
  messageOf,
  status,
  type Trace,
  type VerdictInit,
  type VerifierHandlers,
} from '@assay/contract';
import type { Logger } from 'pino';
import type { Settings, VerdictBody, VerifierDefinition } from './definition.ts';
import type { Metrics } from './metrics.ts';
import type { KnownProblem } from './problems.ts';
import { Piece, type Slots, type Work } from './slots.ts';
import { bodyFault, encodedBound, errorBody, sealed } from './verdict.ts';

export type VerifyStream = Parameters<VerifierHandlers['Verify']>[0];

/** What calls share. */
export interface Host {
  readonly settings: Settings;
  readonly slots: Slots;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Logs a fault of the author's function. */
  fault(message: string, detail: object): void;
  /** Gives back the room of candidates that are answered or dropped. */
  release(candidates: number): void;
  /** Calls `flush` at the end of this turn of the event loop, with what else finishes in it. */
  flushSoon(call: Call): void;
  ended(call: Call, code: keyof typeof status): void;
}

/** Candidates of a traced call that get spans of their own; those with an ERROR always do. */
const tracedCandidates = 8;

/** Bytes of one response: clients commonly read no more than 4 MiB. */
const maxResponseBytes = 1 << 20;

/** As few responses as clients can read. */
function responsesOf(verdicts: readonly VerdictInit[]): VerdictInit[][] {
  const responses: VerdictInit[][] = [];
  let room = 0;
  for (const verdict of verdicts) {
    const bytes = encodedBound(verdict);
    const last = responses.at(-1);
    if (last !== undefined && bytes <= room) {
      last.push(verdict);
      room -= bytes;
    } else {
      responses.push([verdict]);
      room = maxResponseBytes - bytes;
    }
  }
  return responses;
}

/** Answers, backpressure and ending; how candidates are judged is the subclasses'. */
export abstract class Call implements Work {
  protected readonly host: Host;
  protected readonly known: KnownProblem;
  protected readonly candidates: readonly Candidate[];
  protected readonly acceptedAt = performance.now();
  protected over = false;
  readonly #stream: VerifyStream;
  readonly #trace: Trace | undefined;
  #pending: VerdictInit[] = [];
  #unanswered: number;
  /** Candidates that take room: unanswered, or answered and not yet written. */
  #held: number;
  #blocked = false;

  constructor(host: Host, stream: VerifyStream, known: KnownProblem) {
    this.host = host;
    this.known = known;
    this.candidates = stream.request.candidates;
    this.#stream = stream;
    this.#unanswered = this.candidates.length;
    this.#held = this.candidates.length;
    this.#trace = beginTrace('Verify', { parent: stream.metadata, joined: true, kind: 'server' });
    this.#trace?.set({ verifier: host.settings.describe.name, candidates: this.candidates.length });
    stream.on('cancelled', () => {
      this.#stop(Number(stream.getDeadline()) <= Date.now() ? 'DEADLINE_EXCEEDED' : 'CANCELLED');
    });
  }

  abstract readonly waiting: number;
  abstract startNext(now: number): void;
  abstract gaveUp(piece: Piece): void;
  /** Candidates in pieces that run. */
  protected abstract readonly judging: number;
  protected abstract abort(reason: Error): void;

  /** Candidates that wait for a slot. */
  get queued(): number {
    return this.waiting;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /** Answers one candidate; `startedAt` and `serviceMs` are its judging's start and length. */
  answer(index: number, body: VerdictBody, startedAt: number, serviceMs: number): void {
    if (this.over) return;
    const { metrics, settings } = this.host;
    const fault = bodyFault(body, settings.describe.decides);
    if (fault !== undefined) {
      this.host.fault('verdict breaks the contract', { problem: this.known.problem.id, index, fault });
      body = errorBody('verifier_failure', `the verifier returned ${fault}`, false);
    }
    let queueMs = startedAt - this.acceptedAt;
    const stated = body.times?.serviceUs;
    if (stated !== undefined) {
      // What the author knows better: all else was waiting.
      serviceMs = stated / 1000;
      queueMs = Math.max(0, performance.now() - this.acceptedAt - serviceMs);
    }
    metrics.verdict(body, queueMs, serviceMs);
    if (this.#trace !== undefined) this.#traceOf(this.#trace, index, body, queueMs, serviceMs);
    this.#pending.push(sealed(body, index, Math.round(queueMs * 1000), Math.round(serviceMs * 1000)));
    this.#unanswered--;
    if (this.#unanswered === 0) this.flush();
    else if (this.#pending.length === 1) this.host.flushSoon(this);
  }

  #traceOf(trace: Trace, index: number, body: VerdictBody, queueMs: number, serviceMs: number): void {
    const answered = this.candidates.length - this.#unanswered;
    if (answered >= tracedCandidates && body.status !== 'ERROR') return;
    const start = this.acceptedAt + queueMs;
    const attributes = { candidate: index, status: String(body.status), reason: body.reason ?? '' };
    trace.record('queue', this.acceptedAt, start, { candidate: index });
    trace.record('judge', start, start + serviceMs, attributes);
  }

  /** Answers every candidate alike, without a slot. */
  answerAll(body: VerdictBody): void {
    const now = performance.now();
    for (const candidate of this.candidates) this.answer(candidate.index, body, now, 0);
  }

  /** The author's function threw. */
  protected failure(error: unknown): VerdictBody {
    const message = messageOf(error);
    this.host.fault('verifier failed', { problem: this.known.problem.id, err: error });
    return errorBody('verifier_failure', message, true);
  }

  /** Writes what has finished, unless the client is slow: then it waits here, and keeps its room. */
  flush(): void {
    if (this.over || this.#blocked) return;
    const responses = responsesOf(this.#pending);
    this.#pending = [];
    for (const verdicts of responses) {
      if (this.#blocked) {
        this.#pending.push(...verdicts);
        continue;
      }
      this.#blocked = !this.#stream.write({ verdicts });
      this.letGo(verdicts.length);
    }
    if (this.#unanswered === 0 && this.#pending.length === 0) {
      this.over = true;
      this.#stream.end();
      this.#trace?.end();
      this.host.ended(this, 'OK');
    } else if (this.#blocked) {
      this.#stream.once('drain', () => {
        this.#blocked = false;
        this.flush();
      });
    }
  }

  /** Ends the call by force: the verifier must go down. */
  breakOff(): void {
    if (this.over) return;
    this.#stream.emit('error', grpcError(status.UNAVAILABLE, 'the verifier shuts down', 'draining'));
    this.#stop('UNAVAILABLE');
  }

  /** Gives back room; of all that is left where no number is given. */
  protected letGo(candidates: number = this.#held): void {
    this.#held -= candidates;
    this.host.release(candidates);
  }

  // What runs keeps its room until its function settles: it does take up the verifier.
  #stop(code: keyof typeof status): void {
    if (this.over) return;
    this.over = true;
    this.host.slots.remove(this);
    this.letGo(this.#held - this.judging);
    const why = new Error(`call ended: ${code}`);
    this.abort(why);
    this.#trace?.end(why);
    this.host.ended(this, code);
  }
}

/** Candidates one by one, by `verify`. */
export class CandidateCall extends Call {
  readonly #verify: NonNullable<VerifierDefinition['verify']>;
  #next = 0;
  readonly #running = new Map<Piece, Candidate>();

  constructor(
    host: Host,
    stream: VerifyStream,
    known: KnownProblem,
    verify: NonNullable<VerifierDefinition['verify']>,
  ) {
    super(host, stream, known);
    this.#verify = verify;
  }

  get waiting(): number {
    return this.over ? 0 : this.candidates.length - this.#next;
  }

  protected get judging(): number {
    return this.#running.size;
  }

  startNext(now: number): void {
    const { slots, log } = this.host;
    const candidate = this.candidates[this.#next++];
    if (candidate === undefined) return;
    const piece = new Piece(this, log, this.known.digest, now);
    let body: VerdictBody | Promise<VerdictBody>;
    try {
      body = this.#verify(this.known.problem, candidate, piece);
    } catch (error) {
      body = this.failure(error);
    }
    if (!(body instanceof Promise)) {
      this.answer(candidate.index, body, now, performance.now() - now);
      return;
    }
    slots.hold(piece);
    this.#running.set(piece, candidate);
    body.then(
      (settled) => this.#settle(piece, candidate, settled),
      (error) => this.#settle(piece, candidate, this.failure(error)),
    );
  }

  gaveUp(piece: Piece): void {
    const candidate = this.#running.get(piece);
    if (candidate === undefined) return;
    const { candidateTimeoutMs } = this.host.settings.describe;
    const message = `no verdict after ${candidateTimeoutMs} ms`;
    this.#finish(piece, candidate, errorBody('verifier_timeout', message, true));
  }

  protected abort(reason: Error): void {
    for (const piece of this.#running.keys()) piece.abort(reason);
  }

  #settle(piece: Piece, candidate: Candidate, body: VerdictBody): void {
    const { slots } = this.host;
    if (slots.release(piece)) this.#finish(piece, candidate, body);
    slots.pump();
  }

  #finish(piece: Piece, candidate: Candidate, body: VerdictBody): void {
    this.#running.delete(piece);
    if (this.over) this.letGo(1);
    else this.answer(candidate.index, body, piece.since, performance.now() - piece.since);
  }
}

/** All candidates at once, by `verifyBatch`. */
export class BatchCall extends Call {
  readonly #verifyBatch: NonNullable<VerifierDefinition['verifyBatch']>;
  #piece: Piece | undefined;
  #running = false;
  readonly #missing = new Set(this.candidates.map((candidate) => candidate.index));

  constructor(
    host: Host,
    stream: VerifyStream,
    known: KnownProblem,
    verifyBatch: NonNullable<VerifierDefinition['verifyBatch']>,
  ) {
    super(host, stream, known);
    this.#verifyBatch = verifyBatch;
  }

  get waiting(): number {
    return this.over || this.#piece !== undefined ? 0 : 1;
  }

  override get queued(): number {
    return this.waiting * this.candidates.length;
  }

  protected get judging(): number {
    return this.#running ? this.unanswered : 0;
  }

  startNext(now: number): void {
    this.#piece = new Piece(this, this.host.log, this.known.digest, now);
    this.#running = true;
    this.host.slots.hold(this.#piece);
    void this.#run(this.#piece, now);
  }

  gaveUp(piece: Piece): void {
    const { candidateTimeoutMs } = this.host.settings.describe;
    const message = `no verdict of its batch for ${candidateTimeoutMs} ms`;
    this.#finish(piece, errorBody('verifier_timeout', message, true));
  }

  protected abort(reason: Error): void {
    this.#piece?.abort(reason);
  }

  async #run(piece: Piece, startedAt: number): Promise<void> {
    const { slots } = this.host;
    let rest = errorBody('verifier_failure', 'the verifier ended without this verdict', true);
    try {
      const batch = this.#verifyBatch(this.known.problem, this.candidates, piece);
      for await (const verdicts of batch) {
        if (!this.#running || this.over) break;
        const now = performance.now();
        // The slot's time is shared by what came out of it, so that times add up to the slot's.
        const share = (now - piece.since) / Math.max(1, verdicts.length);
        for (const verdict of verdicts) this.#take(verdict, startedAt, share);
        slots.touch(piece, now);
      }
    } catch (error) {
      if (!this.over) rest = this.failure(error);
    }
    if (slots.release(piece)) this.#finish(piece, rest);
    slots.pump();
  }

  #take(verdict: VerdictInit, startedAt: number, serviceMs: number): void {
    const index = verdict.index ?? -1;
    if (this.#missing.delete(index)) this.answer(index, verdict, startedAt, serviceMs);
    else
      this.host.fault('verdict of a candidate that was not asked for, or twice', {
        problem: this.known.problem.id,
        index,
      });
  }

  #finish({ since }: Piece, rest: VerdictBody): void {
    this.#running = false;
    if (this.over) {
      this.letGo();
      return;
    }
    const share = (performance.now() - since) / Math.max(1, this.#missing.size);
    for (const index of this.#missing) this.answer(index, rest, since, share);
  }
}
