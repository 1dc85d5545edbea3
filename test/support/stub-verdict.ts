/** What the stub says: a candidate is CORRECT where its last word is the gold answer. */
import type { VerdictBody } from '@assay/verifier-kit';

export function stubVerdict(gold: string | undefined, text: string): VerdictBody {
  const answer = text.trim().split(/\s+/).at(-1) ?? '';
  if (answer === '') return { status: 'INCORRECT', reason: 'no_answer' };
  if (answer !== gold) return { status: 'INCORRECT', reason: 'wrong_answer', answer, answerClass: answer };
  return { status: 'CORRECT', answer, answerClass: answer };
}
