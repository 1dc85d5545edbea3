/** The orchestrator behind gRPC. */
import { randomUUID } from 'node:crypto';
import {
  type AssayError,
  type CreateRunRequestInit,
  Dialer,
  type Run,
  type RunProgress,
  type VerifierStatus,
} from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from './api.ts';
import { Connections, type UnaryCall } from './connections.ts';
import { Retries } from './retries.ts';
import { CallFailed, Submission } from './submission.ts';

export interface ClientOptions {
  /**
   * Milliseconds for answers of unary calls, all tries together.
   * @default 30000
   */
  timeoutMs?: number;
  /**
   * Milliseconds for which submissions and watches are tried again without any progress, after a connection broke or
   * where there is none; 0: not at all.
   * @default 60000
   */
  reconnectMs?: number;
  /** Told of every connection that broke, and of when the next try comes. */
  onReconnect?: (fault: AssayError, waitMs: number) => void;
  /**
   * TLS, and the token to show.
   * @default as the environment says: ASSAY_TLS_…, ASSAY_TOKEN or ASSAY_TOKEN_FILE
   */
  dialer?: Pick<Dialer, 'dial'>;
}

/** Runs of which the number of verifiers is remembered. */
const maxRuns = 1_024;

type WatchOptions = NonNullable<Parameters<OrchestratorApi['watchRun']>[1]>;

/**
 * A client of the orchestrator at `host:port`, or of several that share a store: what one cannot answer is asked of
 * the next. Errors are AssayErrors with the orchestrator's own codes, and `orchestrator_unreachable`.
 */
export class OrchestratorClient implements OrchestratorApi {
  readonly #options: ClientOptions;
  readonly #connections: Connections;
  /** Verifiers of runs. */
  readonly #verifiers = new Map<string, number>();

  constructor(addresses: string | readonly string[], options: ClientOptions = {}) {
    this.#options = options;
    this.#connections = new Connections([addresses].flat(), options.dialer ?? Dialer.ofEnvironment());
  }

  #unary<Response>(call: UnaryCall<Response>): Promise<Response> {
    return this.#connections.unary(call, this.#options.timeoutMs ?? 30_000);
  }

  /** Without an id the run gets one here: another try after an answer that was lost then makes no second run. */
  async createRun(request: CreateRunRequestInit): Promise<Run> {
    const named = { ...request, id: request.id || randomUUID() };
    const run = await this.#unary<Run>((connection, options, callback) =>
      connection.createRun(named, options, callback),
    );
    this.#remember(run);
    return run;
  }

  #remember({ id, verifiers }: Run): void {
    this.#verifiers.delete(id);
    this.#verifiers.set(id, verifiers.length);
    const [oldest] = this.#verifiers.keys();
    if (this.#verifiers.size > maxRuns && oldest !== undefined) this.#verifiers.delete(oldest);
  }

  #orClosed(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#connections.closed]) : this.#connections.closed;
  }

  async #verifiersOf(run: string, signal: AbortSignal): Promise<number> {
    const known = this.#verifiers.get(run);
    if (known !== undefined) return known;
    for await (const { run: found } of this.watchRun(run, { once: true, signal })) {
      if (found) this.#remember(found);
    }
    return this.#verifiers.get(run) ?? 1;
  }

  /**
   * As in OrchestratorApi. Where the connection breaks, candidates that lack verdicts are sent again, to the next of
   * the addresses; each verdict is handed on once. What is kept for that is no more than what lacks verdicts.
   */
  async submit(run: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    const signal = this.#orClosed(options.signal);
    signal.throwIfAborted();
    const verifiers = await this.#verifiersOf(run, signal);
    signal.throwIfAborted();
    const retries = this.#retries(signal);
    const submission = new Submission(run, input, verifiers, options, signal, () => retries.progress());
    try {
      for (;;) {
        const { at, current } = this.#connections;
        try {
          await submission.over(current);
          return;
        } catch (error) {
          if (!(error instanceof CallFailed)) throw error;
          await this.#again(error.error, at, retries);
        }
      }
    } finally {
      submission.close();
    }
  }

  /** Waits for the next try, at the next address, or throws what the error means. */
  async #again(error: ServiceError, at: number, retries: Retries): Promise<void> {
    this.#connections.closed.throwIfAborted();
    const known = this.#connections.error(error, at);
    const waitMs = retries.next(error);
    if (waitMs === undefined) throw known;
    this.#connections.next(at);
    this.#options.onReconnect?.(known, waitMs);
    await retries.wait(waitMs);
  }

  /** As in OrchestratorApi; goes on over another connection where one breaks. */
  async *watchRun(run: string, options: WatchOptions = {}): AsyncIterable<RunProgress> {
    const { signal: given, ...rest } = options;
    const signal = this.#orClosed(given);
    const retries = this.#retries(signal);
    for (;;) {
      if (given?.aborted) return;
      const { at, current } = this.#connections;
      const call = current.watchRun({ run, ...rest });
      const abort = () => call.cancel();
      signal.addEventListener('abort', abort);
      try {
        for await (const progress of call) {
          retries.progress();
          yield progress as RunProgress;
        }
        return;
      } catch (error) {
        if (given?.aborted) return;
        await this.#again(error as ServiceError, at, retries);
      } finally {
        signal.removeEventListener('abort', abort);
        call.cancel();
      }
    }
  }

  #retries(signal: AbortSignal): Retries {
    return new Retries(this.#options.reconnectMs ?? 60_000, signal);
  }

  async getReport(run: string, options: { level?: number } = {}): Promise<string> {
    const request = { run, ...options };
    const { json } = await this.#unary<{ json: string }>((connection, callOptions, callback) =>
      connection.getReport(request, callOptions, callback),
    );
    return json;
  }

  async listRuns(): Promise<Run[]> {
    const { runs } = await this.#unary<{ runs: Run[] }>((connection, options, callback) =>
      connection.listRuns({}, options, callback),
    );
    return runs;
  }

  async listVerifiers(): Promise<VerifierStatus[]> {
    const { verifiers } = await this.#unary<{ verifiers: VerifierStatus[] }>(
      (connection, options, callback) => connection.listVerifiers({}, options, callback),
    );
    return verifiers;
  }

  cancelRun(run: string): Promise<Run> {
    return this.#unary((connection, options, callback) => connection.cancelRun({ run }, options, callback));
  }

  async registerVerifier(address: string, drain = false): Promise<number> {
    const { leaseS } = await this.#unary<{ leaseS: number }>((connection, options, callback) =>
      connection.registerVerifier({ address, drain }, options, callback),
    );
    return leaseS;
  }

  /** Settles where any of the addresses takes connections. Error: `orchestrator_unreachable`. */
  reachable(timeoutMs: number): Promise<void> {
    return this.#connections.reachable(timeoutMs);
  }

  /** Submissions and watches that are under way reject with `closed`. */
  async close(): Promise<void> {
    this.#connections.close();
  }
}
