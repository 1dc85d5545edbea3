import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitLogistic, sigmoid } from './logistic.ts';
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

test('many rows: the optimum, though the rows that it starts from say the contrary', () => {
  const feature = Float64Array.from({ length: 60_000 }, (_, i) => Math.sin(i));
  const targets = feature.map((x, i) => ((i % 32 === 0 ? -x : x) > 0.3 ? 0.9 : 0.1));
  const { intercept, weights } = fitLogistic([feature], targets, 1);
  const [weight = 0] = weights;
  const errors = feature.map((x, i) => sigmoid(intercept + weight * x) - (targets[i] as number));
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum(errors)) < 1e-3, String(sum(errors)));
  const slope = weight + sum(errors.map((error, i) => error * (feature[i] as number)));
  assert.ok(Math.abs(slope) < 1e-3, String(slope));
});
