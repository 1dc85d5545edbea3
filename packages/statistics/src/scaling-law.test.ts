import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { passAtK } from './pass-at-k.ts';
import { scalingLaw } from './scaling-law.ts';
import { drawn, ideal } from './testing/law.ts';
import { pythiaCounts, skip } from './testing/pythia.ts';

const beta = ideal(128, 1000, (u) => u ** 3);

function coverageOf({ n, c }: { n: number[]; c: number[] }, k: number): number {
  return n.reduce((sum, own, i) => sum + passAtK(own, c[i] as number, k), 0) / n.length;
}

describe('scalingLaw', () => {
  test('says what it was made of, and is the same for the same seed', () => {
    const options = { level: 0.9, resamples: 50, subsets: 20, seed: 7, backtests: [300, 10] };
    const law = scalingLaw(beta, options);
    const { level, resamples, subsets, seed, problems, n, unsolved } = law;
    const made = { level, resamples, subsets, seed, problems, n, unsolved };
    const zeros = beta.c.filter((c) => c === 0).length;
    const { backtests: _, ...asked } = options;
    assert.deepEqual(made, { ...asked, problems: 128, n: 1000, unsolved: zeros });
    assert.deepEqual(scalingLaw(beta, options), law);
    assert.notDeepEqual(scalingLaw(beta, { ...options, seed: 8 }).laws, law.laws);
    for (const { backtests, curve, error, parameters } of law.laws) {
      assert.deepEqual(
        backtests.map(({ from, to }) => [from, to]),
        [
          [10, 1000],
          [300, 1000],
        ],
      );
      assert.deepEqual([curve[0]?.k, curve.at(-1)?.k], [1, 100_000]);
      assert.ok(curve.some(({ k }) => k === 1000));
      assert.ok(error.mean <= error.max && error.points <= 100);
      for (const { estimate, low, high } of [...Object.values(parameters), ...curve]) {
        assert.ok((low as number) <= estimate && estimate <= (high as number));
      }
    }
  });

  test('the order of problems changes no fit', () => {
    const mixed = beta.c.map((_, i) => (i * 37) % 128);
    const other = scalingLaw({ n: beta.n, c: mixed.map((i) => beta.c[i] as number) }, { resamples: 1 });
    scalingLaw(beta, { resamples: 1 }).laws.forEach(({ parameters }, i) => {
      for (const [name, { estimate }] of Object.entries(parameters)) {
        const same = other.laws[i]?.parameters[name]?.estimate as number;
        assert.ok(Math.abs(same - estimate) < 1e-6 * Math.abs(estimate), `${name}: ${same}, ${estimate}`);
      }
    });
  });

  test('the best law is that of the least mean error, and a backtest is of coverage at n', () => {
    const { best, laws } = scalingLaw(beta, { resamples: 1 });
    const errors = laws.map(({ name, backtests }) => ({
      name,
      rmse: backtests.reduce((sum, { rmse }) => sum + rmse, 0) / backtests.length,
    }));
    assert.equal(best?.name, errors.sort((a, b) => a.rmse - b.rmse)[0]?.name);
    for (const { measured, predicted, rmse } of laws.flatMap(({ backtests }) => backtests)) {
      assert.ok(Math.abs(measured - coverageOf(beta, 1000)) < 1e-12);
      // Root mean square is at least the size of the mean.
      assert.ok(rmse >= Math.abs(predicted - measured) - 1e-12);
    }
  });

  test('nearly all candidates predict nearly what is measured', () => {
    const { laws } = scalingLaw(beta, { resamples: 1, backtests: [999] });
    for (const { backtests, error } of laws) assert.ok((backtests[0]?.rmse as number) <= error.max + 0.01);
  });

  test('candidates needed: the least k that is measured, or that the law reaches', () => {
    const targets = [0.3, 0.5, 0.8, 0.95, 0.999];
    const { needed, laws, best, n } = scalingLaw(beta, { targets });
    const law = laws.find(({ name }) => name === best?.name);
    needed.forEach(({ target, samples, low, high, measured }, i) => {
      assert.equal(target, targets[i]);
      const k = samples as number;
      assert.ok((low as number) <= k && k <= (high ?? Number.POSITIVE_INFINITY), `${low} ${k} ${high}`);
      assert.equal(measured, target <= coverageOf(beta, n));
      if (!measured) assert.ok(k > n);
      else {
        assert.ok(coverageOf(beta, k) >= target);
        assert.ok(k === 1 || coverageOf(beta, k - 1) < target);
      }
    });
    const predicted = needed.filter(({ measured }) => !measured);
    assert.ok(predicted.length > 0);
    for (const { target, samples } of predicted) {
      const around =
        law?.curve.filter(({ k }) => k >= (samples as number)).map(({ estimate }) => estimate) ?? [];
      assert.ok(around.every((estimate) => estimate >= target));
    }
  });

  test('a coverage that stands still is never exceeded', () => {
    const { needed, powerLaw } = scalingLaw(
      ideal(100, 100, (u) => (u < 0.5 ? 0 : 1)),
      { targets: [0.4, 0.9] },
    );
    assert.deepEqual(
      needed.map(({ samples }) => samples),
      [1, null],
    );
    assert.equal(needed[1]?.high, null);
    assert.equal(powerLaw.holds, false);
  });

  test('doublings: their gains sum to coverage where it is measured, and shrink beyond', () => {
    const { doublings, n } = scalingLaw(beta, { resamples: 1 });
    const measured = doublings.filter((one) => one.measured);
    assert.deepEqual(
      measured.map(({ k }) => k),
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    );
    let sum = 0;
    for (const { k, coverage, gain } of measured) {
      sum += gain;
      assert.ok(Math.abs(coverage - sum) < 1e-12 && Math.abs(coverage - coverageOf(beta, k)) < 1e-12);
    }
    const gains = doublings.slice(measured.length).map(({ gain }) => gain);
    assert.equal(gains.length, 5);
    assert.ok(gains.every((gain, i) => gain > 0 && gain < (gains[i - 1] ?? 1)));
    assert.ok(doublings.slice(measured.length).every(({ k }) => k > n));
  });

  test('no doubling takes coverage away, where the law is below what is measured either', () => {
    // All are solved; no law gets there.
    const { doublings } = scalingLaw({ n: [8, 8, 8], c: [1, 4, 5] }, { resamples: 1 });
    assert.deepEqual(
      doublings.slice(3).map(({ k, coverage, gain }) => [k, coverage, gain > 0]),
      [
        [8, 1, true],
        [16, 1, false],
        [32, 1, false],
        [64, 1, false],
        [128, 1, false],
        [256, 1, false],
      ],
    );
    assert.ok(doublings.every(({ gain }) => gain >= 0));
  });

  describe('power law', () => {
    const holds = (counts: { n: number[]; c: number[] }) => scalingLaw(counts, { resamples: 1 }).powerLaw;

    test('holds for chances from beta distributions, the uniform one too', () => {
      for (const chance of [
        (u: number) => u,
        (u: number) => u ** 2,
        (u: number) => u ** 4,
        (u: number) => 1 - (1 - u ** (1 / 0.3)) ** (1 / 8),
      ]) {
        assert.deepEqual(holds(ideal(128, 10_000, chance)).holds, true);
        assert.deepEqual(holds(drawn(128, 1000, chance, 5)).holds, true);
      }
    });

    test('not where problems are all alike', () => {
      for (const p of [0.001, 0.05, 0.3]) {
        const { holds: is, why } = holds(drawn(128, 1000, () => p, 1));
        assert.equal(is, false, `${p}: ${why}`);
      }
      assert.match(holds(ideal(128, 1000, () => 0.05)).why, /ever faster/);
      // Of few candidates the curve alone does not show it.
      assert.match(holds(drawn(128, 8, () => 0.5, 1)).why, /all alike/);
    });

    test('not where some are soon solved and the others never', () => {
      for (const never of [0.1, 0.5, 0.9]) {
        const { holds: is, why } = holds(drawn(128, 1000, (u) => (u < never ? 0 : 0.5), 2));
        assert.equal(is, false, `${never}: ${why}`);
        assert.match(why, /saturates/);
      }
    });

    test('not told by few problems', () => {
      assert.match(holds(ideal(9, 1000, (u) => u ** 2)).why, /it takes 10/);
    });

    test('holds on the counts of all Pythia models', { skip }, () => {
      for (const counts of pythiaCounts().values()) assert.equal(holds(counts).holds, true);
    });
  });

  test('no fit of nothing, of everything, of one or two candidates: it says why', () => {
    for (const [counts, why] of [
      [{ n: [9, 9], c: [0, 0] }, /no candidate is correct/],
      [{ n: [9, 9], c: [9, 9] }, /every candidate is correct/],
      [{ n: [1, 1], c: [0, 1] }, /at least 3 candidates/],
      [{ n: [2, 3], c: [0, 1] }, /at least 3 candidates/],
    ] as const) {
      const law = scalingLaw(counts);
      assert.deepEqual([law.laws, law.best, law.powerLaw.holds], [[], null, false]);
      assert.equal(law.notes.length, 3);
      for (const note of law.notes) assert.match(note, why);
      assert.equal(
        law.next.reduce((sum, { samples }) => sum + samples, 0),
        2,
      );
    }
  });

  test('no beta-binomial where no problem has two successes, as nothing tells how chances spread', () => {
    const c = Array.from({ length: 40 }, (_, i) => (i < 12 ? 1 : 0));
    const { laws, notes, powerLaw } = scalingLaw({ n: c.map(() => 100), c }, { resamples: 1 });
    assert.deepEqual(
      laws.map(({ name }) => name),
      ['exponentiated-power', 'power'],
    );
    assert.match(notes[0] ?? '', /^no beta-binomial law: no problem has two successes/);
    assert.match(powerLaw.why, /no problem has two successes/);
  });

  test('a backtest takes no few single successes for problems that are all alike', () => {
    // Of 100 candidates five have a success in the mean, mostly of five problems: all alike, 10,000 would solve most.
    const c = Array.from({ length: 128 }, (_, i) => (i < 20 ? 25 : 0));
    const { laws } = scalingLaw({ n: c.map(() => 10_000), c }, { resamples: 1, backtests: [100] });
    const [test] = laws.find(({ name }) => name === 'beta-binomial')?.backtests ?? [];
    assert.ok((test?.rmse ?? 1) < 0.3 && test?.measured === 20 / 128, JSON.stringify(test));
  });

  test('equal problems claim no interval', () => {
    const { laws, needed } = scalingLaw({ n: [50, 50, 50], c: [5, 5, 5] });
    assert.equal(laws.length, 3);
    for (const { parameters } of laws) {
      for (const { low, high } of Object.values(parameters)) assert.deepEqual([low, high], [null, null]);
    }
    assert.ok(needed.every(({ low, high }) => low === null && high === null));
  });

  test('far fewer candidates of one problem are told', () => {
    const { n, notes } = scalingLaw({ n: [1000, 30, 1000], c: [4, 2, 0] });
    assert.equal(n, 30);
    assert.ok(notes.some((note) => /one problem has only 30 candidates where another has 1,000/.test(note)));
  });

  test('refuses what is out of range', () => {
    const ok = { n: [10, 10], c: [1, 2] };
    for (const [counts, options, message] of [
      [{ n: [10], c: [1, 2] }, {}, /one entry per problem/],
      [{ n: [], c: [] }, {}, /at least one/],
      [{ n: [10, 0], c: [1, 0] }, {}, /fewest candidates is 0/],
      [{ n: [10, 10], c: [1, 11] }, {}, /c of problem 1/],
      [{ n: [10, 10], c: [1, Number.NaN] }, {}, /c of problem 1/],
      [ok, { level: 1 }, /level is 1/],
      [ok, { targets: [1] }, /target is 1/],
      [ok, { targets: [Number.NaN] }, /target is NaN/],
      [ok, { backtests: [10] }, /from 3 to 9/],
      [ok, { backtests: [2] }, /from 3 to 9/],
      [ok, { budget: -1 }, /budget/],
      [ok, { resamples: 0 }, /resamples/],
    ] as const) {
      assert.throws(() => scalingLaw(counts, options), { name: 'RangeError', message });
    }
  });
});
