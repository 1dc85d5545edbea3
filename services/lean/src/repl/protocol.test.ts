import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ReplProcess } from './process.ts';
import { type Answer, parseAnswer, type Request } from './protocol.ts';
import { standIn } from './testing/stand-in.ts';
import { blocksOf, transcripts } from './testing/transcript.ts';

const recorded = transcripts();
const skip = recorded === undefined && 'the REPL’s transcripts are not on this machine';

/** How many bytes the stand-in writes at once. */
const sizes = [1 << 20, 61, 17, 251, 1021];

const answers: Answer[] = [];
const kinds = new Set<string>();

describe('transcripts of the real REPL, replayed', { skip, concurrency: 2 }, () => {
  for (const [i, { name, asked, answered }] of (recorded ?? []).entries()) {
    test(name, async () => {
      const requests = blocksOf(readFileSync(asked, 'utf8')).map((lines) => {
        return JSON.parse(lines.map((line) => line.trimEnd()).join('')) as Request;
      });
      const expected = blocksOf(readFileSync(answered, 'utf8')).map((lines) => JSON.parse(lines.join('\n')));
      assert.equal(requests.length, expected.length);
      const bytes = String(sizes[i % sizes.length]);
      const repl = await ReplProcess.start(standIn('transcript-repl.ts', asked, answered, bytes));
      for (const [at, request] of requests.entries()) {
        const reply = await repl.ask(request, 1e6);
        assert.equal(reply.kind, 'document', JSON.stringify(reply));
        if (reply.kind !== 'document') return;
        assert.deepEqual(reply.value, expected[at]);
        const answer = parseAnswer(reply.value);
        // No field is lost, and none made up.
        const { kind, ...fields } = answer;
        assert.deepEqual(fields, expected[at]);
        answers.push(answer);
        const what = Object.keys(request).find((key) => !['env', 'proofState'].includes(key));
        kinds.add(`${what} ${kind}`);
      }
      assert.equal(repl.surplus, undefined);
      await repl.kill();
    });
  }
});

test('all 71 pairs, 217 messages', { skip }, () => {
  assert.equal(recorded?.length, 71);
  assert.equal(answers.length, 217);
  const count = (test: (answer: Answer) => boolean) => answers.filter(test).length;
  assert.equal(
    count(({ kind }) => kind === 'error'),
    9,
  );
  const severities = answers.flatMap((answer) => ('messages' in answer ? (answer.messages ?? []) : []));
  assert.deepEqual(
    ['warning', 'error', 'info'].map((one) => severities.filter(({ severity }) => severity === one).length),
    [50, 26, 11],
  );
  const statuses = answers.flatMap((answer) => ('proofStatus' in answer ? [answer.proofStatus] : []));
  assert.equal(statuses.filter((status) => status === 'Completed').length, 15);
  assert.equal(statuses.length, 41 + 15 + 9 + 5 + 4);
  assert.deepEqual([...kinds].sort(), [
    'cmd command',
    'cmd error',
    'path command',
    'pickleTo command',
    'pickleTo tactic',
    'tactic error',
    'tactic tactic',
    'unpickleEnvFrom command',
    'unpickleProofStateFrom tactic',
  ]);
});

test('what is not an answer is refused, and the error says where', () => {
  const refused = (value: unknown, message: RegExp) => assert.throws(() => parseAnswer(value), message);
  refused([], /the answer is not an object/);
  refused({}, /message is not a string: missing/);
  refused({ env: -1 }, /env is not a count: -1/);
  refused({ env: '0' }, /env is not a count/);
  refused({ env: 0, messages: {} }, /messages is not a list/);
  const message = { severity: 'error', pos: { line: 1, column: 0 }, endPos: null, data: '' };
  assert.equal(parseAnswer({ env: 0, messages: [message] }).kind, 'command');
  refused({ env: 0, messages: [{ ...message, severity: 'fine' }] }, /messages\[0\]\.severity is not one of/);
  refused({ env: 0, messages: [{ ...message, data: 1 }] }, /messages\[0\]\.data is not a string/);
  refused({ env: 0, messages: [message, { ...message, pos: null }] }, /messages\[1\]\.pos is not an object/);
});
