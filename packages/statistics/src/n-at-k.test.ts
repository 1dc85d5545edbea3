import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type BehaviourTable, behavioursOf, type Passing } from './behaviours.ts';
import { coverage } from './coverage.ts';
import { majorityAtK } from './majority.ts';
import { nAtK } from './n-at-k.ts';
import { exactNAtK } from './n-at-k-exact.ts';
import { resampledNAtK } from './n-at-k-resampled.ts';
import { passAtK } from './pass-at-k.ts';
import { createRandom } from './random.ts';
import { sizeOf, smallTables } from './testing/behaviours.ts';
import { bySubmissions, type Rule } from './testing/submit.ts';

const passing = (kept: number, keptCorrect: number, lost = 0, lostCorrect = 0): Passing => ({
  count: kept + lost,
  correct: keptCorrect + lostCorrect,
  kept,
  keptCorrect,
});

const noneKept = fc.constantFrom<Rule['noneKept']>('fail', 'unfiltered');
const exactly = (table: BehaviourTable, { n, k, cluster, ...filtering }: Rule, budget = 1e9) =>
  exactNAtK(behavioursOf(table, 0, filtering), n, k, cluster, budget);

function assertClose(actual: number | undefined, expected: number, about: unknown): void {
  const close = actual !== undefined && Math.abs(actual - expected) <= 1e-12;
  assert.ok(close, `${JSON.stringify(about)}: ${actual}, not ${expected}`);
}

describe('exactNAtK', () => {
  test('by hand', () => {
    // Classes A A A (wrong), B B (right), C (wrong); everything passes.
    const table = { classes: [passing(3, 0), passing(2, 2), passing(1, 0)] };
    const rule = { n: 1, k: 6, filter: true, cluster: true, noneKept: 'fail' } as const;
    assert.equal(exactly(table, rule), 0);
    assert.equal(exactly(table, { ...rule, n: 2 }), 1);
    assertClose(exactly(table, { ...rule, n: 2, cluster: false }), 1 - (4 * 3) / (6 * 5), 'at random');
    // Of two classes of equal size one is right: even chances, and with half of one right and half of the other 3/4.
    assertClose(exactly({ classes: [passing(2, 0), passing(2, 2)] }, { ...rule, k: 4 }), 1 / 2, 'tie');
    const mixed = { classes: [passing(2, 1), passing(2, 1)] };
    assertClose(exactly(mixed, { ...rule, n: 2, k: 4 }), 3 / 4, 'mixed');
    // Three submissions of two classes: the larger one, A with one right of three, has two.
    const round = { classes: [passing(3, 1), passing(2, 0)] };
    assertClose(exactly(round, { ...rule, n: 3, k: 5 }), 2 / 3, 'round again');
    // 1 of 4 passes: it is among 2 of them in half of the subsets.
    const rare = { classes: [], unclassed: passing(1, 1, 3, 1) };
    assertClose(exactly(rare, { ...rule, k: 2 }), 1 / 2, 'fail');
    assertClose(exactly(rare, { ...rule, k: 2, noneKept: 'unfiltered' }), 1 / 2 + 1 / 6, 'unfiltered');
  });

  test('without clusters it is the mean over all subsets, with them wherever it has a value', () => {
    let valued = 0;
    const tables = smallTables(8);
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        noneKept,
        (table, n, filter, none) => {
          for (let k = 1; k <= sizeOf(table); k++) {
            for (const cluster of [false, true]) {
              const rule = { n, k, filter, cluster, noneKept: none };
              const value = exactly(table, rule);
              assert.ok(value !== undefined || (cluster && n > 1 && k < sizeOf(table)), JSON.stringify(rule));
              if (value === undefined) continue;
              assertClose(value, bySubmissions(table, rule), { table, ...rule });
              if (cluster) valued++;
            }
          }
        },
      ),
      { seed: 2, numRuns: 60 },
    );
    assert.ok(valued > 100);
  });

  test('many candidates: the filter as if only they had been drawn, relative to how many pass', () => {
    const table = { classes: [passing(40, 7, 5000), passing(9, 0, 4000, 3)], unclassed: passing(1, 0, 950) };
    const rule = { n: 50, k: 700, filter: true, cluster: false, noneKept: 'fail' } as const;
    assertClose(exactly(table, rule), passAtK(10_000, 7, 700), 'all that pass are submitted');
    assertClose(exactly(table, { ...rule, n: 10, k: 10_000 }), passAtK(50, 7, 10), 'k = all');
    // The mean over how many pass, by the numbers of subsets in logarithms.
    const factorial = [0];
    for (let i = 1; i <= 10_000; i++) factorial.push((factorial[i - 1] as number) + Math.log(i));
    const choose = (n: number, k: number) =>
      (factorial[n] as number) - (factorial[k] as number) - (factorial[n - k] as number);
    let sum = 0;
    for (let x = 1; x <= 50; x++) {
      const chance = Math.exp(choose(50, x) + choose(9950, 700 - x) - choose(10_000, 700));
      sum += chance * passAtK(50, 7, Math.min(x, 3));
    }
    const value = exactly(table, { ...rule, n: 3 });
    assert.ok(Math.abs((value as number) - sum) < 1e-9, `${value}, not ${sum}`);
  });
});

describe('resampledNAtK', () => {
  test('agrees with the mean over all subsets within its own error', () => {
    const tables: BehaviourTable[] = [
      { classes: [passing(3, 1, 1), passing(3, 0), passing(1, 1, 1)], unclassed: passing(1, 0, 1, 1) },
      { classes: [passing(2, 1, 2, 1), passing(2, 2), passing(2, 0, 1)] },
      { classes: [passing(1, 0, 3), passing(1, 1, 4, 2)] },
    ];
    const subsets = 4000;
    for (const [i, table] of tables.entries()) {
      const ks = Array.from({ length: sizeOf(table) }, (_, at) => at + 1);
      for (const n of [1, 3]) {
        for (const [filter, none] of [
          [false, 'fail'],
          [true, 'fail'],
          [true, 'unfiltered'],
        ] as const) {
          const behaviours = behavioursOf(table, 0, { filter, noneKept: none });
          const { mean, variance } = resampledNAtK(behaviours, n, ks, subsets, createRandom(5, i));
          ks.forEach((k, at) => {
            const truth = bySubmissions(table, { n, k, filter, cluster: true, noneKept: none });
            const error = Math.sqrt((variance[at] as number) / subsets);
            const off = Math.abs((mean[at] as number) - truth);
            assert.ok(off <= 4.5 * error + 1e-9, `${i} n ${n} k ${k}: ${mean[at]} ± ${error}, not ${truth}`);
          });
        }
      }
    }
  });

  test('all candidates: no variance, the exact value', () => {
    fc.assert(
      fc.property(smallTables(40), fc.integer({ min: 1, max: 12 }), noneKept, (table, n, none) => {
        const behaviours = behavioursOf(table, 0, { filter: true, noneKept: none });
        const k = behaviours.n;
        const { mean, variance } = resampledNAtK(behaviours, n, [k], 2, createRandom(1));
        assertClose(mean[0], exactNAtK(behaviours, n, k, true, 0) as number, { table, n, none });
        assert.ok((variance[0] as number) < 1e-12);
      }),
      { seed: 3 },
    );
  });
});

/** Some classes of some hundred candidates, about a tenth of which pass. */
const wide: BehaviourTable[] = Array.from({ length: 6 }, (_, problem) => {
  const random = createRandom(4, problem);
  const classes = Array.from({ length: 30 }, (_, i) => {
    const [kept, lost] = [random.below(5), random.below(30)];
    return passing(kept, i % 4 === 0 ? kept : random.below(2) * Math.min(1, kept), lost);
  });
  return { classes, unclassed: passing(2, 0, 40 + problem) };
});

describe('nAtK', () => {
  const ks = [1, 5, 40, 200];
  const estimates = ({ points }: { points: { estimate: number }[] }) =>
    points.map(({ estimate }) => estimate);

  test('more submissions solve no less; as many as candidates get what any of them that passes gets', () => {
    for (const cluster of [false, true]) {
      const by = [1, 2, 10, 40, 200].map((n) => nAtK(wide, n, ks, { cluster, exactBudget: 0 }).points);
      let compared = 0;
      by.slice(1).forEach((points, i) => {
        points.forEach(({ k, estimate, resampledProblems }, at) => {
          const less = by[i]?.[at];
          // Equal subsets are compared, or all of them.
          if (less?.resampledProblems !== resampledProblems) return;
          compared++;
          assert.ok(estimate >= less.estimate - 1e-12, `k = ${k}: ${estimate} < ${less.estimate}`);
        });
      });
      assert.ok(compared >= 10);
      const n = wide.map(sizeOf);
      const c = wide.map(({ classes }) => classes.reduce((sum, { keptCorrect }) => sum + keptCorrect, 0));
      coverage({ n, c }, ks).points.forEach(({ k, estimate }, i) => {
        assertClose(by.at(-1)?.[i]?.estimate, estimate, k);
      });
    }
  });

  test('no filter and as many submissions as candidates: coverage', () => {
    const c = wide.map(({ classes }) => classes.reduce((sum, { correct }) => sum + correct, 0));
    const expected = estimates(coverage({ n: wide.map(sizeOf), c }, ks));
    const all = ks.map((k) => nAtK(wide, k, [k], { filter: false }).points[0]?.estimate);
    all.forEach((value, i) => {
      assertClose(value, expected[i] as number, ks[i]);
    });
  });

  test('one submission from clusters of all candidates: the majority vote', () => {
    const tables = wide.map(({ classes }) => ({ classes }));
    const voters = tables.map(({ classes }) => ({
      counts: classes.map(({ count }) => count),
      correct: classes.map(({ correct }) => correct),
    }));
    const options = { exactBudget: 1e9 };
    const vote = estimates(majorityAtK(voters, ks, options));
    estimates(nAtK(tables, 1, ks, { ...options, filter: false })).forEach((value, i) => {
      assertClose(value, vote[i] as number, ks[i]);
    });
  });

  test('says what it did', () => {
    const { points, ...settings } = nAtK(wide, 10, ks, {
      resamples: 50,
      subsets: 20,
      noneKept: 'unfiltered',
    });
    assert.deepEqual(
      points.map(({ k, method }) => [k, method]),
      [
        [1, 'exact'],
        [5, 'exact'],
        [40, 'resampled'],
        [200, 'resampled'],
      ],
    );
    for (const { estimate, bootstrap, resamplingError, method } of points) {
      assert.ok(bootstrap.low <= estimate && estimate <= bootstrap.high);
      assert.equal(resamplingError > 0, method === 'resampled');
    }
    assert.deepEqual(settings, {
      n: 10,
      filter: true,
      cluster: true,
      noneKept: 'unfiltered',
      problems: 6,
      confidence: 0.95,
      resamples: 50,
      seed: 0,
      ties: 'uniform',
      subsets: 20,
      dropped: [],
    });
  });

  test('equal input and seed give equal output', () => {
    const options = { subsets: 20, resamples: 10 };
    assert.deepEqual(nAtK(wide, 3, [50], options), nAtK(wide, 3, [50], options));
    const other = nAtK(wide, 3, [50], { ...options, seed: 1 });
    assert.notDeepEqual(nAtK(wide, 3, [50], options).points, other.points);
  });

  test('refuses what does not fit together', () => {
    const bad = (table: Partial<Passing>) => () =>
      nAtK([{ classes: [passing(1, 1), { ...passing(3, 2, 2), ...table }] }], 1, [1]);
    assert.throws(bad({ kept: 6 }), /kept of class 1 of problem 0 is 6; give an integer from 0 to 5/);
    assert.throws(bad({ correct: 1 }), /keptCorrect of class 1 of problem 0 is 2.*from 0 to 1/);
    assert.throws(bad({ correct: 5 }), /keptCorrect of class 1 of problem 0 is 2; .*from 3 to 3/);
    assert.throws(bad({ count: 0.5 }), /count of class 1 of problem 0/);
    assert.throws(
      () => nAtK([{ classes: [], unclassed: passing(1, 2) }], 1, [1]),
      /correct of the unclassed of problem 0 is 2/,
    );
    assert.throws(() => nAtK(wide, 0, [1]), /n \(submissions\) is 0/);
    assert.throws(() => nAtK([], 1, [1]), /problems is 0/);
    assert.throws(() => nAtK(wide, 1, [1, 10_000]), /k = 10000 is larger than/);
    assert.deepEqual(nAtK(wide, 1, [1, 10_000], { onShort: 'drop-k' }).dropped, [10_000]);
  });
});
