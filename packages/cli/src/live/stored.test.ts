import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run, RunState, VerdictStatus } from '@assay/contract';
import { maxCells } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { readStored } from './stored.ts';

/** A run whose problems have these many CORRECT, INCORRECT and missing verdicts. */
async function stored(
  problems: [number, number, number][],
  { earlyStop = false, state = 'OPEN' as RunState } = {},
) {
  const store = openSqliteStore(':memory:');
  const run: Run = await store.openRun({
    ...{ id: 'r', verifiers: ['judge', 'other'], earlyStop, maxAttempts: 0, labels: {}, uncached: false },
  });
  await store.setRunState('r', state);
  for (const [p, [correct, incorrect, error]] of problems.entries()) {
    const problem = await store.putProblem('r', { id: `p${p}`, dataset: '', promptTokens: 0 }, `digest ${p}`);
    const all = [
      ...Array<VerdictStatus>(correct).fill('CORRECT'),
      ...Array<VerdictStatus>(incorrect).fill('INCORRECT'),
      ...Array<VerdictStatus>(error).fill('ERROR'),
    ];
    await store.commit(
      all.map((status, candidate) => ({
        ...{ problem, verifier: 0, candidate, tokens: 0, source: 'JUDGED' as const },
        judgement: {
          key: `${p} ${candidate}`,
          verdict: {
            ...{
              index: 0,
              status,
              reason: '',
              message: '',
              answer: '',
              answerClass: '',
              parts: [],
              times: null,
            },
            retryable: false,
          },
          replica: '',
          attempts: 1,
        },
      })),
    );
  }
  return readStored(store, { ...run, state });
}

test('counts what is stored; missing verdicts are no failures', async () => {
  const { counts, problems, coverage, verdicts } = await stored([
    [1, 3, 0],
    [0, 4, 2],
    [0, 0, 3],
    [0, 0, 0],
  ]);
  assert.deepEqual(counts.verifiers[0], {
    ...{
      name: 'judge',
      candidates: 13,
      correct: 1,
      incorrect: 7,
      scored: 0,
      error: 5,
      skipped: 0,
      judged: 13,
    },
  });
  assert.equal(counts.verifiers[1]?.candidates, 0);
  assert.deepEqual([counts.problems, counts.solved, verdicts], [4, 1, 13]);
  assert.deepEqual(problems[1], { id: 'p1', judged: 4, correct: 0, error: 2 });
  assert.deepEqual([coverage?.problems, coverage?.of, coverage?.upTo], [2, 2, 4]);
  assert.equal(coverage?.points[0]?.estimate, 1 / 8);
  assert.equal(coverage?.points.at(-1)?.estimate, 1 / 2);
});

test('while a run goes on, problems with few candidates wait; in the end all count', async () => {
  const sizes: [number, number, number][] = [
    [5, 5, 0],
    [0, 10, 0],
    [10, 0, 0],
    [1, 1, 0],
  ];
  const open = await stored(sizes);
  assert.deepEqual([open.coverage?.problems, open.coverage?.of, open.coverage?.upTo], [3, 4, 10]);
  assert.ok(Math.abs((open.coverage?.points[0]?.estimate ?? 0) - (0.5 + 0 + 1) / 3) < 1e-12);
  const complete = await stored(sizes, { state: 'COMPLETE' });
  assert.deepEqual([complete.coverage?.problems, complete.coverage?.upTo], [4, 2]);
});

test('where there is nothing to estimate it says why', async () => {
  assert.match((await stored([[1, 1, 0]], { earlyStop: true })).note, /stops at the first success/);
  for (const nothing of [[], [[0, 0, 4]]] as [number, number, number][][]) {
    const { coverage, note, counts } = await stored(nothing);
    assert.deepEqual([coverage, counts.solved], [null, null]);
    assert.match(note, /No verdict/);
  }
});

test('so many problems are told of, and no more', async () => {
  const { problems, counts } = await stored(
    Array.from({ length: maxCells + 5 }, () => [1, 0, 0] as [number, number, number]),
  );
  assert.deepEqual([problems.length, counts.problems, counts.solved], [maxCells, maxCells + 5, maxCells + 5]);
});
