// A verifier that does nothing, on the real kit: what is measured with it is Assay itself.
import { runVerifier } from '@assay/verifier-kit';

await runVerifier({
  name: 'noop',
  version: '1',
  kinds: ['math_answer'],
  verify: (_, { text }) =>
    text.endsWith('1')
      ? { status: 'CORRECT', answer: '1', answerClass: '1' }
      : { status: 'INCORRECT', reason: 'wrong_answer', answer: '0', answerClass: '0' },
});
