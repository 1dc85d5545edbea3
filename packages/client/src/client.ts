/** The orchestrator behind gRPC. */
import { once } from 'node:events';
import {
  AssayError,
  type CreateRunRequestInit,
  grpcReason,
  OrchestratorConnection,
  type Run,
  type RunProgress,
  type SubmitRequestInit,
  type SubmitResponse,
  status,
  type VerifierStatus,
} from '@assay/contract';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from './api.ts';
import { untilAborted } from './until-aborted.ts';

export interface ClientOptions {
  /**
   * Milliseconds for answers of unary calls.
   * @default 30000
   */
  timeoutMs?: number;
}

/** A client of the orchestrator at `host:port`. Errors are AssayErrors with the orchestrator's own codes. */
export class OrchestratorClient implements OrchestratorApi {
  readonly #connection: OrchestratorConnection;
  readonly #address: string;
  readonly #timeoutMs: number;

  constructor(address: string, { timeoutMs = 30_000 }: ClientOptions = {}) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#connection = new OrchestratorConnection(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
    });
  }

  #unary<Response>(
    call: (
      options: { deadline: number },
      callback: (error: ServiceError | null, response?: Response) => void,
    ) => void,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      call({ deadline: Date.now() + this.#timeoutMs }, (error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(this.#error(error));
      });
    });
  }

  #error(error: ServiceError | null): AssayError {
    const code = (error && grpcReason(error)) ?? 'orchestrator_failed';
    const detail = error?.details ?? 'no answer';
    if (error?.code === status.UNAVAILABLE) {
      return new AssayError(
        'orchestrator_unreachable',
        `No orchestrator answers at ${this.#address}: ${detail}`,
        {
          mend: 'Start one with: assay serve. What it had acknowledged is kept.',
          cause: error,
        },
      );
    }
    return new AssayError(code, detail, { cause: error });
  }

  createRun(request: CreateRunRequestInit): Promise<Run> {
    return this.#unary((options, callback) => this.#connection.createRun(request, options, callback));
  }

  /**
   * As in OrchestratorApi. Where the connection breaks, what was acknowledged stays: submit the same input again.
   */
  async submit(run: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const call = this.#connection.submit();
    /** Aborted where the call has failed, whoever is to blame. */
    const failed = new AbortController();
    const abort = () => {
      failed.abort(options.signal?.reason);
      call.cancel();
    };
    options.signal?.addEventListener('abort', abort);
    call.on('data', ({ verdicts }: SubmitResponse) => options.onVerdicts?.(verdicts));
    call.on('error', (error: ServiceError) => failed.abort(this.#error(error)));
    const ended = once(call, 'end', { signal: failed.signal });
    ended.catch(() => {});
    const write = async (request: SubmitRequestInit) => {
      failed.signal.throwIfAborted();
      if (!call.write(request)) await once(call, 'drain', { signal: failed.signal });
    };
    try {
      await write({ run });
      let last: SubmitChunk['problem'] | undefined;
      for await (const { problem, candidates, inputShare = 0 } of untilAborted(input, failed.signal)) {
        await write({
          problems: problem === last ? [] : [problem],
          candidates: [{ problem: problem.id ?? '', candidates: [...candidates] }],
          inputShare,
        });
        last = problem;
      }
      if (options.complete) await write({ complete: true });
      call.end();
      await ended;
    } catch (error) {
      // Waiting for an event says only that it was aborted.
      throw failed.signal.aborted ? failed.signal.reason : error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  async *watchRun(
    run: string,
    options: { once?: boolean; intervalMs?: number; signal?: AbortSignal } = {},
  ): AsyncIterable<RunProgress> {
    const { signal, ...rest } = options;
    const call = this.#connection.watchRun({ run, ...rest });
    const abort = () => call.cancel();
    signal?.addEventListener('abort', abort);
    try {
      for await (const progress of call) yield progress as RunProgress;
    } catch (error) {
      if (!signal?.aborted) throw this.#error(error as ServiceError);
    } finally {
      signal?.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  async getReport(run: string, options: { level?: number } = {}): Promise<string> {
    const request = { run, ...options };
    const { json } = await this.#unary<{ json: string }>((callOptions, callback) =>
      this.#connection.getReport(request, callOptions, callback),
    );
    return json;
  }

  async listRuns(): Promise<Run[]> {
    const { runs } = await this.#unary<{ runs: Run[] }>((options, callback) =>
      this.#connection.listRuns({}, options, callback),
    );
    return runs;
  }

  async listVerifiers(): Promise<VerifierStatus[]> {
    const { verifiers } = await this.#unary<{ verifiers: VerifierStatus[] }>((options, callback) =>
      this.#connection.listVerifiers({}, options, callback),
    );
    return verifiers;
  }

  cancelRun(run: string): Promise<Run> {
    return this.#unary((options, callback) => this.#connection.cancelRun({ run }, options, callback));
  }

  async registerVerifier(address: string, drain = false): Promise<number> {
    const { leaseS } = await this.#unary<{ leaseS: number }>((options, callback) =>
      this.#connection.registerVerifier({ address, drain }, options, callback),
    );
    return leaseS;
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}
