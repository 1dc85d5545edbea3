import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { selectorQuality } from './quality.ts';
import { createRandom } from './random.ts';
import type { ScoredProblem } from './scored.ts';
import { tieCounts } from './ties.ts';

const random = createRandom(7);
const uniform = () => random.next() / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

function problem(scores: number[], correct: number[]): ScoredProblem {
  return { scores, correct };
}

/** Problems of `size` candidates, whose correct ones score `gain` higher, with a shift per problem. */
function normals(count: number, size: number, gain: number, shift = 0): ScoredProblem[] {
  return Array.from({ length: count }, () => {
    const offset = shift * normal();
    const correct = Array.from({ length: size }, () => (uniform() < 0.4 ? 1 : 0));
    return problem(
      correct.map((label) => offset + gain * label + normal()),
      correct,
    );
  });
}

/** Few different scores, so that many are tied. */
function tied(count: number, most: number): ScoredProblem[] {
  return Array.from({ length: count }, () => {
    const correct = Array.from({ length: random.below(most + 1) }, () => random.below(2));
    return problem(
      correct.map((label) => random.below(4) - 2 + label),
      correct,
    );
  });
}

function pairwise(problems: readonly ScoredProblem[]): number | null {
  const all = problems.flatMap(({ scores, correct }) =>
    Array.from(scores, (score, i) => ({ score, right: correct[i] === 1 })),
  );
  const wins = all
    .filter(({ right }) => right)
    .flatMap((high) =>
      all
        .filter(({ right }) => !right)
        .map((low) => (high.score > low.score ? 1 : high.score === low.score ? 0.5 : 0) as number),
    );
  return wins.length === 0 ? null : wins.reduce((a, b) => a + b) / wins.length;
}

function near(actual: number | null | undefined, expected: number | null, tolerance = 1e-12): void {
  const fits = expected === null ? actual === null : Math.abs((actual ?? Number.NaN) - expected) <= tolerance;
  assert.ok(fits, `${actual} is not ${expected}`);
}

describe('ROC AUC', () => {
  test('equals the count over all pairs, ties half', () => {
    for (let trial = 0; trial < 100; trial++) {
      const problems = tied(1 + random.below(6), 7);
      const { pooled, withinProblem } = selectorQuality(problems, { resamples: 1 }).auc;
      near(pooled?.estimate ?? null, pairwise(problems));
      const own = problems.flatMap((one) => pairwise([one]) ?? []);
      near(withinProblem?.estimate ?? null, own.length ? own.reduce((a, b) => a + b) / own.length : null);
      if (withinProblem) assert.equal(withinProblem.problems, own.length);
    }
  });

  test('tells a choice within a problem from a threshold for all', () => {
    // Within each problem perfect; across problems the easy one's wrong ones beat the hard one's right ones.
    const auc = selectorQuality([problem([1, 2], [0, 1]), problem([11, 12], [0, 1])]).auc;
    assert.equal(auc.withinProblem?.estimate, 1);
    assert.equal(auc.pooled?.estimate, 0.75);
  });

  test('does not change with the order of candidates, nor under an ascending map of scores', () => {
    const problems = normals(10, 20, 1);
    const { auc } = selectorQuality(problems);
    const mapped = problems.map(({ scores, correct }) => ({
      scores: Array.from(scores, (score) => Math.exp(score) - 5).reverse(),
      correct: Array.from(correct).reverse(),
    }));
    assert.deepEqual(selectorQuality(mapped).auc, auc);
  });

  test('the variance of one candidate a problem is that of DeLong, by hand', () => {
    // Correct 3, 1; wrong 2, 0. Shares of wrong below: 1, 1/2; of correct above: 1/2, 1. AUC 3/4.
    const singles = [problem([3], [1]), problem([1], [1]), problem([2], [0]), problem([0], [0])];
    const { pooled } = selectorQuality(singles, { confidence: 0.5 }).auc;
    assert.equal(pooled?.estimate, 0.75);
    // Influences ±1/8: variance 4/64 · 4/3, Student's t(3) at 0.5: 0.76489.
    near(pooled?.interval.low, 0.75 - 0.76489 * Math.sqrt(1 / 12), 1e-5);
    near(pooled?.interval.high, 0.75 + 0.76489 * Math.sqrt(1 / 12), 1e-5);
  });

  test('both intervals cover the true AUC about as often as they say', () => {
    let pooled = 0;
    let within = 0;
    // P(gain + noise > 0) = Φ(1 / √2) within a problem, and with the shifts Φ(1 / √(2 + 2)) across.
    const [inside, across] = [0.76025, 0.69146];
    for (let trial = 0; trial < 300; trial++) {
      const { auc } = selectorQuality(normals(60, 12, 1, 1), {
        confidence: 0.9,
        resamples: 200,
        seed: trial,
        folds: 2,
      });
      const [a, b] = [auc.pooled?.interval, auc.withinProblem?.interval];
      if (a && a.low <= across && a.high >= across) pooled++;
      if (b && b.low <= inside && b.high >= inside) within++;
    }
    // 270 expected; four standard deviations of Binomial(300, 0.9) are 21, and the bootstrap is a bit short.
    assert.ok(Math.abs(pooled - 270) <= 25, `pooled ${pooled}`);
    assert.ok(within >= 240 && within <= 292, `within ${within}`);
  });

  test('claims no certainty where problems do not differ, and nothing of one kind', () => {
    const sure = selectorQuality(Array.from({ length: 5 }, () => problem([0, 1], [0, 1]))).auc;
    assert.deepEqual([sure.pooled?.estimate, sure.withinProblem?.estimate], [1, 1]);
    assert.equal(sure.pooled?.interval.method, 'wilson-over-problems');
    assert.ok((sure.pooled?.interval.low as number) < 0.6);
    const { auc } = selectorQuality([problem([0, 1], [1, 1]), problem([], [])]);
    assert.deepEqual(auc, { pooled: null, withinProblem: null });
    const across = selectorQuality([problem([0, 1], [1, 1]), problem([0], [0])]).auc;
    assert.equal(across.withinProblem, null);
    assert.equal(across.pooled?.estimate, 0.75);
  });
});

describe('precision and recall', () => {
  test('by hand', () => {
    const found = selectorQuality([problem([0.9, 0.8, 0.8], [1, 0, 1]), problem([0.3, 0.2], [0, 1])]);
    const { points, best, averagePrecision } = found.precisionRecall ?? assert.fail('no curve');
    assert.deepEqual(
      points.map(({ threshold, accepted, precision, recall }) => [threshold, accepted, precision, recall]),
      [
        [0.9, 1, 1, 1 / 3],
        [0.8, 3, 2 / 3, 2 / 3],
        [0.2, 5, 3 / 5, 1],
      ],
    );
    assert.deepEqual(best, { threshold: 0.2, accepted: 5, precision: 3 / 5, recall: 1, f1: 6 / 8 });
    near(averagePrecision, (1 + 2 / 3 + 3 / 5) / 3);
  });

  test('a curve has few points, ends at full recall, and each is true', () => {
    const problems = normals(20, 60, 1);
    const all = problems.flatMap(({ scores, correct }) =>
      Array.from(scores, (score, i) => ({ score, right: correct[i] === 1 })),
    );
    const rights = all.filter(({ right }) => right).length;
    const points = selectorQuality(problems, { thresholds: 20 }).precisionRecall?.points ?? [];
    assert.equal(points.length, 20);
    assert.equal(points.at(-1)?.recall, 1);
    points.forEach(({ threshold, accepted, precision, recall }, i) => {
      const taken = all.filter(({ score }) => score >= threshold);
      const right = taken.filter((one) => one.right).length;
      assert.deepEqual([accepted, precision, recall], [taken.length, right / taken.length, right / rights]);
      assert.ok(recall >= (i + 1) / 20);
    });
  });

  test('a selector that decides has one point', () => {
    const deciding = selectorQuality([problem([1, 1, 0, 0], [1, 0, 1, 0]), problem([0, 0], [1, 0])]);
    assert.equal(deciding.decides, true);
    const point = { threshold: 1, accepted: 2, precision: 0.5, recall: 1 / 3, f1: 0.4 };
    assert.deepEqual(deciding.precisionRecall, { points: [point], best: point, averagePrecision: null });
    const never = selectorQuality([problem([0, 0], [1, 0])]).precisionRecall;
    assert.deepEqual(never, { points: [], best: null, averagePrecision: null });
    assert.equal(selectorQuality([problem([0.4], [0])]).precisionRecall, null);
  });
});

describe('calibration', () => {
  test('chances, by hand', () => {
    const { calibration } = selectorQuality([problem([0.2, 0.2, 0.6, 1], [0, 1, 1, 1])], { bins: 2 });
    assert.equal(calibration.scale, 'chance');
    const asGiven = calibration.asGiven ?? assert.fail('none');
    assert.deepEqual(asGiven.bins, [
      { candidates: 2, predicted: 0.2, correct: 0.5 },
      { candidates: 2, predicted: 0.8, correct: 1 },
    ]);
    near(asGiven.expectedCalibrationError, 0.25);
    near(asGiven.brier, (0.04 + 0.64 + 0.16) / 4);
    near(asGiven.logLoss, -Math.log(0.8 * 0.2 * 0.6) / 4);
  });

  test('equal chances share a bin, and a large one leaves the rest to even bins', () => {
    const scores = [...new Array(60).fill(0.1), ...Array.from({ length: 40 }, (_, i) => 0.5 + i / 100)];
    const bins = selectorQuality([problem(scores, new Array(100).fill(1))]).calibration.asGiven?.bins;
    assert.deepEqual(
      bins?.map(({ candidates }) => candidates),
      [60, 10, 10, 10, 10],
    );
    // Different logits, but the same chance once rounded.
    const certain = selectorQuality([problem([50, 60, 70], [1, 0, 1])]).calibration.asGiven;
    assert.deepEqual(certain?.bins, [{ candidates: 3, predicted: 1, correct: 2 / 3 }]);
    assert.ok(Number.isFinite(certain?.logLoss));
  });

  test('a true chance is found calibrated, a distorted one not, and Platt mends it', () => {
    const problems = Array.from({ length: 100 }, () => {
      const logits = Array.from({ length: 50 }, () => 2 * normal());
      return { logits, correct: logits.map((x) => (uniform() < 1 / (1 + Math.exp(-x)) ? 1 : 0)) };
    });
    const quality = (map: (logit: number) => number) =>
      selectorQuality(problems.map(({ logits, correct }) => problem(logits.map(map), correct))).calibration;
    const exact = quality((x) => x);
    assert.equal(exact.scale, 'logit');
    assert.ok((exact.asGiven?.expectedCalibrationError as number) < 0.03);
    const distorted = quality((x) => 3 * x - 4);
    assert.ok((distorted.asGiven?.expectedCalibrationError as number) > 0.15);
    assert.ok((distorted.fitted?.expectedCalibrationError as number) < 0.03);
    // Platt's scaling undoes any straight map.
    near(distorted.fitted?.brier, exact.fitted?.brier as number, 1e-8);
    assert.equal(distorted.fitted?.folds, 5);
    const chances = quality((x) => 1 / (1 + Math.exp(-x)));
    assert.equal(chances.scale, 'chance');
    near(chances.asGiven?.logLoss, exact.asGiven?.logLoss as number, 1e-9);
  });

  test("a fit never sees its problem's own labels", () => {
    // Were problem 0 among its own teachers, its flipped labels would pull its chances after them.
    const [first, ...rest] = normals(6, 300, 2) as [ScoredProblem, ...ScoredProblem[]];
    const worth = (problems: ScoredProblem[]) => selectorQuality(problems, { folds: 6 }).calibration.fitted;
    const flipped = { ...first, correct: Array.from(first.correct, (label) => 1 - label) };
    const [before, after] = [worth([first, ...rest]), worth([flipped, ...rest])];
    assert.ok((after?.logLoss as number) > (before?.logLoss as number) + 0.1);
  });

  test('nothing to fit: constant scores get the base rate, labels of one kind get none', () => {
    const constant = selectorQuality(
      normals(10, 40, 0).map(({ correct }) => ({ scores: new Float64Array(40).fill(3), correct })),
    );
    const fitted = constant.calibration.fitted ?? assert.fail('none');
    assert.ok(fitted.bins.every(({ predicted }) => Math.abs(predicted - 0.4) < 0.1));
    assert.equal(selectorQuality([problem([1, 2], [1, 1])]).calibration.fitted, null);
    assert.equal(selectorQuality([problem([1, 2], [0, 1])]).calibration.fitted, null);
    assert.deepEqual(selectorQuality([problem([], [])]).calibration.asGiven, null);
    // Apart without overlap: still finite.
    const apart = selectorQuality(Array.from({ length: 10 }, () => problem([-1, 1], [0, 1])));
    assert.ok(Number.isFinite(apart.calibration.fitted?.logLoss));
  });
});

test('scores of any size have every figure', () => {
  for (const size of [Number.MAX_VALUE, 1e200, 1e-308, Number.MIN_VALUE]) {
    const scores = [-1, 1, 0.5, -0.5, 1, 1].map((score) => score * size);
    const wide = [problem(scores, [0, 1, 1, 0, 1, 0]), problem(scores, [0, 1, 0, 0, 0, 1])];
    const { auc, calibration } = selectorQuality(wide, { scale: 'logit' });
    assert.equal(auc.pooled?.estimate, pairwise(wide));
    const { fitted } = calibration;
    assert.ok(
      fitted !== null && fitted.brier < 0.5 && fitted.logLoss < 3 && fitted.bins.length > 1,
      `${size}`,
    );
    assert.equal(fitted.rows, 12);
  }
});

describe('ties', () => {
  test('are counted within problems, and at the top', () => {
    const problems = [{ scores: [1, 1, 1, 0] }, { scores: [0, 0, 2] }, { scores: [3] }, { scores: [] }];
    assert.deepEqual(tieCounts(problems), {
      distinct: 4,
      pairs: 9,
      tiedPairs: 4,
      share: 4 / 9,
      tiedAtTop: 1,
    });
    assert.equal(tieCounts([{ scores: [5] }, { scores: [5] }]).share, null);
    assert.equal(tieCounts([{ scores: [0, -0] }]).tiedPairs, 1);
  });

  test('fewer bits make more of them', () => {
    const scores = Float32Array.from({ length: 1000 }, () => 0.15 + uniform() / 100);
    const short = new Float32Array(
      Uint32Array.from(new Uint32Array(scores.buffer), (bits) => bits & 0xffff0000).buffer,
    );
    assert.ok((tieCounts([{ scores }]).share as number) < 1e-3);
    const { share, tiedAtTop, distinct } = tieCounts([{ scores: short }]);
    assert.ok((share as number) > 0.05);
    assert.equal(tiedAtTop, 1);
    assert.ok(distinct <= 12);
  });
});

test('refuses what does not fit', () => {
  const one = [problem([0.5, 3], [0, 1])];
  assert.throws(() => selectorQuality([]), /problems is 0/);
  assert.throws(() => selectorQuality([problem([1], [1, 0])]), /problem 0 \(scores: 1, correct: 2\)/);
  assert.throws(() => selectorQuality([...one, problem([Number.NaN], [1])]), /score 0 of problem 1 is NaN/);
  assert.throws(() => selectorQuality([problem([1], [2])]), /correct\[0\] of problem 0 is 2/);
  assert.throws(() => selectorQuality(one, { scale: 'chance' }), /scores from 0.5 to 3 are no chances/);
  assert.throws(() => selectorQuality(one, { folds: 1 }), /folds is 1/);
  assert.throws(() => selectorQuality(one, { bins: 0 }), /bins is 0/);
  assert.throws(() => selectorQuality(one, { thresholds: 0.5 }), /thresholds is 0.5/);
});
