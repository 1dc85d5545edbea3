/** One submission over as many connections as it takes: every verdict is handed on once. */
import { once } from 'node:events';
import {
  activeMetadata,
  messageOf,
  type OrchestratorConnection,
  type SubmitRequestInit,
  type SubmitResponse,
  status,
} from '@assay/contract';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import type { SubmitChunk, SubmitOptions } from './api.ts';
import { Unanswered } from './unanswered.ts';
import { orAborted } from './until-aborted.ts';

/** Ended by the server or the way to it. */
export class CallFailed extends Error {
  readonly error: ServiceError;

  constructor(error: ServiceError) {
    super(messageOf(error), { cause: error });
    this.error = error;
  }
}

export class Submission {
  readonly #run: string;
  readonly #input: AsyncIterator<SubmitChunk>;
  readonly #options: SubmitOptions;
  readonly #signal: AbortSignal;
  readonly #unanswered: Unanswered;
  /** Asked for and not yet sent: it outlives the connection. */
  #next: Promise<IteratorResult<SubmitChunk>> | undefined;
  /** The input has ended, of itself. */
  #read = false;
  readonly #onProgress: () => void;

  /**
   * @param verifiers of the run
   * @param onProgress called where verdicts come
   */
  constructor(
    run: string,
    input: AsyncIterable<SubmitChunk>,
    verifiers: number,
    options: SubmitOptions,
    signal: AbortSignal,
    onProgress: () => void,
  ) {
    this.#run = run;
    this.#input = input[Symbol.asyncIterator]();
    this.#options = options;
    this.#signal = signal;
    this.#unanswered = new Unanswered(verifiers);
    this.#onProgress = onProgress;
  }

  /**
   * Sends what lacks verdicts, then what follows of the input, and waits for all verdicts.
   * Rejects with CallFailed, the reason of the signal, or what the input threw.
   */
  async over(connection: OrchestratorConnection): Promise<void> {
    const { onVerdicts } = this.#options;
    const signal = this.#signal;
    signal.throwIfAborted();
    const call = connection.submit(this.#options.trace ?? activeMetadata());
    const failed = new AbortController();
    const abort = () => {
      failed.abort(signal.reason);
      call.cancel();
    };
    signal.addEventListener('abort', abort);
    call.on('data', ({ verdicts }: SubmitResponse) => {
      if (failed.signal.aborted) return;
      const fresh = this.#unanswered.take(verdicts);
      if (fresh.length === 0) return;
      this.#onProgress();
      onVerdicts?.(fresh);
    });
    call.on('error', (error: ServiceError) => failed.abort(new CallFailed(error)));
    const ended = once(call, 'end', { signal: failed.signal });
    ended.catch(() => {});
    const write = async (request: SubmitRequestInit) => {
      failed.signal.throwIfAborted();
      if (!call.write(request)) await once(call, 'drain', { signal: failed.signal });
    };
    let last: SubmitChunk['problem'] | undefined;
    const send = async ({ problem, candidates, inputShare = 0 }: SubmitChunk) => {
      await write({
        problems: problem === last ? [] : [problem],
        candidates: [{ problem: problem.id ?? '', candidates: [...candidates] }],
        inputShare,
      });
      last = problem;
    };
    try {
      await write({ run: this.#run });
      for (const chunk of this.#unanswered.chunks()) await send(chunk);
      for (;;) {
        const chunk = await this.#following(failed.signal);
        if (chunk === undefined) break;
        this.#unanswered.add(chunk);
        await send(chunk);
      }
      // It may depend on the input.
      if (this.#options.complete) await write({ complete: true });
      call.end();
      await ended;
      if (this.#unanswered.size > 0) throw cutShort(this.#unanswered.size);
    } catch (error) {
      // Waiting for an event says only that it was aborted.
      throw failed.signal.aborted ? failed.signal.reason : error;
    } finally {
      signal.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  /** The next chunk of the input; undefined at its end. */
  async #following(signal: AbortSignal): Promise<SubmitChunk | undefined> {
    if (this.#read) return undefined;
    signal.throwIfAborted();
    this.#next ??= this.#input.next();
    const next = await orAborted(this.#next, signal);
    this.#next = undefined;
    if (next.done !== true) return next.value;
    this.#read = true;
    return undefined;
  }

  /** Tells an input that has not ended to end, and does not wait for it. */
  close(): void {
    if (!this.#read) void Promise.resolve(this.#input.return?.()).catch(() => {});
  }
}

/** It said that all was well, and it was not: as if the connection had broken. */
function cutShort(candidates: number): CallFailed {
  const details = `it ended without the verdicts of ${candidates} candidates`;
  const fields = { code: status.UNAVAILABLE, details, metadata: new Metadata() };
  return new CallFailed(Object.assign(new Error(details), fields));
}
