import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { criticalStudent } from './critical.ts';
import { rateSettings, ratesOverProblems } from './over-problems.ts';
import { createRandom } from './random.ts';

const rates = (table: number[], options = {}, ks = [1]) =>
  ratesOverProblems(Float64Array.from(table), ks, rateSettings(table.length / ks.length, options));

describe('ratesOverProblems', () => {
  test('takes means by column', () => {
    const points = rates([0, 0.5, 1, 1, 0.5, 0.75], {}, [1, 2]);
    assert.deepEqual(
      points.map(({ k, estimate }) => [k, estimate]),
      [
        [1, 0.5],
        [2, 0.75],
      ],
    );
  });

  test("analytic: Student's t, by hand, cut at 0 and 1", () => {
    const [point] = rates([0.2, 0.4, 0.6]);
    const half = (criticalStudent(0.95, 2) * 0.2) / Math.sqrt(3);
    assert.equal(point?.analytic.method, 'student-t-over-problems');
    assert.equal(point?.analytic.low, 0); // 0.4 - 0.497
    assert.ok(Math.abs((point?.analytic.high as number) - (0.4 + half)) < 1e-12);
    assert.equal(rates([0.5, 1, 1])[0]?.analytic.high, 1);
  });

  test('bootstrap: for ones and zeros the means are binomial, so their quantiles are known', () => {
    const table = Array.from({ length: 100 }, (_, p) => (p < 30 ? 1 : 0));
    const [point] = rates(table, { resamples: 20_000 });
    assert.equal(point?.bootstrap.method, 'bootstrap-percentile-over-problems');
    // Binomial(100, 0.3): 2.5 % and 97.5 % quantiles are 21 and 39.
    assert.deepEqual([point?.bootstrap.low, point?.bootstrap.high], [0.21, 0.39]);
    const [narrow] = rates(table, { resamples: 20_000, confidence: 0.5 });
    assert.deepEqual([narrow?.bootstrap.low, narrow?.bootstrap.high], [0.27, 0.33]);
  });

  test('bootstrap: equal seeds agree, others do not; one k more changes no other', () => {
    const random = createRandom(3);
    const column = Array.from({ length: 40 }, () => random.below(1000) / 1000);
    const both = column.flatMap((value) => [value, value ** 2]);
    assert.deepEqual(rates(column, { seed: 5 }), rates(column, { seed: 5 }));
    assert.notDeepEqual(rates(column, { seed: 5 }), rates(column, { seed: 6 }));
    assert.deepEqual(rates(both, { seed: 5 }, [1, 2])[0], rates(column, { seed: 5 })[0]);
  });

  test('both intervals cover the true mean about as often as they say', () => {
    const random = createRandom(11);
    let analytic = 0;
    let bootstrap = 0;
    for (let trial = 0; trial < 400; trial++) {
      const uniform = Array.from({ length: 40 }, () => random.below(2 ** 20) / 2 ** 20);
      const [point] = rates(uniform, { seed: trial, resamples: 400, confidence: 0.9 });
      if (point && point.analytic.low <= 0.5 && point.analytic.high >= 0.5) analytic++;
      if (point && point.bootstrap.low <= 0.5 && point.bootstrap.high >= 0.5) bootstrap++;
    }
    // 360 expected; four standard deviations of Binomial(400, 0.9) are 24, and the percentile bootstrap is a bit short.
    assert.ok(Math.abs(analytic - 360) <= 24, `analytic ${analytic}`);
    assert.ok(bootstrap >= 330 && bootstrap <= 384, `bootstrap ${bootstrap}`);
  });

  test('claims no certainty where the problems do not differ, or there is only one', () => {
    const [zero] = rates(new Array(20).fill(0));
    assert.equal(zero?.bootstrap.method, 'wilson-over-problems');
    assert.equal(zero?.analytic.low, 0);
    assert.equal(zero?.analytic.high.toFixed(4), '0.1611');
    const [one] = rates([1]);
    assert.equal(one?.estimate, 1);
    assert.ok((one?.bootstrap.low as number) < 0.25);
    const [half] = rates([0.5]);
    assert.ok((half?.analytic.low as number) < 0.1 && (half?.analytic.high as number) > 0.9);
  });

  test('refuses no resamples and no confidence', () => {
    assert.throws(() => rates([0, 1], { resamples: 0 }), /resamples is 0/);
    assert.throws(() => rates([0, 1], { confidence: 95 }), /confidence is 95/);
  });
});
