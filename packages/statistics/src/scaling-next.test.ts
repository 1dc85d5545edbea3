import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from './random.ts';
import { nextSamples } from './scaling-next.ts';

describe('nextSamples', () => {
  test('problems without a success share a small budget alike; others get none', () => {
    const next = nextSamples({ n: [100, 100, 100, 100], c: [0, 7, 0, 1] }, 20);
    assert.deepEqual(next, [
      { problem: 0, n: 100, c: 0, samples: 10 },
      { problem: 2, n: 100, c: 0, samples: 10 },
    ]);
  });

  test('a budget that should bring them level goes on to the next', () => {
    // A success is expected after 202 candidates of an unsolved problem, after 67 1/3 of one solved once.
    assert.deepEqual(
      nextSamples({ n: [100, 100], c: [0, 1] }, 200).map(({ samples }) => samples),
      [200],
    );
    // 741 are about what lifts both to 3: 3 · 202 and 2 · 67 1/3.
    const next = nextSamples({ n: [100, 100], c: [0, 1] }, 741);
    assert.deepEqual(
      next.map(({ samples }) => samples),
      [606, 135],
    );
  });

  test('hands out all of any budget, most to those with fewest', () => {
    const random = createRandom(1);
    for (let round = 0; round < 200; round++) {
      const n = Array.from({ length: 1 + random.below(20) }, () => 1 + random.below(50));
      const c = n.map((own) => random.below(own + 1));
      const budget = random.below(1000);
      const next = nextSamples({ n, c }, budget);
      assert.equal(
        next.reduce((sum, { samples }) => sum + samples, 0),
        budget,
      );
      assert.ok(next.every(({ samples }) => samples > 0 && Number.isInteger(samples)));
      next.forEach((one, i) => {
        assert.deepEqual([one.n, one.c], [n[one.problem], c[one.problem]]);
        assert.ok(one.c >= (next[i - 1]?.c ?? 0));
      });
      const least = Math.min(...c);
      if (budget > 20) assert.ok(next.some((one) => one.c === least));
    }
  });
});
