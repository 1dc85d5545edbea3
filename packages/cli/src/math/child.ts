/** The process that judges for `assay math`: texts may be hostile, and a process can be ended at any moment. */
import { AssayError, messageOf } from '@assay/contract';
import { verify } from '@assay/math/verify';
import type { Question, Reply } from './ask.ts';

function reply({ gold, answer, policy }: Question): Reply {
  try {
    return { verification: verify(gold, answer, policy) };
  } catch (error) {
    // What a user can mend is told with its code; anything else is a fault of the verifier.
    if (!(error instanceof AssayError)) return { failure: messageOf(error) };
    const [message = ''] = error.message.split('\n');
    return { error: { code: error.code, message, mend: error.mend } };
  }
}

process.on('message', (question: Question) => process.send?.(reply(question)));
process.on('disconnect', () => process.exit());
process.send?.({ ready: true } satisfies Reply);
