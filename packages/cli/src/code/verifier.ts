/** The code verifier in this process. */
import { type Problem, problemDigest, type Verdict } from '@assay/contract';
import type { VerifierDefinition } from '@assay/verifier-kit';
import { beforeAbort, failure, logTo, type Surroundings, verdictOf } from '../in-process.ts';

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
