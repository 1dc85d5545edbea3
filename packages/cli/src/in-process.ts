/** A verifier in this process: asked once, and without a service around it. */
import { messageOf, type Problem, packageDefinition, problemDigest, type Verdict } from '@assay/contract';
import type { VerdictBody, VerifierDefinition, VerifyContext } from '@assay/verifier-kit';

export interface Surroundings {
  /** Ends what runs. */
  readonly signal: AbortSignal;
  /** Things worth knowing, line by line. */
  readonly say: (line: string) => void;
}

/** Rejects as soon as the signal aborts, whatever the work then does. */
export async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  work.catch(() => {});
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** What a verifier throws is its own failure: ERROR, as in a run. */
export function failure(error: unknown): VerdictBody {
  return { status: 'ERROR', reason: 'verifier_failure', message: messageOf(error), retryable: true };
}

/** The verdict on one candidate of a verifier that judges batches. */
export async function firstVerdict(
  verifier: VerifierDefinition,
  problem: Problem,
  text: string,
  { signal, say }: Surroundings,
): Promise<Verdict> {
  const context = { signal, log: logTo(say), problemDigest: problemDigest(problem) };
  const candidates = [{ index: 0, text: text.toWellFormed(), tokens: 0 }];
  try {
    for await (const [verdict] of verifier.verifyBatch?.(problem, candidates, context) ?? []) {
      if (verdict !== undefined) return verdictOf(verdict);
    }
    throw new Error('the verifier ended without a verdict');
  } catch (error) {
    return verdictOf(failure(error));
  }
}

const codec = packageDefinition['assay.v1.Verdict'] as unknown as {
  serialize(verdict: VerdictBody): Buffer;
  deserialize(bytes: Buffer): Verdict;
};

/** A verdict with every field, as a client gets it. */
export function verdictOf(body: VerdictBody): Verdict {
  return codec.deserialize(codec.serialize(body));
}

/** What the verifier logs is for those who look into it. */
export function logTo(say: (line: string) => void): VerifyContext['log'] {
  const log = (detail: unknown, message: string = String(detail)) => {
    if (process.env.ASSAY_DEBUG === '1') say(message);
  };
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return Object.fromEntries(levels.map((level) => [level, log])) as unknown as VerifyContext['log'];
}
