import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { firstBudgetMs } from './budget.ts';
import { CostModel } from './cost-model.ts';

const costs = [60, 200, 500, 1250];

describe('predictions', () => {
  test('a header that is ten times slower is learned to be, and others are left as they are', () => {
    const model = new CostModel();
    const before = model.predict('quick', 500);
    for (let i = 0; i < 400; i++) {
      const cost = costs[i % 4] as number;
      model.observe('slow', cost, 10 * model.predict('quick', cost));
    }
    for (const cost of costs) {
      const ratio = model.predict('slow', cost) / model.predict('quick', cost);
      assert.ok(ratio > 9 && ratio < 11, `${ratio} at ${cost}`);
    }
    assert.equal(model.predict('quick', 500), before);
  });

  test('what changes is followed', () => {
    const model = new CostModel();
    for (let i = 0; i < 2_000; i++) model.observe('h', costs[i % 4] as number, 100);
    for (let i = 0; i < 2_000; i++) model.observe('h', costs[i % 4] as number, 5_000);
    const ms = model.predict('h', 500);
    assert.ok(ms > 4_000 && ms < 6_000, `${ms}`);
  });

  test('dearer is never predicted quicker, and nothing is without a limit, whatever was seen', () => {
    const number = fc.oneof(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.constantFrom(0, 1, Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 60 }), number, number, (seen, a, b) => {
        const model = new CostModel();
        for (const [cost, ms] of seen) model.observe('h', cost, ms);
        const [less, more] = [model.predict('h', Math.min(a, b)), model.predict('h', Math.max(a, b))];
        assert.ok(less <= more && less >= 1 && more <= 3_600_000, `${less} ${more}`);
      }),
    );
  });

  test('headers without end take no memory without end', () => {
    const model = new CostModel();
    for (let i = 0; i < 2_000; i++) model.observe(`h${i}`, 500, 50_000);
    const fresh = new CostModel().predict('h', 500);
    assert.equal(model.predict('h0', 500), fresh, 'forgotten');
    assert.notEqual(model.predict('h1999', 500), fresh);
  });
});

test('the first budget follows the prediction within limits', () => {
  assert.deepEqual([1, 500, 2_000, 60_000].map(firstBudgetMs), [1_000, 2_000, 8_000, 15_000]);
});
