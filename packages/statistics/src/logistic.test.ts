import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitLogistic, fittedRows, sigmoid } from './logistic.ts';
import { createRandom } from './random.ts';

const random = createRandom(1);
const uniform = () => random.next() / 2 ** 32;

test('one 0/1 feature: the two groups have their own rates', () => {
  const feature = Float64Array.from({ length: 100 }, (_, row) => (row < 40 ? 1 : 0));
  const targets = Float64Array.from({ length: 100 }, (_, row) => (row < 30 || row >= 88 ? 1 : 0));
  const { intercept, weights } = fitLogistic([feature], targets, 1e-12);
  assert.ok(Math.abs(sigmoid(intercept) - 12 / 60) < 1e-9);
  assert.ok(Math.abs(sigmoid(intercept + (weights[0] as number)) - 30 / 40) < 1e-9);
});

test('is at the minimum: the gradient vanishes', () => {
  for (let trial = 0; trial < 20; trial++) {
    const penalty = 10 ** (random.below(5) - 3);
    const features = [3, 0.01, 200].map((scale) =>
      Float64Array.from({ length: 60 }, () => scale * (uniform() - 0.3)),
    );
    const targets = Float64Array.from({ length: 60 }, () => uniform());
    const { intercept, weights } = fitLogistic(features, targets, penalty);
    const errors = targets.map(
      (target, row) =>
        sigmoid(
          features.reduce((odds, own, i) => odds + (own[row] as number) * (weights[i] as number), intercept),
        ) - target,
    );
    const gradients = features.map((own, i) =>
      errors.reduce(
        (sum, error, row) => sum + error * (own[row] as number),
        penalty * (weights[i] as number),
      ),
    );
    assert.ok(Math.abs(errors.reduce((a, b) => a + b)) < 1e-6);
    gradients.forEach((gradient) => void assert.ok(Math.abs(gradient) < 1e-4, `${gradient}`));
  }
});

test('separable, constant and doubled features stay finite', () => {
  const feature = Float64Array.of(-2, -1, 1, 2);
  const targets = Float64Array.of(0, 0, 1, 1);
  const { weights } = fitLogistic([feature, feature, new Float64Array(4)], targets, 0.01);
  assert.ok((weights[0] as number) > 0 && Number.isFinite(weights[0]));
  assert.ok(Math.abs((weights[0] as number) - (weights[1] as number)) < 1e-6);
  assert.equal(weights[2], 0);
});

describe('fittedRows', () => {
  const targets = (rows: number, share: number) =>
    Float64Array.from({ length: rows }, () => +(uniform() < share));
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

  test('all of few; of many a random part in order, the same for the same seed', () => {
    assert.deepEqual(fittedRows(new Float64Array(3), 0), Uint32Array.of(0, 1, 2));
    assert.equal(fittedRows(targets(200_000, 0.5), 0).length, 200_000);
    const many = targets(400_000, 0.3);
    const rows = fittedRows(many, 5);
    assert.equal(rows.length, 200_000);
    assert.ok(rows.every((row, i) => row < many.length && (i === 0 || row > (rows[i - 1] as number))));
    // Of either half of the rows, and of either kind, about as many as chance has it.
    assert.ok(Math.abs(rows.findIndex((row) => row >= 200_000) - 100_000) < 5 * Math.sqrt(50_000));
    const right = rows.reduce((total, row) => total + (many[row] as number), 0);
    assert.ok(Math.abs(right - sum(many) / 2) < 5 * Math.sqrt(200_000 * 0.3 * 0.7));
    assert.deepEqual(fittedRows(many, 5), rows);
    assert.notDeepEqual(fittedRows(many, 6), rows);
  });

  test('more where a kind is rare, all where there is too little of it', () => {
    const rare = targets(400_000, 0.008);
    const rows = fittedRows(rare, 0);
    const kept = rows.reduce((total, row) => total + (rare[row] as number), 0);
    assert.ok(rows.length < 400_000 && Math.abs(kept - 2000) < 200, `${kept} of ${rows.length}`);
    for (const share of [0.001, 0]) assert.equal(fittedRows(targets(400_000, share), 0).length, 400_000);
  });
});
