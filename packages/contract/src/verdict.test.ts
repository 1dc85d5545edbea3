import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part } from './generated/assay/v1/Part.ts';
import type { Verdict } from './generated/assay/v1/Verdict.ts';
import { reasons, verdictFault } from './verdict.ts';

const part: Part = {
  name: 'one',
  status: 'CORRECT',
  reason: '',
  message: '',
  times: null,
  example: false,
  run: null,
};
const verdict: Verdict = {
  index: 0,
  status: 'CORRECT',
  reason: '',
  message: '',
  answer: '',
  answerClass: '',
  parts: [],
  times: null,
  retryable: false,
};

test('verdicts that keep the contract', () => {
  assert.equal(verdictFault(verdict), undefined);
  assert.equal(verdictFault({ ...verdict, status: 'INCORRECT', reason: 'wrong_answer' }), undefined);
  assert.equal(verdictFault({ ...verdict, status: 'SCORED', score: -1.5, _score: 'score' }), undefined);
  assert.equal(verdictFault({ ...verdict, status: 'ERROR', reason: 'of_its_own_2' }), undefined);
  assert.equal(verdictFault({ ...verdict, parts: [part] }), undefined);
});

test('verdicts that break it', () => {
  const broken: [Partial<Verdict>, RegExp][] = [
    [{ status: 'VERDICT_STATUS_UNSPECIFIED' }, /status VERDICT_STATUS_UNSPECIFIED/],
    [{ status: 7 as never }, /status 7/],
    [{ status: 'INCORRECT' }, /without a reason/],
    [{ status: 'ERROR' }, /without a reason/],
    [{ status: 'SCORED' }, /without a score/],
    [{ status: 'SCORED', score: Number.NaN, _score: 'score' }, /NaN/],
    [{ score: Number.POSITIVE_INFINITY, _score: 'score' }, /Infinity/],
    [{ reason: 'Not Fine' }, /is not/],
    [{ parts: [part, { ...part, status: 'INCORRECT' }] }, /part "one": INCORRECT without a reason/],
    [{ parts: [{ ...part, score: Number.NaN, _score: 'score' }] }, /part "one": score NaN/],
  ];
  for (const [change, expected] of broken)
    assert.match(verdictFault({ ...verdict, ...change }) ?? '', expected);
});

test('every known reason is one that a verdict may carry', () => {
  for (const reason of Object.keys(reasons)) {
    assert.equal(verdictFault({ ...verdict, status: 'ERROR', reason }), undefined);
  }
});
