import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logSpacedKs } from './ks.ts';
import { createRandom } from './random.ts';
import { betaBinomialCoverage, fitBetaBinomial } from './scaling-beta-binomial.ts';
import { groupCounts, type Observed } from './scaling-counts.ts';
import { fitters } from './scaling-fits.ts';
import { drawn } from './testing/law.ts';

function near(actual: number | undefined, expected: number, tolerance: number) {
  const error = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(error <= tolerance * Math.abs(expected), `${actual} is not ${expected}`);
}

/** A curve alone, as of 1000 problems. */
function curveOf(coverage: (k: number) => number, n = 10_000): Observed {
  const ks = logSpacedKs(n);
  const counts = { n: [n], c: [1] };
  return { counts, weights: Float64Array.of(1000), ks, curve: Float64Array.from(ks, coverage) };
}

describe('laws', () => {
  test('each curve-based law finds its own parameters again', () => {
    for (const [a, b] of [
      [-3.92, -0.35],
      [-0.05, -0.36],
      [-8.54, -0.14],
      [-0.28, -3],
    ] as const) {
      const fit = fitters['exponentiated-power'](curveOf((k) => Math.exp(a * k ** b)));
      near(fit?.parameters.a, a, 1e-6);
      near(fit?.parameters.b, b, 1e-6);
      near(fit?.at(1e6), Math.exp(a * 1e6 ** b), 1e-6);
    }
    const fit = fitters.power(curveOf((k) => Math.exp(-4.2 * k ** -0.4)));
    near(fit?.parameters.A, 4.2, 1e-12);
    near(fit?.parameters.b, 0.4, 1e-12);
  });

  test('the exponentiated power law is the least sum of squares of log coverage', () => {
    const observed = curveOf((k) => 1 - (1 + k / 12) ** -0.3);
    const fit = fitters['exponentiated-power'](observed);
    const squares = (a: number, b: number) =>
      observed.ks.reduce((sum, k, i) => sum + (Math.log(observed.curve[i] as number) - a * k ** b) ** 2, 0);
    const [a, b] = [fit?.parameters.a as number, fit?.parameters.b as number];
    for (const [da, db] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-4],
      [0, -1e-4],
      [1e-3, 1e-4],
      [-1e-3, -1e-4],
    ] as const) {
      assert.ok(squares(a + da, b + db) > squares(a, b));
    }
  });

  test('no law of a curve that is nothing, everything, or two points', () => {
    for (const observed of [curveOf(() => 0), curveOf(() => 1), curveOf((k) => k / 3, 2)]) {
      for (const fitter of Object.values(fitters)) assert.equal(fitter(observed), null);
    }
  });
});

describe('beta-binomial', () => {
  test('coverage is the chance of no success in k draws from an urn, taken from 1', () => {
    for (const [alpha, beta] of [
      [0.3, 12],
      [1, 1],
      [5e-8, 5e-8],
      [200, 3],
      [1e6, 1e9],
    ] as const) {
      let none = 1;
      for (let k = 1; k <= 2000; k++) {
        none *= (beta + (k - 1)) / (alpha + beta + (k - 1));
        const error = Math.abs(betaBinomialCoverage(alpha, beta, k) - (1 - none));
        assert.ok(error < 1e-11, `k = ${k}: off by ${error}`);
      }
    }
  });

  test('unequal n: the maximum that SciPy 1.17 finds', () => {
    const n = [10, 20, 50, 100, 100, 200, 1000, 5, 7, 300];
    const c = [0, 1, 9, 0, 40, 3, 12, 5, 0, 299];
    const { alpha, beta } = fitBetaBinomial({ counts: { n, c }, weights: new Float64Array(10).fill(1) });
    near(alpha, 0.17582494, 1e-6);
    near(beta, 0.351135, 1e-6);
  });

  test('the same from any start, with weights as with repetitions', () => {
    const counts = drawn(60, 40, (u) => u ** 3);
    const plain = fitBetaBinomial({ counts, weights: new Float64Array(60).fill(1) });
    const groups = groupCounts(counts);
    for (const start of [
      [1e-3, 1e-3],
      [50, 0.01],
      [1e-3, 500],
      [1e5, 1e5],
    ] as [number, number][]) {
      const { alpha, beta } = fitBetaBinomial({ counts: groups, weights: groups.weights }, start);
      near(alpha, plain.alpha, 1e-6);
      near(beta, plain.beta, 1e-6);
    }
  });

  test('chances from Beta(1/2, 1): found within its noise', () => {
    const counts = drawn(4000, 50, (u) => u ** 2);
    const groups = groupCounts(counts);
    const { alpha, beta } = fitBetaBinomial({ counts: groups, weights: groups.weights });
    near(alpha, 0.5, 0.1);
    near(beta, 1, 0.1);
  });

  test('problems that are all alike, or all or nothing: the limits, and finite', () => {
    const alike = { n: [100, 100, 100], c: [5, 5, 5] };
    const { alpha, beta } = fitBetaBinomial({ counts: alike, weights: Float64Array.of(1, 1, 1) });
    near(betaBinomialCoverage(alpha, beta, 10), 1 - 0.95 ** 10, 1e-3);
    const apart = { n: [100, 100, 100], c: [0, 0, 100] };
    const limit = fitBetaBinomial({ counts: apart, weights: Float64Array.of(1, 1, 1) });
    near(betaBinomialCoverage(limit.alpha, limit.beta, 1e9), 1 / 3, 1e-3);
  });
});

test('equal counts are one group, under random order as well', () => {
  const random = createRandom(3);
  const c = Array.from({ length: 200 }, () => random.below(4));
  const n = c.map((_, i) => (i % 2 === 0 ? 5 : 9));
  const groups = groupCounts({ n, c });
  assert.equal(groups.n.length, 8);
  assert.deepEqual(
    c.map((successes, i) => [n[i], successes]),
    Array.from(groups.of, (group) => [groups.n[group], groups.c[group]]),
  );
  assert.equal(
    groups.weights.reduce((sum, weight) => sum + weight, 0),
    200,
  );
});
