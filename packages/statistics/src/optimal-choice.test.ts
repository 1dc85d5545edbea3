import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { difficultyBins, foldsOf } from './optimal-bins.ts';
import { type OptimalOptions, optimalChoice, type StrategyTable } from './optimal-choice.ts';
import { createRandom } from './random.ts';

const by = { by: 'pass@1' } as const;

/** Uniform in [0, 1). */
function uniform(seed: number): () => number {
  const random = createRandom(seed);
  return () => random.next() / 2 ** 32;
}

/** A strategy with one number of candidates. */
const strategy = (name: string, values: number[], k = 1): StrategyTable => ({
  name,
  ks: [k],
  values: Float64Array.from(values),
});

describe('difficultyBins', () => {
  test('quantiles, the easiest first; each with its range', () => {
    const { binOf, ranges } = difficultyBins([0.1, 0.9, 0.5, 0.4, 0.8, 0.2], 3);
    assert.deepEqual([...binOf], [2, 0, 1, 1, 0, 2]);
    assert.deepEqual(ranges, [
      { problems: 2, from: 0.8, to: 0.9 },
      { problems: 2, from: 0.4, to: 0.5 },
      { problems: 2, from: 0.1, to: 0.2 },
    ]);
  });

  test('equal values stay together; none alone', () => {
    const many = difficultyBins([0, 0, 0, 0, 0, 0, 0, 1, 0.5, 0.4], 5);
    assert.deepEqual(many.ranges, [
      { problems: 3, from: 0.4, to: 1 },
      { problems: 7, from: 0, to: 0 },
    ]);
    assert.deepEqual(difficultyBins([1, 1, 1], 5).ranges, [{ problems: 3, from: 1, to: 1 }]);
    assert.deepEqual(difficultyBins([3, 2, 1], 3).ranges, [{ problems: 3, from: 1, to: 3 }]);
  });

  test('whatever the values: bins hold all, in order, two or more each, none parted', () => {
    const values = fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), fc.nat(99), (difficulty, bins, seed) => {
        const { binOf, ranges } = difficultyBins(difficulty, bins);
        assert.ok(ranges.length <= bins);
        ranges.forEach(({ problems, from, to }, bin) => {
          const own = difficulty.filter((_, problem) => binOf[problem] === bin);
          assert.ok(own.length === problems && problems >= 2);
          assert.deepEqual([Math.min(...own), Math.max(...own)], [from, to]);
          assert.ok(bin === 0 || to < (ranges[bin - 1]?.from as number));
        });
        const folds = foldsOf(binOf, seed);
        for (const bin of [undefined, ...ranges.keys()]) {
          const own = [...folds].filter((_, problem) => bin === undefined || binOf[problem] === bin);
          const second = own.filter((fold) => fold === 1).length;
          assert.ok(Math.abs(own.length - 2 * second) <= 1);
        }
      }),
    );
  });
});

describe('optimalChoice', () => {
  test('as counted out plainly', () => {
    const table = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(table, fc.nat(99), (rows, seed) => {
        const difficulty = Array.from({ length: 6 }, (_, p) => p % 4);
        // Two ks each: the first six quarters are of k = 1, the others of k = 3.
        const tables = rows.map((row, i) => ({
          ...{ name: `s${i}`, ks: [1, 3] },
          values: Float64Array.from({ length: 12 }, (_, at) => (row[(at % 2) * 6 + (at >> 1)] as number) / 4),
        }));
        const choice = optimalChoice(tables, difficulty, { ...by, bins: 2, seed, resamples: 10 });
        const { binOf } = difficultyBins(difficulty, 2);
        const folds = foldsOf(binOf, seed);
        const ways = [0, 1].flatMap((i) => tables.map(({ name, values }) => ({ name, i, values })));
        const value = (way: (typeof ways)[number], p: number) => way.values[2 * p + way.i] as number;
        const sum = (way: (typeof ways)[number], of: number[]) => of.reduce((s, p) => s + value(way, p), 0);
        const all = difficulty.map((_, p) => p);
        for (const { budget, mix, single, singleStrategy } of choice.points) {
          const open = ways.filter(({ i }) => ([1, 3][i] as number) <= budget);
          const best = (of: number[]) => open.find((way) => open.every((o) => sum(way, of) >= sum(o, of)));
          const others = (p: number) => all.filter((other) => folds[other] !== folds[p]);
          const alike = (p: number) => others(p).filter((other) => binOf[other] === binOf[p]);
          const plain = (of: (p: number) => number[]) =>
            all.reduce((s, p) => s + value(best(of(p)) as (typeof ways)[number], p), 0) / 6;
          assert.ok(Math.abs(mix - plain(alike)) < 1e-12);
          assert.ok(Math.abs(single - plain(others)) < 1e-12);
          assert.equal(singleStrategy.name, best(all)?.name);
          choice.bins.forEach(({ best: own }, bin) => {
            const of = all.filter((p) => binOf[p] === bin);
            const chosen = own.find((each) => each.budget === budget);
            const way = best(of) as (typeof ways)[number];
            assert.deepEqual(chosen?.strategy, { name: way.name, k: [1, 3][way.i] });
            assert.ok(Math.abs((chosen?.success ?? 0) - sum(way, of) / of.length) < 1e-12);
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the best mix is known, and found: one strategy for easy problems, another for hard ones', () => {
    const difficulty = Array.from({ length: 200 }, (_, p) => p / 200);
    const hard = difficulty.map((d) => (d < 0.4 ? 0.5 : 0.4));
    const easy = difficulty.map((d) => (d < 0.4 ? 0.1 : 0.9));
    const tables = [strategy('for hard', hard, 4), strategy('for easy', easy, 4)];
    const { points, bins } = optimalChoice(tables, difficulty, by);
    const [point] = points;
    assert.deepEqual(point?.singleStrategy, { name: 'for easy', k: 4 });
    assert.ok(Math.abs((point?.mix ?? 0) - (0.4 * 0.5 + 0.6 * 0.9)) < 1e-12);
    assert.ok(Math.abs((point?.single ?? 0) - (0.4 * 0.1 + 0.6 * 0.9)) < 1e-12);
    assert.ok((point?.difference.low ?? 0) > 0.1 && (point?.difference.high ?? 1) < 0.25);
    const names = bins.map(({ best }) => best[0]?.strategy.name);
    assert.deepEqual(names, ['for easy', 'for easy', 'for easy', 'for hard', 'for hard']);
  });

  test('where difficulty does not matter, a gain is claimed as seldom as its level says', () => {
    let claims = 0;
    for (let seed = 0; seed < 200; seed++) {
      const next = uniform(seed);
      const difficulty = Array.from({ length: 60 }, next);
      const tables = ['a', 'b', 'c'].map((name) =>
        strategy(
          name,
          difficulty.map((d) => (next() < 0.3 + 0.4 * d ? 1 : 0)),
        ),
      );
      const [point] = optimalChoice(tables, difficulty, { ...by, seed, resamples: 200 }).points;
      if ((point?.difference.low ?? 1) > 0) claims++;
    }
    // 2.5 % of 200 are 5; 12 or more come about in less than one case of 200.
    assert.ok(claims < 12, `${claims} of 200`);
  });

  test('a strategy of fewer candidates is open to a greater budget, and preferred where equally good', () => {
    const values = Float64Array.from([0.5, 0.2, 0.5, 0.2, 0.5, 0.2, 0.5, 0.2]);
    const falls = { name: 'falls', ks: [1, 8], values };
    const level = strategy('level', [0.5, 0.5, 0.5, 0.5], 4);
    const { points } = optimalChoice([level, falls], [1, 2, 3, 4], { ...by, bins: 2, budgets: [100, 2, 2] });
    assert.deepEqual(
      points.map(({ budget, mix, singleStrategy }) => [budget, mix, singleStrategy]),
      [
        [2, 0.5, { name: 'falls', k: 1 }],
        [100, 0.5, { name: 'falls', k: 1 }],
      ],
    );
  });

  test('equal input and seed, equal output; one bin, no gain', () => {
    const next = uniform(5);
    const difficulty = Array.from({ length: 31 }, next);
    const tables = ['a', 'b'].map((name) => strategy(name, Array.from({ length: 31 }, next)));
    const once = optimalChoice(tables, difficulty, { ...by, seed: 3 });
    assert.deepEqual(once, optimalChoice(tables, difficulty, { ...by, seed: 3 }));
    const [point] = optimalChoice(tables, difficulty, { ...by, bins: 1 }).points;
    assert.equal(point?.mix, point?.single);
    assert.deepEqual(point?.difference, { low: 0, high: 0 });
  });

  test('says where bins are fewer', () => {
    const { notes } = optimalChoice([strategy('a', [1, 0, 1])], [0, 0, 0], by);
    assert.match(notes[0] ?? '', /^Bins: 1 in place of 5,/);
  });

  const two = [strategy('a', [1, 0])];
  const bad: [string, readonly StrategyTable[], number[], Partial<OptimalOptions>, RegExp][] = [
    ['one problem', [strategy('a', [1])], [1], {}, /problems is 1/],
    ['no strategy', [], [1, 2], {}, /strategies is 0/],
    ['values of other problems', two, [1, 2, 3], {}, /a has 2 values; give one for each of 3/],
    ['no chance', [strategy('a', [1, 2])], [1, 2], {}, /value 1 of a is 2/],
    ['NaN', [strategy('a', [1, Number.NaN])], [1, 2], {}, /value 1 of a is NaN/],
    ['a difficulty that is none', two, [1, Number.NaN], {}, /difficulty of problem 1 is NaN/],
    ['a budget of nothing', two, [1, 2], { budgets: [0] }, /budget is 0/],
    ['no budget', two, [1, 2], { budgets: [] }, /budgets is 0/],
    ['no bin', two, [1, 2], { bins: 0 }, /bins is 0/],
  ];
  for (const [name, tables, difficulty, options, message] of bad) {
    test(`refuses ${name}`, () => {
      const act = () => optimalChoice(tables, difficulty, { ...by, ...options });
      assert.throws(act, { name: 'RangeError', message });
    });
  }
});
