import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '@assay/contract';
import { verdictOf } from '../in-process.ts';
import { type Explanation, explained } from './judge.ts';
import { explanation } from './text.ts';

const plain = (_: unknown, text: string) => text;

type Body = Parameters<typeof verdictOf>[0];
type Encoded = Parameters<typeof explained>[1];

function told(body: Body, encoded?: Encoded, more: Partial<Explanation> = {}): Explanation {
  const verdict: Verdict = verdictOf({ times: { serviceUs: 1_500 }, ...body });
  return {
    ...{ transform: 'none', model: 'org/tiny', revision: 'ab12', engine: 'torch 2.11' },
    ...{ template: 'own', truncation: 'response', openS: 2 },
    ...explained(verdict, encoded),
    ...more,
  };
}

const scored: Body = {
  status: 'SCORED',
  score: 0.123456789,
  message: 'model=org/tiny; tokens=30; truncated=5',
  parts: [
    { name: 'logit', status: 'SCORED', score: 0.123456789 },
    { name: 'helpsteer-helpfulness', status: 'SCORED', score: 0.75, message: 'coefficient 0.0123' },
    { name: 'odd\x1b[2J', status: 'SCORED', score: -2 },
  ],
};

test('a score: what gave it, what was read, its parts', () => {
  const text = explanation(
    told(scored, { ids: [1, 2, 3, 4, 5, 6, 7], promptLength: 4, truncated: 2 }),
    plain,
  );
  assert.equal(
    text,
    `model    org/tiny, revision ab12, by torch 2.11
template own; what is too long: response
read     7 tokens: 4 to the response, 3 of it; 2 more were cut off
logit    0.1234568
took     1.5 ms, after 2.00 s to open the model

helpsteer-helpfulness  0.75  coefficient 0.0123
odd [2J                -2

score 0.1234568: the logit itself
`,
  );
});

test('a score of a backend that encodes by itself', () => {
  const text = explanation(
    told(scored, undefined, { template: '', revision: '', reading: 'label 1', transform: 'sigmoid' }),
    plain,
  );
  assert.match(text, /revision unknown, by torch 2\.11: label 1\n/);
  assert.doesNotMatch(text, /\ntemplate/);
  assert.match(text, /\nread {5}30 tokens; 5 more were cut off\n/);
  assert.match(text, /: sigmoid of the logit\n$/);
});

test('no score', () => {
  const text = explanation(told({ status: 'ERROR', reason: 'verifier_timeout' }), plain);
  assert.doesNotMatch(text, /\n(logit|read) /);
  assert.match(text, /\n\nnot scored \(verifier_timeout\): the verifier gave up after its own time limit\n$/);
});

test('no more parts than fit', () => {
  const parts = Array.from({ length: 50 }, (_, i) => ({
    name: `step ${i}`,
    status: 'SCORED' as const,
    score: i,
  }));
  assert.match(
    explanation(told({ ...scored, parts }), plain),
    /\nstep 39 +39\n… and 10 more; --json has all\n/,
  );
});
