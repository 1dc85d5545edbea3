import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coverage } from './coverage.ts';
import { passAtK } from './pass-at-k.ts';
import { pythiaCounts, skip } from './testing/pythia.ts';

describe('coverage', () => {
  test('is the mean of pass@k over problems of unequal n, with what it was made by', () => {
    const result = coverage({ n: [4, 10, 6], c: [1, 0, 6] }, [1, 3], {
      seed: 9,
      resamples: 50,
      confidence: 0.9,
    });
    const expected = [1, 3].map((k) => (passAtK(4, 1, k) + passAtK(10, 0, k) + 1) / 3);
    result.points.forEach(({ estimate, bootstrap, analytic }, i) => {
      assert.ok(Math.abs(estimate - (expected[i] as number)) < 1e-15);
      for (const { low, high } of [bootstrap, analytic]) {
        assert.ok(0 <= low && low <= estimate && estimate <= high && high <= 1);
      }
    });
    const { points, ...settings } = result;
    assert.equal(points.length, 2);
    assert.deepEqual(settings, { problems: 3, confidence: 0.9, resamples: 50, seed: 9, dropped: [] });
  });

  test('refuses a k above the smallest n, or drops it and says so', () => {
    const counts = { n: [4, 10, 6], c: [1, 0, 6] };
    assert.throws(() => coverage(counts, [1, 5]), /problem 0's 4 candidates/);
    const { points, dropped } = coverage(counts, [1, 4, 5, 10], { onShort: 'drop-k' });
    assert.deepEqual(
      points.map(({ k }) => k),
      [1, 4],
    );
    assert.deepEqual(dropped, [5, 10]);
  });

  test('refuses no problems and arrays of different lengths', () => {
    assert.throws(() => coverage({ n: [], c: [] }, [1]), /n: 0, c: 0/);
    assert.throws(() => coverage({ n: [1, 2], c: [1] }, [1]), /n: 2, c: 1/);
  });

  test('gives the published figures of "Large Language Monkeys" from its own counts', { skip }, () => {
    const table = new Map([
      ['Pythia 70M', ['.0006', '.0060', '.0361', '.1241', '.2656']],
      ['Pythia 1B', ['.0083', '.0665', '.2745', '.5462', '.7422']],
      ['Pythia 12B', ['.0232', '.1568', '.4834', '.7233', '.8750']],
    ]);
    const models = pythiaCounts();
    assert.deepEqual([...models.keys()].sort(), [...table.keys()].sort());
    for (const [model, counts] of models) {
      const { points } = coverage(counts, [1, 10, 100, 1000, 10_000]);
      assert.deepEqual(
        points.map(({ estimate }) => estimate.toFixed(4).slice(1)),
        table.get(model),
        model,
      );
      // pass@10,000 of 10,000 is the share of problems with any success.
      const solved = counts.c.filter((c) => c > 0).length / counts.c.length;
      assert.equal(points.at(-1)?.estimate, solved);
    }
  });
});
