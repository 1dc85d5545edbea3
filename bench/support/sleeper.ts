// A verifier of known service time: NAME judges every candidate in SLEEP_MS milliseconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { runVerifier } from '@assay/verifier-kit';

const { NAME: name = 'sleeper', SLEEP_MS: ms = '20' } = process.env;

await runVerifier({
  name,
  version: '1',
  kinds: ['math_answer'],
  async verify() {
    await sleep(Number(ms));
    return { status: 'CORRECT', answer: '1', answerClass: '1' };
  },
});
