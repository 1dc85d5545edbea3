/** What the routes share. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError } from '@assay/contract';
import type { FastifyRequest } from 'fastify';
import type { DirectVerifiers } from './direct.ts';
import { type ProblemDetails, problemOf } from './http/errors.ts';
import { bearerOf } from './http/guard.ts';
import { Room, type Share } from './http/room.ts';
import type { Access, Upstream } from './upstream.ts';

export interface GatewayLimits {
  /** Bytes of a JSON body, and of a line of NDJSON. @default 32 MiB */
  maxBytes: number;
  /** Milliseconds for a JSON body to come whole. @default 60_000 */
  bodyMs: number;
  /** Milliseconds for the head of a request. @default 10_000 */
  headMs: number;
  /** Milliseconds for which a reader of a stream may not read what is there. @default 60_000 */
  silentReaderMs: number;
  /** Requests that are answered at a time. @default 512 */
  maxRequests: number;
  /** Bytes of bodies that are held at a time, of all requests. @default 256 MiB */
  maxHeldBytes: number;
}

export const defaultLimits: GatewayLimits = {
  maxBytes: 32 << 20,
  bodyMs: 60_000,
  headMs: 10_000,
  silentReaderMs: 60_000,
  maxRequests: 512,
  maxHeldBytes: 256 << 20,
};

/** How long health waits for the orchestrator. */
const healthMs = 5_000;

export class Gateway {
  readonly limits: GatewayLimits;
  /** Verifiers that are asked without the orchestrator, where some are given. */
  readonly direct: DirectVerifiers | undefined;
  readonly #room: Room;
  readonly #upstream: Upstream;
  readonly #stopping: AbortController;
  readonly #note: (line: string) => void;
  readonly #admitted = new WeakMap<IncomingMessage, { gone: AbortController; share: Share }>();

  constructor(
    upstream: Upstream,
    direct: DirectVerifiers | undefined,
    limits: GatewayLimits,
    stopping: AbortController,
    note: (line: string) => void,
  ) {
    this.#upstream = upstream;
    this.direct = direct;
    this.limits = limits;
    this.#room = new Room(limits.maxHeldBytes);
    this.#stopping = stopping;
    this.#note = note;
  }

  /** Aborts when the gateway is asked to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Asks the orchestrator in the name of whoever sent the request. Error: `bad_token`. */
  async as<T>(request: FastifyRequest, work: (access: Access) => Promise<T>): Promise<T> {
    return this.#upstream.as(bearerOf(request.headers), work);
  }

  /** Settles where the orchestrator lets the caller submit. Errors: `bad_token`, and those of the orchestrator. */
  checkCaller(request: FastifyRequest): Promise<void> {
    return this.as(request, ({ maySubmit }) => maySubmit());
  }

  isStream({ headers }: FastifyRequest): boolean {
    return isNdjson(headers['content-type']);
  }

  /** Aborts when whoever sent the request does not wait for the answer any more. */
  goneSignal({ raw }: { raw: IncomingMessage }): AbortSignal {
    return this.#find(raw).gone.signal;
  }

  /** What the request may hold of the memory for bodies; given back when it is answered. */
  shareOf({ raw }: { raw: IncomingMessage }): Share {
    return this.#find(raw).share;
  }

  #find(raw: IncomingMessage) {
    const admitted = this.#admitted.get(raw);
    if (admitted === undefined) throw new Error('not a request that was admitted');
    return admitted;
  }

  /** To be told of each request that is admitted. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    const gone = new AbortController();
    const share = this.#room.share();
    this.#admitted.set(request, { gone, share });
    response.once('close', () => {
      share.end();
      if (!response.writableFinished) gone.abort(new AssayError('closed', 'The caller is gone.'));
    });
  }

  /** What an error is told as; faults of our own are noted. */
  problemOf(error: unknown): ProblemDetails {
    const problem = problemOf(error);
    if (problem.status === 500) this.#note(`fault: ${error instanceof Error ? error.stack : String(error)}`);
    return problem;
  }

  /** What the drop-in endpoints ask. Errors: `orchestrator_unreachable`, `verifier_unreachable`. */
  async checkJudge(): Promise<void> {
    if (this.direct === undefined) return this.checkUpstream();
    await this.direct.reachable(AbortSignal.timeout(healthMs));
  }

  /** Error: `orchestrator_unreachable`. */
  async checkUpstream(): Promise<void> {
    await this.#upstream.as(undefined, ({ api }) => api.reachable(healthMs));
  }
}

export function isNdjson(type: string | undefined): boolean {
  return /^application\/(x-ndjson|jsonl|x-jsonlines)\s*(;|$)/i.test(type ?? '');
}
