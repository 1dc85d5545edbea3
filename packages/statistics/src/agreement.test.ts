import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AgreementCounts, agreementOf } from './agreement.ts';
import { createRandom, type Random } from './random.ts';

const counts = (a: number, b: number, c: number, d: number): AgreementCounts => ({
  correctCorrect: a,
  correctIncorrect: b,
  incorrectCorrect: c,
  incorrectIncorrect: d,
});

const close = (actual: number | null, expected: number, within = 1e-12) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe('agreementOf', () => {
  test('known kappas: by the definition, observed and expected agreement', () => {
    // Of 50: 35 agree (0.7), expected 0.5 · 0.6 + 0.5 · 0.4 = 0.5, so that kappa is 0.2 / 0.5.
    close(agreementOf([counts(20, 5, 10, 15)]).kappa, 0.4);
    // The two tables of 100 with equal observed agreement (0.60) and other margins: 0.1304 and 0.2593.
    close(agreementOf([counts(45, 15, 25, 15)]).kappa, 0.1304, 5e-5);
    close(agreementOf([counts(25, 35, 5, 35)]).kappa, 0.2593, 5e-5);
    close(agreementOf([counts(3, 0, 0, 9)]).kappa, 1);
    close(agreementOf([counts(0, 4, 4, 0)]).kappa, -1);
    // Independent: chance alone.
    close(agreementOf([counts(2, 4, 6, 12)]).kappa, 0);
  });

  test('no kappa where one of them always says the same; no share of nothing', () => {
    for (const one of [counts(5, 3, 0, 0), counts(5, 0, 3, 0), counts(4, 0, 0, 0), counts(0, 0, 2, 7)]) {
      assert.equal(agreementOf([one]).kappa, null);
      assert.equal(agreementOf([one]).kappaInterval, null);
    }
    assert.equal(agreementOf([counts(5, 3, 0, 0)]).falseAccept, null);
    assert.equal(agreementOf([counts(0, 0, 3, 1)]).falseReject, null);
    for (const none of [[], [counts(0, 0, 0, 0)]]) {
      const { both, share, shareInterval, kappa, falseAccept, falseReject } = agreementOf(none);
      assert.deepEqual(
        [both, share, shareInterval, kappa, falseAccept, falseReject],
        [0, null, null, null, null, null],
      );
    }
  });

  test('shares are of all candidates together; exchanged verifiers exchange the errors', () => {
    const cell = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 6 }), (rows) => {
        const there = agreementOf(rows.map(([a, b, c, d]) => counts(a, b, c, d)));
        const back = agreementOf(rows.map(([a, b, c, d]) => counts(a, c, b, d)));
        const [a, b, c, d] = [0, 1, 2, 3].map((i) =>
          rows.reduce((sum, row) => sum + (row[i] as number), 0),
        ) as [number, number, number, number];
        const n = a + b + c + d;
        assert.equal(there.both, n);
        if (n > 0) close(there.share, (a + d) / n);
        if (c + d > 0) close(there.falseAccept?.share ?? null, c / (c + d));
        if (a + b > 0) close(there.falseReject?.share ?? null, b / (a + b));
        assert.equal(there.kappa, back.kappa);
        close(there.shareInterval?.low ?? 0, back.shareInterval?.low ?? 0);
        if (n > 0 && there.kappa !== null) {
          const expected = ((a + b) * (a + c) + (c + d) * (b + d)) / n ** 2;
          close(there.kappa, ((a + d) / n - expected) / (1 - expected), 1e-9);
        }
        for (const rate of [there.falseAccept, there.falseReject]) {
          if (rate === null) continue;
          assert.ok(rate.interval.low >= 0 && rate.interval.high <= 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('no certainty from one problem, however many candidates it has, nor where there is no disagreement', () => {
    const one = agreementOf([counts(900, 100, 300, 700)]);
    assert.equal(one.falseAccept?.interval.method, 'wilson-over-problems');
    assert.ok((one.falseAccept?.interval.high ?? 0) > 0.8);
    assert.equal(one.kappaInterval, null);
    const perfect = agreementOf(new Array(20).fill(counts(50, 0, 0, 50)));
    assert.equal(perfect.falseReject?.interval.low, 0);
    // Wilson's for 0 of 20.
    assert.equal(perfect.falseReject?.interval.high.toFixed(4), '0.1611');
  });

  test('the intervals hold what other problems would give about as often as they say', () => {
    const random = createRandom(5);
    let [accept, kappa] = [0, 0];
    const trials = 200;
    // What many problems give; candidates of one problem are alike.
    const truth = agreementOf(
      Array.from({ length: 20_000 }, () => problem(random)),
      { resamples: 1 },
    );
    for (let trial = 0; trial < trials; trial++) {
      const problems = Array.from({ length: 60 }, () => problem(random));
      const { falseAccept, kappaInterval } = agreementOf(problems, { resamples: 300, seed: trial });
      if (holds(falseAccept?.interval, truth.falseAccept?.share)) accept++;
      if (holds(kappaInterval, truth.kappa)) kappa++;
    }
    // 190 of 200 expected; a ratio's percentile bootstrap is a little short.
    assert.ok(accept >= 174, `false accepts: ${accept}`);
    assert.ok(kappa >= 174, `kappa: ${kappa}`);
  });

  test('refuses what is no count', () => {
    assert.throws(
      () => agreementOf([counts(1, 1, 1, 1), counts(1, -1, 0, 0)]),
      /correctIncorrect of problem 1/,
    );
    assert.throws(() => agreementOf([counts(0.5, 1, 1, 1)]), /correctCorrect of problem 0 is 0.5/);
  });
});

/** Forty candidates: the problem decides how many are correct, and how often the second errs. */
function problem(random: Random): AgreementCounts {
  const right = random.below(1000) / 1000;
  const error = (random.below(1000) / 1000) ** 4 / 2;
  const drawn = [0, 0, 0, 0];
  for (let i = 0; i < 40; i++) {
    const first = random.below(1000) < 1000 * right;
    const same = random.below(1000) >= 1000 * error;
    const at = (first ? 0 : 2) + (first === same ? 0 : 1);
    drawn[at] = (drawn[at] as number) + 1;
  }
  return counts(...(drawn as [number, number, number, number]));
}

function holds(interval: { low: number; high: number } | null | undefined, value: number | null | undefined) {
  return !!interval && typeof value === 'number' && interval.low <= value && value <= interval.high;
}
