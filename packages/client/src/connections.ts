/** Connections to orchestrators that share a store: the one in use, and the next where it fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AssayError,
  connectOrchestrator,
  type Dialer,
  grpcReason,
  type OrchestratorConnection,
  status,
} from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import { backoffMs, isBroken, isLimited, isSilent } from './retries.ts';

export type UnaryCall<Response> = (
  connection: OrchestratorConnection,
  options: { deadline: number },
  callback: (error: ServiceError | null, response?: Response) => void,
) => void;

export class Connections {
  readonly #addresses: readonly string[];
  readonly #dialer: Pick<Dialer, 'dial'>;
  readonly #open = new Map<string, OrchestratorConnection>();
  readonly #closer = new AbortController();
  /** Index of the address that is asked first. */
  #at = 0;

  /** @param addresses `host:port`; error: `bad_address` where there is none */
  constructor(addresses: readonly string[], dialer: Pick<Dialer, 'dial'>) {
    if (addresses.length === 0) throw new AssayError('bad_address', 'No address of an orchestrator.');
    this.#addresses = addresses;
    this.#dialer = dialer;
  }

  /** Aborts with `closed`. */
  get closed(): AbortSignal {
    return this.#closer.signal;
  }

  /** Number of the address in use; {@link next} and {@link error} are told which one failed. */
  get at(): number {
    return this.#at;
  }

  #address(at = this.#at): string {
    return this.#addresses[at % this.#addresses.length] as string;
  }

  /** To the address in use. Error: `closed`. */
  get current(): OrchestratorConnection {
    this.closed.throwIfAborted();
    const address = this.#address();
    let connection = this.#open.get(address);
    if (connection === undefined) {
      connection = connectOrchestrator(address, this.#dialer.dial(address), {
        // A peer that is gone without a word is noticed.
        'grpc.keepalive_time_ms': 30_000,
        'grpc.keepalive_timeout_ms': 10_000,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 5_000,
      });
      this.#open.set(address, connection);
    }
    return connection;
  }

  /** Turns from this address to the next, unless another call has done so. */
  next(from: number): void {
    if (this.#at === from) this.#at++;
  }

  /**
   * Asks each address in turn, from the last that answered, for so many milliseconds together; the same one again where
   * the tenant has called too often.
   */
  async unary<Response>(call: UnaryCall<Response>, timeoutMs: number): Promise<Response> {
    const until = Date.now() + timeoutMs;
    for (let tries = 1, refused = 0; ; ) {
      // Where there are others to ask, one that is silent does not get all of the time.
      const share = timeoutMs / Math.min(3, this.#addresses.length);
      const deadline = Math.min(until, Date.now() + share);
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const asked = this.#at;
      call(this.current, { deadline }, (error, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error);
      });
      try {
        return await promise;
      } catch (cause) {
        const error = cause as ServiceError | null;
        const known = this.error(error, asked);
        const waitMs = error !== null && isLimited(error) ? backoffMs(++refused) : 0;
        if (waitMs > 0 && Date.now() + waitMs < until) {
          await sleep(waitMs);
          continue;
        }
        const failed = error !== null && (isBroken(error) || isSilent(error));
        if (failed) this.next(asked);
        if (!failed || tries++ >= this.#addresses.length || Date.now() >= until) throw known;
      }
    }
  }

  /** What a call to this address that failed means. */
  error(error: ServiceError | null, at: number): AssayError {
    const code = (error && grpcReason(error)) ?? 'orchestrator_failed';
    const detail = error?.details ?? 'no answer';
    if (error?.code === status.UNAVAILABLE) return unreachable(`${this.#address(at)}: ${detail}`, error);
    return new AssayError(code, detail, { cause: error });
  }

  /** Settles where any of the addresses takes connections. Error: `orchestrator_unreachable`. */
  async reachable(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let tries = 1; ; tries++) {
      const share = Math.min(deadline, Date.now() + timeoutMs / this.#addresses.length);
      const asked = this.#at;
      const error = await new Promise<Error | undefined>((resolve) =>
        this.current.waitForReady(share, resolve),
      );
      if (error === undefined) return;
      if (tries >= this.#addresses.length) {
        throw unreachable(`${this.#addresses.join(', ')}: ${error.message}`, error);
      }
      this.next(asked);
    }
  }

  close(): void {
    this.#closer.abort(new AssayError('closed', 'The client was closed.'));
    for (const connection of this.#open.values()) connection.close();
  }
}

function unreachable(where: string, cause: unknown): AssayError {
  return new AssayError('orchestrator_unreachable', `No orchestrator answers at ${where}`, {
    mend: 'Start one with: assay serve. What it had acknowledged is kept.',
    cause,
  });
}
