/** Problems by digest, and large ones. */
import { randomBytes } from 'node:crypto';
import { problemCodec, problemDigest } from '@assay/contract';
import { failed, type Group, skipped, type Target } from './check.ts';
import { candidates, complete, connect, lives, problem, request, told, verify } from './client.ts';

const mib = 1 << 20;

/** Of the problem under test, and of one candidate. */
function problemBytes(target: Target): number {
  return problemCodec.serialize(problem(target)).length + Buffer.byteLength(target.texts[0] ?? '');
}

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
      name: 'without-digest',
      async run(target) {
        const asked = candidates(target, 1);
        const sent = { ...request(target, asked), problemDigest: '' };
        complete(await verify(target, sent), asked, 'a problem without its digest');
        return 'judged';
      },
    },
    {
      name: 'wrong-digest',
      async run(target) {
        const asked = candidates(target, 1);
        const sent = request(target, asked);
        const right = await verify(target, sent);
        complete(right, asked, 'the problem with its digest');
        const digest = randomBytes(32).toString('hex');
        const outcome = await verify(target, { ...sent, problemDigest: digest });
        if (outcome.code === 'INVALID_ARGUMENT') return 'refused';
        complete(outcome, asked, 'a problem under a wrong digest (or INVALID_ARGUMENT)');
        const [one, other] = [right.verdicts[0]?.status, outcome.verdicts[0]?.status];
        if (one !== other && !right.verdicts[0]?.retryable && !outcome.verdicts[0]?.retryable) {
          failed(`what was sent to be judged: ${one}`, `${other} under a wrong digest`);
        }
        return 'what was sent is judged';
      },
    },
    {
      name: 'large',
      async run(target) {
        // Room for all the rest of the request.
        const spare = 16 << 10;
        const sample = problemBytes(target);
        const bytes = Math.min(64 * mib, target.describe.maxMessageBytes) - sample - spare;
        if (bytes <= 0) skipped('max_message_bytes leaves no room beside the problem');
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
        const connection = connect(target.address, target.dialed);
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
