/** The code verifier in this process: asked once, and without a service around it. */
import { messageOf, type Problem, packageDefinition, problemDigest, type Verdict } from '@assay/contract';
import type { VerdictBody, VerifierDefinition, VerifyContext } from '@assay/verifier-kit';

export interface Surroundings {
  /** Ends what runs. */
  readonly signal: AbortSignal;
  /** Things worth knowing, line by line. */
  readonly say: (line: string) => void;
}

/**
 * Judges one candidate. What the verifier throws is its own failure: ERROR, as in a run. Rejects with the signal's
 * reason. Errors: those of the verifier's start (`no_docker`, `no_image`, `image_build`).
 */
export async function ask(
  verifier: VerifierDefinition,
  problem: Problem,
  text: string,
  { signal, say }: Surroundings,
): Promise<Verdict> {
  const fault = verifier.checkProblem?.(problem);
  if (fault !== undefined) return verdictOf({ status: 'ERROR', reason: 'bad_problem', message: fault });
  await prepared({ signal, say });
  try {
    await verifier.start?.({ slots: 1, capacity: 1, maxBatch: 1, candidateTimeoutMs: 0x7fffffff });
    signal.throwIfAborted();
    const context = { signal, log: logTo(say), problemDigest: problemDigest(problem) };
    const candidate = { index: 0, text: text.toWellFormed(), tokens: 0 };
    const judging = Promise.resolve(verifier.verify?.(problem, candidate, context) ?? {});
    return verdictOf(await beforeAbort(judging.catch(failure), signal));
  } finally {
    await verifier.stop?.();
  }
}

/** Sees to it that there is an image. Errors: `no_docker`, `image_build`. */
export async function prepared({ signal, say }: Surroundings): Promise<void> {
  const { codeService } = await import('@assay/code');
  await beforeAbort(codeService.prepare(say), signal);
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

function failure(error: unknown): VerdictBody {
  return { status: 'ERROR', reason: 'verifier_failure', message: messageOf(error), retryable: true };
}

const codec = packageDefinition['assay.v1.Verdict'] as unknown as {
  serialize(verdict: VerdictBody): Buffer;
  deserialize(bytes: Buffer): Verdict;
};

/** A verdict with every field, as a client gets it. */
function verdictOf(body: VerdictBody): Verdict {
  return codec.deserialize(codec.serialize(body));
}

/** What the verifier logs is for those who look into it. */
function logTo(say: (line: string) => void): VerifyContext['log'] {
  const log = (detail: unknown, message: string = String(detail)) => {
    if (process.env.ASSAY_DEBUG === '1') say(message);
  };
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return Object.fromEntries(levels.map((level) => [level, log])) as unknown as VerifyContext['log'];
}
