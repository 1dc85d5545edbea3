// The process of a verifier for tests: a candidate is CORRECT where its last word is the gold answer. Judging takes
// a random time of STUB_MEAN_MS milliseconds in the mean, or just that with STUB_FIXED; without it, none.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '@assay/contract';
import { runVerifier, type VerdictBody } from '@assay/verifier-kit';

const meanMs = Number(process.env.STUB_MEAN_MS ?? 0);
const fixed = process.env.STUB_FIXED !== undefined;

await runVerifier({
  name: 'stub',
  version: '1',
  kinds: ['math_answer'],
  async verify(problem, { text }) {
    if (meanMs > 0) await sleep(fixed ? meanMs : 2 * meanMs * Math.random());
    return judge(problem, text);
  },
});

function judge({ mathAnswer }: Problem, text: string): VerdictBody {
  const answer = text.trim().split(/\s+/).at(-1) ?? '';
  if (answer === '') return { status: 'INCORRECT', reason: 'no_answer' };
  if (answer !== mathAnswer?.gold) {
    return { status: 'INCORRECT', reason: 'wrong_answer', answer, answerClass: answer };
  }
  return { status: 'CORRECT', answer, answerClass: answer };
}
