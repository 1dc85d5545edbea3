/** Streams that are open: they end when the token with which they began is taken out. */
import { grpcError, type OrchestratorHandlers, status, type Tokens } from '@assay/contract';
import type { Metadata } from '@grpc/grpc-js';

interface Stream {
  metadata: Metadata;
  emit(event: 'error', error: unknown): void;
  emit(event: 'cancelled', why: string): void;
  once(event: string, listener: () => void): void;
}

/** Milliseconds between two looks. */
const lookMs = 2_000;

export class OpenStreams {
  readonly #tokens: Tokens | undefined;
  readonly #open = new Set<Stream>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(tokens: Tokens | undefined) {
    this.#tokens = tokens;
    if (tokens !== undefined) this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** The handlers, with their streams known here. */
  watched(handlers: OrchestratorHandlers): OrchestratorHandlers {
    if (this.#tokens === undefined) return handlers;
    const { Submit, WatchRun } = handlers;
    return {
      ...handlers,
      Submit: (call) => {
        this.#add(call as unknown as Stream);
        Submit(call);
      },
      WatchRun: (call) => {
        this.#add(call as unknown as Stream);
        WatchRun(call);
      },
    };
  }

  #add(stream: Stream): void {
    this.#open.add(stream);
    for (const event of ['finish', 'cancelled', 'close', 'error']) {
      stream.once(event, () => this.#open.delete(stream));
    }
  }

  #look(): void {
    for (const stream of this.#open) {
      if (this.#tokens?.find(stream.metadata) !== undefined) continue;
      // The handler stops as if the caller had gone.
      stream.emit('cancelled', 'token');
      stream.emit('error', grpcError(status.UNAUTHENTICATED, 'the token was taken out', 'token_unknown'));
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
