/** A verifier's process for tests: a candidate's text says what its judging does. */
import { runVerifier } from './run.ts';

await runVerifier({
  name: 'fixture',
  version: '7',
  kinds: ['math_answer'],
  slots: 2,
  maxBatch: 32,
  capacity: 64,
  candidateTimeoutMs: 500,
  async verify(_problem, { text }) {
    if (text === 'hang') await new Promise(() => {});
    if (text === 'crash') setTimeout(() => Promise.reject(new Error('stray')), 0);
    await new Promise((resolve) => setTimeout(resolve, text === 'slow' ? 300 : 1));
    return { status: 'CORRECT' };
  },
});
