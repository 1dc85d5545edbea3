/** What a verdict may look like, and what its reason codes mean. */
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
  patch_failed: 'the patch does not apply',
  tests_failed: 'tests that should pass do not',
  lean_error: 'Lean rejects the proof',
  bad_axiom: 'the proof rests on an axiom that is not allowed',
  statement_changed: 'the candidate proves another statement',
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
} as const;

export type Reason = keyof typeof reasons;

const reasonPattern = /^[a-z0-9_]{1,63}$/;

/** Says in what a verdict breaks the contract, or undefined where it keeps it. */
export function verdictFault(verdict: Verdict): string | undefined {
  switch (verdict.status) {
    case 'CORRECT':
      break;
    case 'INCORRECT':
    case 'ERROR':
      if (verdict.reason === '') return `${verdict.status} without a reason`;
      break;
    case 'SCORED':
      if (verdict._score === undefined) return 'SCORED without a score';
      break;
    default:
      return `status ${String(verdict.status)}`;
  }
  if (verdict.reason !== '' && !reasonPattern.test(verdict.reason)) {
    return `reason ${JSON.stringify(verdict.reason.slice(0, 80))} is not [a-z0-9_]{1,63}`;
  }
  if (verdict._score !== undefined && !Number.isFinite(verdict.score)) return `score ${verdict.score}`;
  return undefined;
}
