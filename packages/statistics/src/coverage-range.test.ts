import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { coverage } from './coverage.ts';
import { coverageRange } from './coverage-range.ts';

describe('coverageRange', () => {
  test('without missing verdicts the range closes on the estimate', () => {
    const counts = { n: [5, 8], c: [2, 0] };
    const { points, ...rest } = coverageRange({ ...counts, missing: [0, 0] }, [1, 5], { seed: 4 });
    const plain = coverage(counts, [1, 5], { seed: 4 });
    assert.deepEqual(
      points,
      plain.points.map((point) => ({ k: point.k, low: point.estimate, high: point.estimate, judged: point })),
    );
    assert.deepEqual(rest, { problems: 2, missing: 0, unjudged: [], dropped: [] });
  });

  test('by hand', () => {
    const { points, missing } = coverageRange({ n: [8, 10], c: [2, 5], missing: [2, 0] }, [1]);
    assert.equal(missing, 2);
    assert.deepEqual(
      points.map(({ low, high, judged }) => [low, high, judged?.estimate]),
      [[(0.2 + 0.5) / 2, (0.4 + 0.5) / 2, (0.25 + 0.5) / 2]],
    );
  });

  test('holds what full judgement gives, whatever it is, and reaches both ends', () => {
    const problem = fc.record({ n: fc.nat(6), failures: fc.nat(6), missing: fc.nat(4), found: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(problem, { minLength: 1, maxLength: 4 }), (problems) => {
        const n = problems.map((p) => p.n + p.failures + 1);
        const c = problems.map((p) => p.n);
        const missing = problems.map((p) => p.missing);
        const all = n.map((count, p) => count + (missing[p] as number));
        const ks = Array.from({ length: Math.min(...all) }, (_, i) => i + 1);
        const { points } = coverageRange({ n, c, missing }, ks, { resamples: 1 });
        const full = (found: (p: (typeof problems)[0]) => number) =>
          coverage({ n: all, c: problems.map((p) => p.n + found(p)) }, ks, { resamples: 1 }).points;
        const actual = full((p) => Math.min(p.found, p.missing));
        points.forEach(({ low, high }, i) => {
          const truth = actual[i]?.estimate as number;
          assert.ok(low <= truth + 1e-12 && truth <= high + 1e-12);
          assert.ok(Math.abs(low - (full(() => 0)[i]?.estimate as number)) < 1e-12);
          assert.ok(Math.abs(high - (full((p) => p.missing)[i]?.estimate as number)) < 1e-12);
        });
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('a problem without any verdict opens the range and takes no part in the estimate', () => {
    const { points, unjudged } = coverageRange({ n: [4, 0], c: [4, 0], missing: [0, 4] }, [2]);
    assert.deepEqual(unjudged, [1]);
    assert.deepEqual(
      points.map(({ low, high, judged }) => [low, high, judged?.estimate]),
      [[0.5, 1, 1]],
    );
    const nothing = coverageRange({ n: [0], c: [0], missing: [3] }, [1, 3]);
    assert.deepEqual(nothing.points, [
      { k: 1, low: 0, high: 1, judged: null },
      { k: 3, low: 0, high: 1, judged: null },
    ]);
  });

  test('where k exceeds the judged candidates the range stands alone', () => {
    const { points } = coverageRange({ n: [3, 5], c: [1, 1], missing: [2, 0] }, [3, 4, 5]);
    assert.deepEqual(
      points.map(({ judged }) => judged?.k ?? null),
      [3, null, null],
    );
    assert.ok(points.every(({ low, high }) => low <= high));
  });

  test('refuses k beyond judged and missing together, and counts that cannot be', () => {
    assert.throws(() => coverageRange({ n: [3], c: [1], missing: [2] }, [6]), /problem 0's 5 candidates/);
    assert.deepEqual(
      coverageRange({ n: [3], c: [1], missing: [2] }, [6], { onShort: 'drop-k' }).dropped,
      [6],
    );
    assert.throws(() => coverageRange({ n: [3], c: [4], missing: [2] }, [1]), /c of problem 0 is 4/);
    assert.throws(() => coverageRange({ n: [3], c: [1], missing: [-1] }, [1]), /missing of problem 0 is -1/);
    assert.throws(() => coverageRange({ n: [3], c: [1], missing: [] }, [1]), /missing: 0/);
  });
});
