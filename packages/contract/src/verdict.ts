/** What a verdict may look like, and what its reason codes mean. */
import type { Part } from './generated/assay/v1/Part.ts';
import type { Verdict } from './generated/assay/v1/Verdict.ts';

/**
 * Known reason codes. A verifier may use others of its own in [a-z0-9_]{1,63}; these have one meaning everywhere.
 */
export const reasons = {
  // INCORRECT: the candidate's own doing.
  wrong_answer: 'the answer is not the reference answer',
  no_answer: 'no answer was found in the candidate',
  time_limit: 'the candidate ran out of its time',
  memory_limit: 'the candidate ran out of its memory',
  output_limit: 'the candidate wrote too much',
  runtime_error: 'the candidate crashed',
  compile_error: 'the candidate does not compile',
  presentation_error: 'the right tokens in the wrong form',
  idle_limit: 'the candidate waited until its wall time was over, without using its CPU time',
  patch_failed: 'the patch does not apply',
  tests_failed: 'tests that should pass do not',
  touches_test_infra: 'the patch does nothing but edit what decides on tests',
  lean_error: 'Lean rejects the proof',
  bad_axiom: 'the proof rests on an axiom that is not allowed',
  statement_changed: 'the candidate proves another statement',
  has_sorry: 'the proof has a gap: it rests on sorry',
  not_found: 'the theorem is not there after the proof',
  shape_refused: 'the proof is not one proof alone, or uses what could change the checker',
  heartbeats: "the proof ran out of Lean's heartbeats",
  forged_answer: "the proof wrote the checker's answer itself",
  checker_refused: 'Lean accepts the proof, and an independent checker does not',
  // ERROR: the verifier or its machine.
  verifier_timeout: 'the verifier gave up after its own time limit',
  verifier_failure: 'the verifier failed',
  verifier_crash: 'the verifier died while it judged this',
  verifier_stall: 'the verifier stopped answering',
  verifier_garbage: 'the verifier broke the contract',
  undecided: 'the verifier cannot tell',
  poison: 'every replica that judged this candidate alone died of it',
  unavailable: 'no replica of the verifier could be reached',
  too_large: 'the candidate is larger than the verifier reads',
  bad_problem: 'the verifier cannot judge this problem',
  // Errors of a whole call, in the trailer.
  bad_request: 'the request breaks the contract',
  problem_unknown: 'only the digest of the problem was sent, and the verifier does not have it',
  full: 'the verifier has no room for the batch now',
  draining: 'the verifier is about to end',
} as const;

export type Reason = keyof typeof reasons;

const reasonPattern = /^[a-z0-9_]{1,63}$/;

/** What of a verdict, or of a part of one, can break the contract. */
type Statement = Pick<Verdict, 'status' | 'reason' | 'score' | '_score'>;

/** Says in what a verdict breaks the contract, or undefined where it keeps it. */
export function verdictFault(
  verdict: Statement & { parts: readonly (Statement & Pick<Part, 'name'>)[] },
): string | undefined {
  for (const part of verdict.parts) {
    const fault = statementFault(part);
    if (fault !== undefined) return `part ${JSON.stringify(part.name.slice(0, 80))}: ${fault}`;
  }
  return statementFault(verdict);
}

function statementFault({ status, reason, score, _score }: Statement): string | undefined {
  switch (status) {
    case 'CORRECT':
      break;
    case 'INCORRECT':
    case 'ERROR':
      if (reason === '') return `${status} without a reason`;
      break;
    case 'SCORED':
      if (_score === undefined) return 'SCORED without a score';
      break;
    default:
      return `status ${String(status)}`;
  }
  if (reason !== '' && !reasonPattern.test(reason)) {
    return `reason ${JSON.stringify(reason.slice(0, 80))} is not [a-z0-9_]{1,63}`;
  }
  if (_score !== undefined && !Number.isFinite(score)) return `score ${score}`;
  return undefined;
}
