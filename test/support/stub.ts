// The process of a verifier for tests: a candidate is CORRECT where its last word is the gold answer. Judging takes
// a random time of STUB_MEAN_MS milliseconds in the mean, or just that with STUB_FIXED; without it, none.
import { setTimeout as sleep } from 'node:timers/promises';
import { runVerifier } from '@assay/verifier-kit';
import { stubVerdict } from './stub-verdict.ts';

const meanMs = Number(process.env.STUB_MEAN_MS ?? 0);
const fixed = process.env.STUB_FIXED !== undefined;

await runVerifier({
  name: 'stub',
  version: '1',
  kinds: ['math_answer'],
  async verify(problem, { text }) {
    if (meanMs > 0) await sleep(fixed ? meanMs : 2 * meanMs * Math.random());
    return stubVerdict(problem.mathAnswer?.gold, text);
  },
});
