import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { passAtK } from './pass-at-k.ts';
import { familyOverlay } from './scaling-family.ts';
import { ideal } from './testing/law.ts';

describe('familyOverlay', () => {
  test('every curve passes through the greatest pass@1 at k = 1', () => {
    const members = [2, 4, 8].map((power) => ({
      name: `u^${power}`,
      counts: ideal(50, 2000, (u) => u ** power / 2),
    }));
    const { through, curves } = familyOverlay(members);
    const greatest = members[0] as (typeof members)[number];
    const { n, c } = greatest.counts;
    assert.ok(Math.abs(through - c.reduce((sum, own) => sum + own, 0) / 2000 / n.length) < 1e-12);
    assert.equal(curves[0]?.shift, 1);
    curves.forEach(({ name, shift, points }, i) => {
      const member = members[i] as (typeof members)[number];
      assert.equal(name, member.name);
      const { n, c } = member.counts;
      const at = (k: number) =>
        n.reduce((sum, own, p) => sum + passAtK(own, c[p] as number, k), 0) / n.length;
      assert.ok(at(Math.floor(shift as number)) <= through + 1e-12);
      assert.ok(at(Math.ceil(shift as number)) >= through - 1e-12);
      const [first] = points;
      assert.ok(Math.abs((first?.k as number) * (shift as number) - 1) < 1e-12);
      assert.ok(points.every(({ k, coverage }) => k >= 1 === coverage >= through - 1e-12));
    });
  });

  test('a model that is another one at a fraction of its pace coincides with it', () => {
    // Rare successes: a tenth of the chance takes ten times the candidates.
    const members = [200, 20].map((each) => ({
      name: `${each}`,
      counts: { n: [100_000, 100_000], c: [each, 3 * each] },
    }));
    const { curves, spread } = familyOverlay(members);
    assert.ok(Math.abs((curves[1]?.shift as number) - 10) < 0.05);
    // Not exactly: drawn without replacement, 20 successes are not 200 at a tenth of the pace.
    assert.ok((spread as number) < 0.01);
  });

  test('one that never gets there has no curve; nothing solved, no curve at all', () => {
    const strong = { name: 'strong', counts: { n: [10, 10], c: [9, 9] } };
    const weak = { name: 'weak', counts: { n: [10, 10], c: [1, 0] } };
    const none = { name: 'none', counts: { n: [10, 10], c: [0, 0] } };
    const { curves, spread } = familyOverlay([strong, weak, none]);
    assert.deepEqual(
      curves.map(({ shift }) => shift),
      [1, null, null],
    );
    assert.deepEqual([curves[1]?.points, spread], [[], null]);
    assert.deepEqual(familyOverlay([none]), {
      through: 0,
      curves: [{ name: 'none', shift: null, points: [] }],
      spread: null,
    });
    assert.throws(() => familyOverlay([]), /at least one/);
  });
});
