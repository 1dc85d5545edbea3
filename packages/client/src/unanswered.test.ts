import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunVerdict } from '@assay/contract';
import { Unanswered } from './unanswered.ts';

const p = { id: 'p' };
const q = { id: 'q' };
const candidates = (...indexes: number[]) => indexes.map((index) => ({ index, text: String(index) }));
const verdict = (problem: string, candidate: number, verifier = 'a'): RunVerdict => ({
  ...{ problem, candidate, verifier, source: 'JUDGED', verdict: null },
});
const left = (unanswered: Unanswered, most?: number) =>
  [...unanswered.chunks(most)].map(({ problem, candidates: some }) => [
    problem.id,
    ...some.map(({ index }) => index),
  ]);

test('keeps what lacks the verdict of any verifier, and gives each verdict once', () => {
  const unanswered = new Unanswered(2);
  unanswered.add({ problem: p, candidates: candidates(0, 1) });
  unanswered.add({ problem: q, candidates: candidates(0) });
  assert.equal(unanswered.take([verdict('p', 0), verdict('p', 0), verdict('q', 0)]).length, 2);
  assert.equal(unanswered.size, 3);
  assert.equal(unanswered.take([verdict('p', 0, 'b'), verdict('p', 0), verdict('p', 7)]).length, 1);
  assert.deepEqual(left(unanswered), [
    ['p', 1],
    ['q', 0],
  ]);
  assert.equal(unanswered.take([verdict('q', 0), verdict('q', 0, 'b')]).length, 1);
  assert.deepEqual(left(unanswered), [['p', 1]]);
});

test('a candidate that the input has twice gets two verdicts, and is sent again in two messages', () => {
  const unanswered = new Unanswered(1);
  unanswered.add({ problem: p, candidates: candidates(0, 1) });
  unanswered.add({ problem: p, candidates: candidates(0) });
  assert.deepEqual(left(unanswered), [
    ['p', 0, 1],
    ['p', 0],
  ]);
  assert.equal(unanswered.take([verdict('p', 0), verdict('p', 0), verdict('p', 0)]).length, 2);
  assert.deepEqual(left(unanswered), [['p', 1]]);
});

test('sends problems without candidates again, and chunks no larger than asked for', () => {
  const unanswered = new Unanswered(1);
  unanswered.add({ problem: q, candidates: [] });
  unanswered.add({ problem: p, candidates: candidates(0, 1, 2) });
  assert.deepEqual(left(unanswered, 2), [['q'], ['p', 0, 1], ['p', 2]]);
});
