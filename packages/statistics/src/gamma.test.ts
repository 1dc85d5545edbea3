import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digamma, logRising, trigamma } from './gamma.ts';

function near(actual: number, expected: number, about: string) {
  const error = Math.abs(actual - expected) / Math.max(1e-300, Math.abs(expected));
  assert.ok(error < 2e-14, `${about} is ${actual}, not ${expected}`);
}

describe('logRising, digamma, trigamma', () => {
  test('the values of 40-digit arithmetic (mpmath 1.3)', () => {
    for (const [x, psi, derivative, quarter, tenThousand] of [
      [1e-8, -100000000.57721564, 1.0000000000000002e16, -17.132658255756667, 82081.2968157963],
      [0.3, -3.502524222200133, 12.245364546107732, -0.6157671387069495, 82101.38479005908],
      [5, 1.5061176684318005, 0.22132295573711533, 0.38332208003875134, 82142.59214432194],
      [11.99, 2.441792283668335, 0.08697741048698757, 0.6131466376955215, 82192.67817791],
      [12, 2.442661679975812, 0.08690187287176838, 0.6133616598370067, 82192.74587053167],
      [100, 4.600161852738087, 0.010050166663333571, 1.1503542681888361, 82662.11069463949],
      [1e9, 20.723265836446412, 1.0000000005e-9, 5.180816459142853, 207232.70836429746],
    ] as const) {
      near(digamma(x), psi, `digamma(${x})`);
      near(trigamma(x), derivative, `trigamma(${x})`);
      near(logRising(x, 0.25), quarter, `logRising(${x}, 1/4)`);
      near(logRising(x, 10_000), tenThousand, `logRising(${x}, 10000)`);
    }
  });

  test('a rising factorial is a product, an empty one 1', () => {
    for (const x of [0.01, 1, 7.5, 40]) {
      let product = 0;
      for (let i = 0; i < 30; i++) product += Math.log(x + i);
      near(logRising(x, 30), product, `logRising(${x}, 30)`);
      assert.equal(logRising(x, 0), 0);
    }
  });
});
