/** The orchestrator behind gRPC. */
import { randomUUID } from 'node:crypto';
import {
  AssayError,
  type CreateRunRequestInit,
  connectOrchestrator,
  Dialer,
  grpcReason,
  type OrchestratorConnection,
  type Run,
  type RunProgress,
  status,
  type VerifierStatus,
} from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from './api.ts';
import { isBroken, Retries } from './retries.ts';
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
  dialer?: Dialer;
}

/** Runs of which the number of verifiers is remembered. */
const maxRuns = 1_024;

type WatchOptions = NonNullable<Parameters<OrchestratorApi['watchRun']>[1]>;

/**
 * A client of the orchestrator at `host:port`, or of several that share a store: what one cannot answer is asked of
 * the next. Errors are AssayErrors with the orchestrator's own codes, and `orchestrator_unreachable`.
 */
export class OrchestratorClient implements OrchestratorApi {
  readonly #addresses: readonly string[];
  readonly #options: ClientOptions;
  readonly #dialer: Dialer;
  readonly #connections = new Map<string, OrchestratorConnection>();
  /** Verifiers of runs. */
  readonly #verifiers = new Map<string, number>();
  /** Index of the address that is asked first. */
  #at = 0;

  constructor(addresses: string | readonly string[], options: ClientOptions = {}) {
    this.#addresses = [addresses].flat();
    if (this.#addresses.length === 0) throw new AssayError('bad_address', 'No address of an orchestrator.');
    this.#options = options;
    this.#dialer = options.dialer ?? Dialer.ofEnvironment();
  }

  get #address(): string {
    return this.#addresses[this.#at % this.#addresses.length] as string;
  }

  get #connection(): OrchestratorConnection {
    const address = this.#address;
    let connection = this.#connections.get(address);
    if (connection === undefined) {
      connection = this.#connect(address);
      this.#connections.set(address, connection);
    }
    return connection;
  }

  #connect(address: string): OrchestratorConnection {
    return connectOrchestrator(address, this.#dialer.dial(address), {
      // A peer that is gone without a word is noticed.
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 5_000,
    });
  }

  /** Asks each address in turn, from the last that answered. */
  async #unary<Response>(
    call: (
      connection: OrchestratorConnection,
      options: { deadline: number },
      callback: (error: ServiceError | null, response?: Response) => void,
    ) => void,
  ): Promise<Response> {
    const deadline = Date.now() + (this.#options.timeoutMs ?? 30_000);
    for (let tries = 1; ; tries++) {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      call(this.#connection, { deadline }, (error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error);
      });
      try {
        return await promise;
      } catch (error) {
        const known = this.#error(error as ServiceError | null);
        const broken = error !== null && isBroken(error as ServiceError);
        if (broken) this.#at++;
        if (!broken || tries >= this.#addresses.length || Date.now() >= deadline) throw known;
      }
    }
  }

  #error(error: ServiceError | null): AssayError {
    const code = (error && grpcReason(error)) ?? 'orchestrator_failed';
    const detail = error?.details ?? 'no answer';
    if (error?.code === status.UNAVAILABLE) return unreachable(`${this.#address}: ${detail}`, error);
    return new AssayError(code, detail, { cause: error });
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

  async #verifiersOf(run: string, signal: AbortSignal | undefined): Promise<number> {
    const known = this.#verifiers.get(run);
    if (known !== undefined) return known;
    for await (const { run: found } of this.watchRun(run, { once: true, ...(signal && { signal }) })) {
      if (found) this.#remember(found);
    }
    return this.#verifiers.get(run) ?? 1;
  }

  /**
   * As in OrchestratorApi. Where the connection breaks, candidates that lack verdicts are sent again, to the next of
   * the addresses; each verdict is handed on once. What is kept for that is no more than what lacks verdicts.
   */
  async submit(run: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    const verifiers = await this.#verifiersOf(run, signal);
    signal?.throwIfAborted();
    const retries = this.#retries(signal);
    const submission = new Submission(run, input, verifiers, options, () => retries.progress());
    try {
      for (;;) {
        try {
          await submission.over(this.#connection);
          return;
        } catch (error) {
          if (!(error instanceof CallFailed)) throw error;
          await this.#again(error.error, retries);
        }
      }
    } finally {
      submission.close();
    }
  }

  /** Waits for the next try, at the next address, or throws what the error means. */
  async #again(error: ServiceError, retries: Retries): Promise<void> {
    const known = this.#error(error);
    const waitMs = retries.next(error);
    if (waitMs === undefined) throw known;
    this.#at++;
    this.#options.onReconnect?.(known, waitMs);
    await retries.wait(waitMs);
  }

  /** As in OrchestratorApi; goes on over another connection where one breaks. */
  async *watchRun(run: string, options: WatchOptions = {}): AsyncIterable<RunProgress> {
    const { signal, ...rest } = options;
    const retries = this.#retries(signal);
    for (;;) {
      if (signal?.aborted) return;
      const call = this.#connection.watchRun({ run, ...rest });
      const abort = () => call.cancel();
      signal?.addEventListener('abort', abort);
      try {
        for await (const progress of call) {
          retries.progress();
          yield progress as RunProgress;
        }
        return;
      } catch (error) {
        if (signal?.aborted) return;
        await this.#again(error as ServiceError, retries);
      } finally {
        signal?.removeEventListener('abort', abort);
        call.cancel();
      }
    }
  }

  #retries(signal: AbortSignal | undefined): Retries {
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
  async reachable(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let tries = 1; ; tries++) {
      const share = Math.min(deadline, Date.now() + timeoutMs / this.#addresses.length);
      const error = await new Promise<Error | undefined>((resolve) =>
        this.#connection.waitForReady(share, resolve),
      );
      if (error === undefined) return;
      if (tries >= this.#addresses.length) {
        throw unreachable(`${this.#addresses.join(', ')}: ${error.message}`, error);
      }
      this.#at++;
    }
  }

  async close(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
  }
}

function unreachable(where: string, cause: unknown): AssayError {
  return new AssayError('orchestrator_unreachable', `No orchestrator answers at ${where}`, {
    mend: 'Start one with: assay serve. What it had acknowledged is kept.',
    cause,
  });
}
