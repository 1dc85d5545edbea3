import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binomialPmf, probability } from './binomial.ts';
import { choose, toNumber } from './testing/exact.ts';

test('binomialPmf: exact probabilities', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 63 }), (m, share) => {
      const pmf = binomialPmf(m, share / 64);
      for (let x = 0; x <= m; x++) {
        const ways = choose(m, x) * BigInt(share) ** BigInt(x) * BigInt(64 - share) ** BigInt(m - x);
        const exact = toNumber(ways, 64n ** BigInt(m));
        const error = Math.abs(probability(pmf, x) - exact);
        assert.ok(error <= 1e-13 * exact || exact < 1e-18, `m ${m} p ${share}/64 x ${x}: off by ${error}`);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('binomialPmf: sums to 1 where the plain formula underflows, and is 0 outside', () => {
  const pmf = binomialPmf(1_000_000, 0.5);
  const sum = pmf.p.reduce((total, term) => total + term, 0);
  assert.ok(Math.abs(sum - 1) < 1e-13);
  assert.ok(Math.abs(probability(pmf, 500_000) * Math.sqrt(Math.PI * 500_000) - 1) < 1e-6);
  assert.equal(probability(pmf, -1), 0);
  assert.equal(probability(pmf, 0), 0);
  assert.equal(probability(pmf, 1_000_001), 0);
});
