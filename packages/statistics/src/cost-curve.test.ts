import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CostCurve } from './cost.ts';
import { compareCosts, costTable, verifierCost } from './cost-compare.ts';
import { type CostInput, type CostOptions, costCurve } from './cost-curve.ts';
import { samplingFlops } from './cost-flops.ts';

const model = { name: 'tiny', parameters: 1000, layers: 2, width: 8, source: 'given' };

const curveOf = (input: Partial<CostInput> = {}, options?: CostOptions) =>
  costCurve(
    {
      ...{ name: 'run', counts: { n: [4, 4], c: [1, 0] }, model, prices: { prompt: 1, completion: 3 } },
      ...{ promptTokens: [10, 30], candidateTokens: [5, 7] },
      ...input,
    },
    options,
  );

const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) / expected - 1) < 1e-12, `${actual}, not ${expected}`);

describe('costCurve', () => {
  test('operations and money, each problem with its own tokens', () => {
    const { points, problems, promptTokens, candidateTokens, notes } = curveOf({}, { ks: [1, 2, 4] });
    assert.deepEqual([problems, promptTokens, candidateTokens, points.length], [2, 20, 6, 3]);
    for (const { k, flops, dollars, coverage } of points) {
      near(coverage, k / 8);
      const first = samplingFlops(model, { promptTokens: 10, tokens: 5, candidates: k });
      near(flops, first + samplingFlops(model, { promptTokens: 30, tokens: 7, candidates: k }));
      near(dollars, (k * 40 * 1 + k * 12 * 3) / 1e6);
    }
    // Of 2 problems half are solved, and a quarter.
    near(points[2]?.flopsPerSolved, points[2]?.flops as number);
    near(points[1]?.dollarsPerSolved, ((2 * 40 + 2 * 36) / 1e6) * 2);
    assert.deepEqual(notes, ['The prompt is paid for with each candidate.']);
  });

  test('a prompt that is paid for once', () => {
    const { points, notes } = curveOf({}, { ks: [4], promptPaid: 'once' });
    near(points[0]?.dollars, (40 + 4 * 36) / 1e6);
    assert.deepEqual(notes, ['The prompt is paid for once per problem.']);
  });

  test('nothing solved, no model, no prices', () => {
    const [point] = curveOf({ counts: { n: [4, 4], c: [0, 0] } }, { ks: [2] }).points;
    assert.deepEqual([point?.coverage, point?.flopsPerSolved, point?.dollarsPerSolved], [0, null, null]);
    const { points, notes } = curveOf({ model: null, prices: null });
    assert.ok(points.every(({ flops, dollars }) => flops === null && dollars === null));
    assert.deepEqual(notes, []);
  });

  test('unequal numbers of candidates: as far as the smallest', () => {
    const { points } = curveOf({ counts: { n: [4, 9], c: [1, 0] } });
    assert.deepEqual(
      points.map(({ k }) => k),
      [1, 2, 3, 4],
    );
  });

  const bad: [string, Partial<CostInput>, RegExp][] = [
    ['tokens for too few problems', { promptTokens: [1] }, /promptTokens has 1 entries; give 2/],
    ['a negative length', { candidateTokens: [1, -1] }, /candidateTokens\[1\] is -1/],
    ['no length', { promptTokens: [Number.NaN, 1] }, /promptTokens\[0\] is NaN/],
    ['an infinite price', { prices: { prompt: 0, completion: 1 / 0 } }, /prices\[1\] is Infinity/],
    ['a model without layers', { model: { ...model, layers: 0 } }, /layers of tiny is 0/],
  ];
  for (const [name, input, message] of bad) {
    test(`refuses ${name}`, () => assert.throws(() => curveOf(input), { name: 'RangeError', message }));
  }
});

/** A curve of these points alone. */
const of = (name: string, ...steps: [cost: number | null, coverage: number][]): CostCurve => ({
  ...curveOf({ name }),
  points: steps.map(([dollars, coverage], i) => ({
    ...{ k: i + 1, coverage, dollars, flops: null, flopsPerSolved: null, dollarsPerSolved: null },
    interval: { method: 'bootstrap-percentile-over-problems', low: 0, high: 1 },
  })),
});

describe('compareCosts', () => {
  test('the best at each budget: interpolated between points, level after the last', () => {
    const cheap = of('cheap', [1, 0.1], [10, 0.4]);
    const dear = of('dear', [4, 0.15], [100, 0.9]);
    const { bestByDollars, bestByFlops } = compareCosts([dear, cheap], 3);
    assert.deepEqual(bestByFlops, []);
    assert.deepEqual(
      bestByDollars.map(({ budget, name }) => [budget, name]),
      [
        [1, 'cheap'],
        [10, 'cheap'],
        [100, 'dear'],
      ],
    );
    assert.equal(bestByDollars[1]?.coverage, 0.4);
    const fine = compareCosts([cheap, dear], 100).bestByDollars;
    // 0.4 is what 4 + 96 · (0.25 / 0.75) = 36 buys of the dear one.
    const turn = fine.find(({ name }) => name === 'dear')?.budget ?? 0;
    assert.ok(turn > 36 && turn < 36 * 100 ** (1 / 99) + 1e-9, `${turn}`);
    fine.reduce((before, { coverage }) => {
      assert.ok(coverage >= before);
      return coverage;
    }, 0);
  });

  test('equally good: who needs less for it', () => {
    const late = of('late', [1, 0.1], [3, 0.5]);
    const early = of('early', [1, 0.1], [2, 0.5]);
    assert.equal(compareCosts([late, early], 2).bestByDollars[1]?.name, 'early');
    // Level from 2 on, and priced as far as 9: it needs no more than 2.
    const level = of('level', [1, 0.1], [2, 0.5], [9, 0.5]);
    assert.equal(compareCosts([late, level], 3).bestByDollars[1]?.name, 'level');
  });

  test('no curve, free ones, one point', () => {
    assert.deepEqual(compareCosts([]), { curves: [], bestByFlops: [], bestByDollars: [] });
    assert.deepEqual(compareCosts([of('free', [0, 0.5]), of('unknown', [null, 1])]).bestByDollars, []);
    assert.deepEqual(compareCosts([of('one', [2, 0.5])]).bestByDollars, [
      { budget: 2, name: 'one', coverage: 0.5 },
    ]);
  });
});

test('costTable: the last point of each, or the one asked for; relative to the least', () => {
  const rows = costTable([of('a', [1, 0.1], [3, 0.2]), of('b', [6, 0.3]), of('c', [null, 1])], { a: 2 });
  assert.deepEqual(
    rows.map(({ name, k, relativeDollars, relativeFlops }) => [name, k, relativeDollars, relativeFlops]),
    [
      ['a', 2, 1, null],
      ['b', 1, 2, null],
      ['c', 1, null, null],
    ],
  );
  assert.deepEqual(costTable([of('a', [1, 0.1])], { a: 9 }), []);
});

describe('verifierCost', () => {
  test('slots are paid for as long as they are occupied', () => {
    const cost = verifierCost({ name: 'math', judged: 7200, serviceMs: 500, cpuMs: 250 }, 0.04);
    assert.deepEqual([cost.slotHours, cost.cpuHours, cost.dollars], [1, 0.5, 0.04]);
    near(cost.dollarsPerThousand, 0.04 / 7.2);
  });

  test('nothing judged; no price', () => {
    const none = verifierCost({ name: 'math', judged: 0, serviceMs: Number.NaN, cpuMs: Number.NaN }, 1);
    assert.deepEqual([none.dollars, none.dollarsPerThousand], [0, null]);
    assert.throws(() => verifierCost({ name: 'm', judged: 1, serviceMs: 1, cpuMs: 1 }, -1), RangeError);
  });
});
