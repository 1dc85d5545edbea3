/** What a Verify request must be; everything else is refused before anything is judged. */
import {
  grpcError,
  messageOf,
  type Problem,
  problemDigest,
  type Reason,
  status,
  type VerifyRequest,
} from '@assay/contract';
import { problemKind, type Settings, type VerifierDefinition } from './definition.ts';
import type { KnownProblem, ProblemCache } from './problems.ts';

const digestPattern = /^[0-9a-f]{64}$/;

function refuse(what: string, reason: Reason | 'bad_request' = 'bad_request') {
  return grpcError(status.INVALID_ARGUMENT, what, reason);
}

/** Throws INVALID_ARGUMENT where the candidates break the contract. */
export function checkCandidates({ candidates }: VerifyRequest, { describe }: Settings): void {
  if (candidates.length === 0) throw refuse('candidates: none; send at least one');
  if (candidates.length > describe.maxBatch) {
    throw refuse(`candidates: ${candidates.length}; send at most ${describe.maxBatch} (Describe.max_batch)`);
  }
  const seen = new Set<number>();
  for (const { index } of candidates) {
    if (seen.has(index)) throw refuse(`candidates: index ${index} twice`);
    seen.add(index);
  }
}

/**
 * The request's problem: as sent, or as known by its digest. What was sent is always what is judged.
 * Throws INVALID_ARGUMENT, or FAILED_PRECONDITION `problem_unknown`.
 */
export function problemOf(request: VerifyRequest, settings: Settings, cache: ProblemCache): KnownProblem {
  const { problem, problemDigest: digest } = request;
  if (digest !== '' && !digestPattern.test(digest)) {
    throw refuse('problem_digest: not 64 lower-case hex digits of a SHA-256');
  }
  if (problem === null) {
    if (digest === '') throw refuse('problem: missing, and problem_digest is empty; send one of them');
    const known = cache.get(digest);
    if (known !== undefined) return known;
    throw grpcError(
      status.FAILED_PRECONDITION,
      `problem ${digest} is not known here; send it again with the problem`,
      'problem_unknown',
    );
  }
  const { definition, describe } = settings;
  const kind = problemKind(problem);
  const taken =
    kind !== undefined &&
    (describe.kinds.includes(kind) || (problem.spec === 'custom' && describe.kinds.includes('custom')));
  if (!taken) {
    throw refuse(
      `problem: ${kind === undefined ? 'has no spec' : `kind ${JSON.stringify(kind)}`}; ${describe.name} takes ${describe.kinds.join(', ')}`,
      'bad_problem',
    );
  }
  // Never under the digest that it came with: others would then be judged by what one caller says it names.
  const known = { problem, digest: problemDigest(problem), fault: problemFault(definition, problem) };
  cache.add(known);
  return known;
}

// A check that throws has not accepted the problem either.
function problemFault(definition: VerifierDefinition, problem: Problem): string | undefined {
  try {
    return definition.checkProblem?.(problem);
  } catch (error) {
    return messageOf(error);
  }
}
