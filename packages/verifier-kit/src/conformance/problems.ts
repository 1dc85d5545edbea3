/** Problems by digest, and large ones. */
import { randomBytes } from 'node:crypto';
import { problemDigest } from '@assay/contract';
import { failed, type Group, skipped } from './check.ts';
import { candidates, complete, connect, lives, problem, request, told, verify } from './client.ts';

const mib = 1 << 20;

export const problems: Group = {
  name: 'problems',
  needsJudging: true,
  checks: [
    {
      name: 'by-digest',
      async run(target) {
        const asked = candidates(target, 1);
        const sent = request(target, asked);
        complete(await verify(target, sent), asked, 'the problem with its digest');
        const outcome = await verify(target, { ...sent, problem: null });
        if (outcome.code === 'FAILED_PRECONDITION' && outcome.reason === 'problem_unknown') {
          return 'forgotten at once, and says so';
        }
        complete(outcome, asked, 'the digest alone (or FAILED_PRECONDITION problem_unknown)');
        return 'known by its digest';
      },
    },
    {
      name: 'unknown-digest',
      async run(target) {
        problem(target);
        const digest = randomBytes(32).toString('hex');
        const outcome = await verify(target, { problemDigest: digest, candidates: candidates(target, 1) });
        if (outcome.code !== 'FAILED_PRECONDITION' || outcome.reason !== 'problem_unknown') {
          failed('FAILED_PRECONDITION with assay-reason problem_unknown', told(outcome));
        }
        return outcome.details;
      },
    },
    {
      name: 'large',
      async run(target) {
        const bytes = Math.min(8 * mib, Math.floor(target.describe.maxMessageBytes * 0.9));
        const asked = candidates(target, 1);
        // The name of its data set bears on no verdict, so the size is all that is new.
        const large = { ...problem(target), dataset: 'x'.repeat(bytes) };
        const outcome = await verify(target, {
          problem: large,
          problemDigest: problemDigest(large),
          candidates: asked,
        });
        complete(outcome, asked, `a problem of ${bytes} bytes (max_message_bytes allows it)`);
        return `${(bytes / mib).toFixed(1)} MiB`;
      },
    },
    {
      name: 'too-large',
      async run(target) {
        const { maxMessageBytes } = target.describe;
        if (maxMessageBytes > 256 * mib) skipped('max_message_bytes is above 256 MiB');
        const large = { ...problem(target), dataset: 'x'.repeat(maxMessageBytes) };
        // On a connection of its own: its bytes would hold up what comes after.
        const connection = connect(target.address);
        const outcome = await verify(
          { ...target, connection },
          { problem: large, candidates: candidates(target, 1) },
        );
        connection.close();
        if (outcome.code === 'OK') failed('a refusal of more than max_message_bytes', told(outcome));
        await lives(target, 'after a request that is too large');
        return outcome.code;
      },
    },
  ],
};
