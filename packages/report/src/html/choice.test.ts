import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VerdictStatus } from '@assay/contract';
import type { CandidateScores } from '@assay/store';
import { chooseCandidates } from './choice.ts';

type Letter = 'C' | 'I' | 'S' | 'E' | '-';
const names = {
  C: 'CORRECT',
  I: 'INCORRECT',
  S: 'SCORED',
  E: 'ERROR',
  '-': 'VERDICT_STATUS_UNSPECIFIED',
} as const;
const numberOf = (letter: string) => Object.keys(VerdictStatus).indexOf(names[letter as Letter]);

function scoresOf(
  statuses: string[],
  more: { scores?: number[][]; classes?: number[][] } = {},
): CandidateScores {
  const count = statuses[0]?.length ?? 0;
  return {
    problem: 1,
    candidates: Float64Array.from({ length: count }, (_, i) => i),
    verifiers: statuses.map((own, v) => ({
      statuses: Uint8Array.from(own, numberOf),
      scores: Float64Array.from(more.scores?.[v] ?? new Array(count).fill(Number.NaN)),
      classes: Int32Array.from(more.classes?.[v] ?? new Array(count).fill(-1)),
    })),
  };
}

describe('chooseCandidates', () => {
  test('all where there are few', () => {
    assert.deepEqual([...chooseCandidates(scoresOf(['ICIE']), 10).keys()].sort(), [0, 1, 2, 3]);
  });

  test('of many: the first correct one, missing verdicts, and what verifiers differ on', () => {
    const oracle = `${'I'.repeat(500)}C${'I'.repeat(499)}`;
    const second = `${'I'.repeat(700)}C${'I'.repeat(298)}E`;
    const chosen = chooseCandidates(scoresOf([oracle, second]), 8);
    assert.equal(chosen.size, 8);
    assert.equal(chosen.get(500), 'first correct');
    assert.equal(chosen.get(700), 'accepted against the oracle');
    assert.equal(chosen.get(999), 'a verdict is missing');
  });

  test('the best and the worst scores', () => {
    const scores = [[], [0.1, 0.9, 0.5, 0.2]].map((own) =>
      own.length ? own : [0, 0, 0, 0].fill(Number.NaN),
    );
    const chosen = chooseCandidates(scoresOf(['CIIC', 'SSSS'], { scores }), 10);
    assert.equal(chosen.get(1), 'first incorrect');
    assert.equal(chosen.get(0), 'first correct');
    assert.equal(chosen.size, 4);
    const many = chooseCandidates(
      scoresOf([`${'I'.repeat(50)}C`, 'S'.repeat(51)], {
        scores: [new Array(51).fill(Number.NaN), Array.from({ length: 51 }, (_, i) => -Math.abs(i - 30))],
      }),
      6,
    );
    assert.equal(many.get(30), 'highest score');
  });

  test('one of each answer class, the largest first', () => {
    const classes = [Array.from({ length: 90 }, (_, i) => (i < 3 ? 0 : i < 60 ? 1 : i < 80 ? 2 : -1))];
    const chosen = chooseCandidates(scoresOf(['I'.repeat(90)], { classes }), 6);
    assert.equal(chosen.get(3), 'of the largest answer class');
    assert.equal(chosen.get(60), 'of answer class 2 by size');
    assert.equal(chosen.get(80), 'without an answer');
  });

  test('never more than asked, nor twice the same, nor one without a place', () => {
    for (const most of [0, 1, 5, 40]) {
      const chosen = chooseCandidates(scoresOf(['CIE-'.repeat(25), 'ICSE'.repeat(25)]), most);
      assert.ok(chosen.size <= most);
      assert.ok([...chosen.keys()].every((index) => index >= 0 && index < 100));
    }
    assert.equal(chooseCandidates(scoresOf(['']), 5).size, 0);
  });
});
