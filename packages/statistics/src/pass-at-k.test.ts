import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { passAtK, passAtKTable } from './pass-at-k.ts';
import { choose, toNumber } from './testing/exact.ts';
import { pythiaCounts, skip } from './testing/pythia.ts';

/** The definition, in rational arithmetic. */
function byDefinition(n: number, c: number, k: number): number {
  const all = choose(n, k);
  return toNumber(all - choose(n - c, k), all);
}

/** The same, faster: C(n-c, k) / C(n, k) = Π (n-c-j) / (n-j), j < k; or with c and k exchanged. */
function byProduct(n: number, c: number, k: number): number {
  let without = 1n;
  let all = 1n;
  for (let j = 0; j < Math.min(c, k); j++) {
    without *= BigInt(Math.max(0, n - c - k + Math.min(c, k) - j));
    all *= BigInt(n - j);
  }
  return toNumber(all - without, all);
}

/** Within 1e-12, and as good for tiny values: within 1e-12 of the value itself. */
function assertExact(n: number, c: number, k: number, exact: number): void {
  const actual = passAtK(n, c, k);
  assert.ok(
    Math.abs(actual - exact) <= 1e-12 * exact,
    `passAtK(${n}, ${c}, ${k}) is ${actual}, exactly ${exact}`,
  );
}

const candidates = (max: number) =>
  fc.integer({ min: 1, max }).chain((n) => {
    const upTo = (low: number) => fc.oneof(fc.integer({ min: low, max: n }), fc.constantFrom(low, n));
    return fc.tuple(fc.constant(n), upTo(0), upTo(1));
  });

describe('passAtK', () => {
  test('by hand', () => {
    assert.equal(passAtK(5, 0, 3), 0);
    assert.equal(passAtK(5, 5, 1), 1);
    assert.equal(passAtK(4, 1, 1), 0.25);
    assert.ok(Math.abs(passAtK(5, 2, 2) - 0.7) < 1e-15); // 1 - C(3,2)/C(5,2) = 1 - 3/10
    assert.equal(passAtK(10_000, 1, 10_000), 1);
    assert.equal(passAtK(10_000, 9_999, 2), 1);
  });

  test('is the definition in rational arithmetic, all n up to 14', () => {
    for (let n = 1; n <= 14; n++) {
      for (let c = 0; c <= n; c++) {
        for (let k = 1; k <= n; k++) {
          assertExact(n, c, k, byDefinition(n, c, k));
          assert.equal(byProduct(n, c, k), byDefinition(n, c, k));
        }
      }
    }
  });

  test('is the definition in rational arithmetic, n up to 600', () => {
    fc.assert(
      fc.property(candidates(600), ([n, c, k]) => assertExact(n, c, k, byDefinition(n, c, k))),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is exact for n = 10,000, also in the middle and at the ends', () => {
    const values = [1, 2, 3, 10, 99, 100, 500, 1000, 2000];
    for (const c of values) for (const k of values) assertExact(10_000, c, k, byProduct(10_000, c, k));
    for (const k of [1, 10, 1000, 4999, 5000, 5001, 9000, 9999]) {
      for (const c of [1, 7, 700]) assertExact(10_000, c, k, byProduct(10_000, c, k));
    }
    assertExact(10_000, 5000, 5000, byProduct(10_000, 5000, 5000));
  });

  test('is exact where both success and k are rare: the worst case for adding up', () => {
    assertExact(4_000_000, 1, 1, 1 / 4_000_000);
    assertExact(4_000_000, 1500, 1500, byProduct(4_000_000, 1500, 1500));
    assertExact(4_000_000, 3000, 100, byProduct(4_000_000, 3000, 100));
  });

  test('is exact for every count of the public data', { skip }, () => {
    const pairs = new Set([...pythiaCounts().values()].flatMap(({ c }) => c));
    assert.ok(pairs.size > 100);
    for (const c of pairs) {
      for (const k of [1, 2, 17, 100, 1000, 3162, 9999, 10_000])
        assertExact(10_000, c, k, byProduct(10_000, c, k));
    }
  });

  test('is 1, and not nearly 1, where k candidates cannot all be failures', () => {
    for (let n = 1; n <= 60; n++) {
      for (let c = 1; c <= n; c++) for (let k = n - c + 1; k <= n; k++) assert.equal(passAtK(n, c, k), 1);
    }
  });

  test('rises with c and with k, and stays inside [0, 1]', () => {
    fc.assert(
      fc.property(candidates(20_000), ([n, c, k]) => {
        const value = passAtK(n, c, k);
        assert.ok(value >= 0 && value <= 1);
        if (c < n) assert.ok(passAtK(n, c + 1, k) >= value - 1e-12);
        if (k < n) assert.ok(passAtK(n, c, k + 1) >= value - 1e-12);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('refuses k > n, c > n, and what is no integer', () => {
    assert.throws(() => passAtK(5, 2, 6), {
      name: 'RangeError',
      message: /k .*k <= n.* is 6; give an integer from 1 to 5/,
    });
    assert.throws(() => passAtK(5, 6, 1), { name: 'RangeError', message: /c \(successes\) is 6/ });
    assert.throws(() => passAtK(0, 0, 1), { name: 'RangeError', message: /n \(candidates\) is 0/ });
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => passAtK(bad, 0, 1), RangeError);
      assert.throws(() => passAtK(5, bad, 1), RangeError);
      assert.throws(() => passAtK(5, 0, bad), RangeError);
    }
  });
});

describe('passAtKTable', () => {
  test('is problem-major, with unequal n', () => {
    const table = passAtKTable({ n: [4, 7], c: Uint16Array.of(1, 3) }, [1, 2, 4]);
    const cells = [4, 7].flatMap((n, p) => [1, 2, 4].map((k) => passAtK(n, [1, 3][p] as number, k)));
    assert.deepEqual([...table], cells);
  });

  test('names the problem that is wrong', () => {
    assert.throws(() => passAtKTable({ n: [4, 4], c: [1, 5] }, [1]), /c of problem 1 is 5/);
    assert.throws(() => passAtKTable({ n: [4, 3], c: [1, 1] }, [4]), /k for problem 1 \(n = 3\) is 4/);
    assert.throws(() => passAtKTable({ n: [4, 3], c: [1] }, [1]), /n: 2, c: 1.*one entry per problem/);
    assert.throws(() => passAtKTable({ n: [], c: [] }, [1]), /at least one/);
  });
});
