import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probability } from './binomial.ts';
import { hypergeometricPmf } from './hypergeometric.ts';
import { choose, toNumber } from './testing/exact.ts';

test('hypergeometricPmf: against numbers of subsets in integers', () => {
  const cases = [
    [1, 0, 1],
    [1, 1, 1],
    [9, 4, 3],
    [9, 8, 5],
    [9, 9, 4],
    [9, 0, 9],
    [300, 7, 150],
    [2000, 40, 1990],
    [10_000, 3, 4],
  ] as const;
  for (const [n, marked, k] of cases) {
    const pmf = hypergeometricPmf(n, marked, k);
    const all = choose(n, k);
    for (let x = 0; x <= marked; x++) {
      const expected = toNumber(choose(marked, x) * choose(n - marked, k - x), all);
      const actual = probability(pmf, x);
      const off = Math.abs(actual - expected);
      assert.ok(
        off <= 1e-12 * expected || off < 1e-17,
        `${n} ${marked} ${k}: P(${x}) = ${actual}, ${expected}`,
      );
    }
  }
});

test('hypergeometricPmf: what lies outside is impossible', () => {
  // 8 of 9 are marked: of 5 at least 4 are.
  assert.deepEqual([hypergeometricPmf(9, 8, 5).low, hypergeometricPmf(9, 8, 5).p.length], [4, 2]);
});
