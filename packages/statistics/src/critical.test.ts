import assert from 'node:assert/strict';
import { test } from 'node:test';
import { criticalNormal, criticalStudent } from './critical.ts';

const close = (actual: number, expected: number, relative: number) =>
  assert.ok(Math.abs(actual / expected - 1) < relative, `${actual} is not ${expected}`);

test('criticalNormal: tabled values', () => {
  close(criticalNormal(0.5), 0.6744897501960817, 1e-12);
  close(criticalNormal(0.95), 1.959963984540054, 1e-12);
  close(criticalNormal(0.99), 2.5758293035489004, 1e-12);
  close(criticalNormal(0.999999), 4.891638475699, 1e-10);
});

test('criticalStudent: tabled values, odd and even degrees of freedom', () => {
  close(criticalStudent(0.95, 1), 12.7062047362, 1e-11);
  close(criticalStudent(0.95, 2), 4.30265272975, 1e-11);
  close(criticalStudent(0.99, 5), 4.03214298356, 1e-11);
  close(criticalStudent(0.95, 10), 2.22813885199, 1e-11);
  close(criticalStudent(0.95, 30), 2.0422724563, 1e-11);
  close(criticalStudent(0.95, 100_000), criticalNormal(0.95), 2e-5);
});

test('refuses a confidence outside (0, 1), and degrees of freedom below 1', () => {
  for (const confidence of [0, 1, 95, Number.NaN]) {
    assert.throws(() => criticalNormal(confidence), /confidence is .* between 0 and 1/);
  }
  assert.throws(() => criticalStudent(0.95, 0), /degrees of freedom is 0/);
});
