import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { logSpacedKs, roundKs, usableKs } from './ks.ts';

describe('logSpacedKs', () => {
  test('known values', () => {
    assert.deepEqual(logSpacedKs(1), [1]);
    assert.deepEqual(logSpacedKs(10, 2), [1, 10]);
    assert.deepEqual(logSpacedKs(10_000, 5), [1, 10, 100, 1000, 10_000]);
    assert.deepEqual(logSpacedKs(6), [1, 2, 3, 4, 5, 6]);
    assert.equal(logSpacedKs(10_000).length, 37);
  });

  test('ascends strictly from 1 to max, with at most so many points', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5_000_000 }), fc.integer({ min: 2, max: 100 }), (max, points) => {
        const ks = logSpacedKs(max, points);
        assert.equal(ks[0], 1);
        assert.equal(ks.at(-1), max);
        assert.ok(ks.length <= points);
        assert.ok(ks.every((k, i) => Number.isInteger(k) && (i === 0 || k > (ks[i - 1] as number))));
      }),
      { seed: 1 },
    );
  });

  test('refuses what it cannot do', () => {
    assert.throws(() => logSpacedKs(0), /max is 0; give an integer of at least 1/);
    assert.throws(() => logSpacedKs(10, 1), /points is 1/);
  });
});

test('roundKs: decades and max, finer below 100', () => {
  assert.deepEqual(roundKs(1), [1]);
  assert.deepEqual(roundKs(8), [1, 2, 5, 8]);
  assert.deepEqual(roundKs(64), [1, 2, 5, 10, 20, 50, 64]);
  assert.deepEqual(roundKs(100), [1, 10, 100]);
  assert.deepEqual(roundKs(250), [1, 10, 100, 250]);
  assert.deepEqual(roundKs(10_000), [1, 10, 100, 1000, 10_000]);
});

describe('usableKs', () => {
  test('refuses a k above the smallest n, naming the problem and the remedy', () => {
    assert.throws(
      () => usableKs([9, 5, 7], [1, 5, 6]),
      (error) =>
        error instanceof RangeError &&
        /k = 6 is larger than problem 1's 5 candidates; .*k <= 5.*'drop-k'/.test(error.message),
    );
    assert.deepEqual(usableKs([9, 5, 7], [1, 5]), { used: [1, 5], dropped: [] });
  });

  test("leaves it out under 'drop-k', and says so", () => {
    assert.deepEqual(usableKs([9, 5, 7], [1, 5, 6, 9], 'drop-k'), { used: [1, 5], dropped: [6, 9] });
  });

  test('refuses ks that are not ascending positive integers', () => {
    for (const ks of [[0], [1.5], [2, 2], [3, 1], [Number.NaN]]) {
      assert.throws(() => usableKs([9], ks, 'drop-k'), /ks\[\d\] \(ks ascend, each once\) is/);
    }
  });
});
