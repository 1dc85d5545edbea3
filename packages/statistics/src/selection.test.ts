import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bestOfNAtK } from './best-of-n.ts';
import { coverage } from './coverage.ts';
import { majorityAtK } from './majority.ts';
import { createRandom } from './random.ts';
import type { ScoredProblem } from './scored.ts';
import { type SelectionCurve, type SelectionMethod, selectionCurves } from './selection.ts';
import { votersOf } from './voters.ts';
import { weightedMajorityAtK } from './weighted-majority.ts';

/** 30 problems of 32 candidates; correct ones score higher by `signal` standard deviations, more or less. */
function made(signal: number, seed = 1): ScoredProblem[] {
  return Array.from({ length: 30 }, (_, problem) => {
    const random = createRandom(seed, problem);
    const right = random.below(20);
    const correct = Array.from({ length: 32 }, () => (random.below(32) < right ? 1 : 0));
    const classes = correct.map((one) => (one ? 0 : random.below(5) - 1));
    const scores = correct.map((one) => {
      let sum = signal * one;
      for (let i = 0; i < 12; i++) sum += random.next() / 2 ** 32 - 0.5;
      return sum;
    });
    return { scores, correct, classes };
  });
}

const curveOf = (curves: readonly SelectionCurve[], method: SelectionMethod) =>
  curves.find((curve) => curve.method === method) as SelectionCurve;

function assertClose(actual: number | undefined, expected: number, about: unknown, within = 1e-12): void {
  const close = actual !== undefined && Math.abs(actual - expected) <= within;
  assert.ok(close, `${JSON.stringify(about)}: ${actual}, not ${expected}`);
}

/** Problems whose only gap is at k = 2 of 2, chosen rightly or not. */
const pair = (chosen: 0 | 1): ScoredProblem => ({ scores: [1, 2], correct: [1 - chosen, chosen] });

describe('selectionCurves', () => {
  test('every curve is what its own function gives', () => {
    const problems = made(1);
    const options = { ks: [1, 4, 32], resamples: 50, seed: 3, temperature: 0.5 };
    const { curves, coverage: oracle, random, ks, temperature } = selectionCurves(problems, options);
    assert.deepEqual(
      curves.map(({ method }) => method),
      [
        'best-of-n',
        'majority',
        'weighted-softmax',
        'weighted-sigmoid',
        'weighted-rank',
        'weighted-min-shift',
      ],
    );
    const plain = (method: SelectionMethod) =>
      curveOf(curves, method).points.map(({ gapClosed, ...point }) => point);
    assert.deepEqual(plain('best-of-n'), bestOfNAtK(problems, ks, options).points);
    assert.deepEqual(plain('majority'), majorityAtK(problems.map(votersOf), ks, options).points);
    const softmax = weightedMajorityAtK(problems, ks, { ...options, transform: 'softmax' });
    assert.deepEqual(plain('weighted-softmax'), softmax.points);
    assert.equal(temperature, 0.5);
    const counts = {
      n: problems.map(({ scores }) => scores.length),
      c: problems.map(({ correct }) => Array.from(correct).reduce((sum, one) => sum + one, 0)),
    };
    assert.deepEqual(oracle, coverage(counts, ks, options).points);
    assertClose(random.estimate, oracle[0]?.estimate as number, 'random is pass@1');
    for (const { points } of curves.slice(0, 1)) assertClose(points[0]?.estimate, random.estimate, 'k = 1');
  });

  test('the gap that is closed: none at k = 1, then (method - random) / (coverage - random)', () => {
    const { curves, coverage: oracle, random } = selectionCurves(made(1), { ks: [1, 8, 32] });
    for (const { method, points } of curves) {
      assert.equal(points[0]?.gapClosed, null);
      points.slice(1).forEach(({ estimate, gapClosed }, i) => {
        const gap = (oracle[i + 1]?.estimate as number) - random.estimate;
        assertClose(gapClosed?.share, (estimate - random.estimate) / gap, method);
        const { low, high } = gapClosed?.interval ?? { low: 1, high: 0 };
        const share = gapClosed?.share as number;
        assert.ok(low < share && share < high && high - low < 1, `${low} ${share} ${high}`);
      });
    }
  });

  test('a selector that chooses worse than chance has a share below 0, a perfect one 1', () => {
    const problems = made(1);
    const share = (score: (right: number) => number) => {
      const scored = problems.map(({ correct }) => ({ scores: Array.from(correct, score), correct }));
      return curveOf(selectionCurves(scored, { ks: [8] }).curves, 'best-of-n').points[0]?.gapClosed;
    };
    const worst = share((right) => -right);
    assert.ok(worst !== null && worst !== undefined && worst.share < 0);
    assert.ok((worst.interval?.high ?? 1) < 0);
    // No spread to go by: all resamples close all of the gap.
    const perfect = share((right) => right);
    assertClose(perfect?.share, 1, 'perfect');
    assert.equal(perfect?.interval, null);
  });

  test('the interval resamples problems jointly', () => {
    // Each problem has the gap 1/2 at k = 2, and the choice closes +1 or -1 of it: shares are means of 40 coins.
    const problems = Array.from({ length: 40 }, (_, i) => pair(i % 4 === 0 ? 0 : 1));
    const { curves } = selectionCurves(problems, { ks: [2], resamples: 4000 });
    const { share, interval } = curves[0]?.points[0]?.gapClosed ?? {};
    assertClose(share, 1 / 2, 'share');
    const half = 1.96 * Math.sqrt((1 - 1 / 4) / 40);
    assertClose(interval?.low, 1 / 2 - half, 'low', 0.06);
    assertClose(interval?.high, 1 / 2 + half, 'high', 0.06);
  });

  test('claims no interval where problems do not tell', () => {
    const none = { scores: [1, 2], correct: [0, 0] };
    const gapClosed = (problems: ScoredProblem[]) =>
      selectionCurves(problems, { ks: [2] }).curves[0]?.points[0]?.gapClosed;
    assert.equal(gapClosed([none, none]), null);
    assert.deepEqual(gapClosed([pair(1)]), { share: 1, interval: null });
    // One problem with a gap in two: a quarter of the resamples have none.
    assert.deepEqual(gapClosed([pair(0), none]), { share: -1, interval: null });
  });

  test('peak and saturation: a curve that levels, one that rises to the end, one that falls', () => {
    const ks = [1, 2, 4, 8, 16, 32];
    const bestOf = (problems: ScoredProblem[], gain?: number) =>
      selectionCurves(problems, { ks, methods: ['best-of-n'], ...(gain === undefined ? {} : { gain }) })
        .curves[0] as SelectionCurve;
    const from = (correct: (rank: number) => number): ScoredProblem[] => [
      {
        scores: Array.from({ length: 32 }, (_, rank) => -rank),
        correct: Array.from({ length: 32 }, (_, rank) => correct(rank)),
      },
    ];
    // Right is the best candidate alone: its chance is k / 32.
    const rising = bestOf(from((rank) => (rank === 0 ? 1 : 0)));
    assert.deepEqual([rising.peak, rising.saturatesAt], [{ k: 32, estimate: 1 }, null]);
    assert.equal(
      bestOf(
        from((rank) => (rank === 0 ? 1 : 0)),
        0.5,
      ).saturatesAt,
      16,
    );
    // Right is every candidate but the worst: 31/32 at k = 1 and 1 from k = 2 on.
    const level = bestOf(from((rank) => (rank === 31 ? 0 : 1)));
    assert.deepEqual([level.peak.k, level.saturatesAt], [2, 2]);
    // The same of four, where the sum for k = 2 rounds to less than 1.
    const four = { scores: [4, 3, 2, 1], correct: [1, 1, 1, 0] };
    const { peak } = selectionCurves([four], { ks: [1, 2, 3, 4] }).curves[0] as SelectionCurve;
    assert.deepEqual(peak, { k: 2, estimate: 1 });
    assert.equal(
      bestOf(
        from((rank) => (rank === 31 ? 0 : 1)),
        0.04,
      ).saturatesAt,
      1,
    );
    // The best is wrong, the next ones are right: k = 32 is wrong for certain.
    const falling = bestOf(from((rank) => (rank > 0 && rank < 8 ? 1 : 0)));
    const last = falling.points.at(-1);
    assert.deepEqual([falling.peak.k, falling.saturatesAt, last?.estimate], [8, 8, 0]);
    assert.ok(falling.peak.estimate > 0.6);
    assert.ok((last?.gapClosed?.share ?? 0) < 0);
  });

  test('log-spaced ks up to the smallest problem; only best-of-N where nobody has an answer class', () => {
    const { ks, curves, gain, subsets } = selectionCurves([
      { scores: new Float64Array(50), correct: new Uint8Array(50) },
      {
        scores: new Float64Array(20),
        correct: new Uint8Array(20).fill(1),
        classes: new Int8Array(20).fill(-1),
      },
    ]);
    assert.deepEqual([ks[0], ks.at(-1), gain, subsets], [1, 20, 0.01, 100]);
    assert.deepEqual(
      curves.map(({ method }) => method),
      ['best-of-n'],
    );
  });

  test('refuses what it cannot do', () => {
    const problems = made(1).slice(0, 2);
    assert.throws(() => selectionCurves(problems, { gain: -1 }), /gain is -1/);
    assert.throws(
      () => selectionCurves(problems, { methods: ['best' as 'best-of-n'] }),
      /method is best; give one of best-of-n, majority, weighted-softmax/,
    );
    assert.throws(() => selectionCurves(problems, { methods: ['weighted-raw'] }), /negative/);
    assert.throws(() => selectionCurves(problems, { ks: [1, 33] }), /k = 33 is larger/);
    assert.deepEqual(selectionCurves(problems, { ks: [1, 33], onShort: 'drop-k' }).dropped, [33]);
    assert.throws(() => selectionCurves(problems, { ks: [33], onShort: 'drop-k' }), /ks leave none/);
    assert.throws(() => selectionCurves([]), /problems is 0/);
  });
});
