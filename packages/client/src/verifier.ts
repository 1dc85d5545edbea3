/** One verifier, called without an orchestrator: every call is answered or ends. */
import {
  AssayError,
  connectVerifier,
  type DescribeResponse,
  Dialer,
  grpcReason,
  messageOf,
  type ProblemInit,
  status,
  type Verdict,
  type VerifierConnection,
  type VerifyResponse,
  verdictFault,
} from '@assay/contract';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';

/** Problems larger than this travel by digest once the verifier has seen them, as those of runs do. */
const byDigestBytes = 16 * 1024;

/** Candidates of one problem. */
export interface VerifierBatch {
  problem: ProblemInit;
  /** `problemDigest` of it. */
  digest: string;
  /** Its size on the wire. */
  bytes: number;
  texts: string[];
}

/** How a call ended that left candidates without a verdict. */
export interface CallFault {
  /** `refused`: the verifier is full. Else what went wrong, such as `UNAVAILABLE`. */
  kind: string;
  detail: string;
}

export interface CallEvents {
  /** Of the candidate at this index. */
  verdict(verdict: Verdict): void;
  /** Once, after all verdicts; `left` candidates have none. */
  ended(left: number, fault: CallFault | undefined): void;
}

export class VerifierClient {
  readonly description: DescribeResponse;
  readonly #connection: VerifierConnection;
  readonly #known = new Set<string>();
  readonly #calls = new Set<ClientReadableStream<VerifyResponse>>();

  private constructor(connection: VerifierConnection, description: DescribeResponse) {
    this.#connection = connection;
    this.description = description;
  }

  /** Waits for a verifier that starts; error: `verifier_unreachable` after `ms`. */
  static async connect(
    address: string,
    ms: number,
    signal: AbortSignal,
    dialer: Dialer = Dialer.ofVerifiers(),
  ): Promise<VerifierClient> {
    const further = { 'grpc.max_reconnect_backoff_ms': 1_000 };
    const connection = connectVerifier(address, dialer.dial(address), further);
    const { promise, resolve, reject } = Promise.withResolvers<DescribeResponse>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    // It may be refused when nobody waits any more.
    promise.catch(() => {});
    const deadline = Date.now() + ms;
    connection.waitForReady(deadline, (unready) => {
      if (unready !== undefined) return reject(unready);
      connection.describe({}, { deadline }, (error, description) => {
        if (description === undefined) reject(error);
        else resolve(description);
      });
    });
    try {
      signal.throwIfAborted();
      return new VerifierClient(connection, await promise);
    } catch (cause) {
      connection.close();
      signal.throwIfAborted();
      throw new AssayError('verifier_unreachable', `No verifier answers at ${address}: ${messageOf(cause)}`, {
        mend: 'Start it first; its first line on stdout says its address.',
        cause,
      });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Starts a call of at most `description.maxBatch` candidates, which ends after `deadlineMs` whatever happens.
   * Answers with what cancels it.
   */
  verify(batch: VerifierBatch, deadlineMs: number, events: CallEvents): () => void {
    const { problem, digest, bytes, texts } = batch;
    const whole = bytes <= byDigestBytes || !this.#known.has(digest);
    const missing = new Set(texts.keys());
    const call = this.#connection.verify(
      {
        problemDigest: digest,
        problem: whole ? problem : null,
        candidates: texts.map((text, index) => ({ index, text })),
      },
      { deadline: Date.now() + deadlineMs },
    );
    this.#calls.add(call);
    let cancel = () => call.cancel();
    let fault: CallFault | undefined;
    const end = (found?: CallFault) => {
      if (!this.#calls.delete(call)) return;
      fault ??= found;
      if (fault === undefined && missing.size > 0) {
        fault = { kind: 'garbage', detail: `ended OK without ${missing.size} verdicts` };
      }
      if (fault === undefined && bytes > byDigestBytes) this.#known.add(digest);
      events.ended(missing.size, fault);
    };
    call.on('data', ({ verdicts }: VerifyResponse) => {
      for (const verdict of verdicts) {
        const wrong = missing.has(verdict.index) ? verdictFault(verdict) : 'a verdict that was not asked for';
        if (wrong !== undefined) fault ??= { kind: 'garbage', detail: wrong };
        if (fault !== undefined) break;
        missing.delete(verdict.index);
        events.verdict(verdict);
      }
      if (fault !== undefined) call.cancel();
    });
    call.on('error', (error: ServiceError) => {
      if (!whole && grpcReason(error) === 'problem_unknown' && missing.size === texts.length) {
        this.#calls.delete(call);
        this.#known.delete(digest);
        cancel = this.verify(batch, deadlineMs, events);
        return;
      }
      const kind = error.code === status.RESOURCE_EXHAUSTED ? 'refused' : (status[error.code] ?? 'UNKNOWN');
      end({ kind, detail: grpcReason(error) ?? error.details });
    });
    call.on('status', ({ code }: { code: status }) => {
      if (code === status.OK) end();
    });
    return () => cancel();
  }

  /** Ends every call; each tells so. */
  cancel(): void {
    for (const call of this.#calls) call.cancel();
  }

  close(): void {
    this.cancel();
    this.#connection.close();
  }
}
