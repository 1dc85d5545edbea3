import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from './random.ts';
import { sorted } from './sort.ts';

const asBuiltIn = (values: Float64Array) => {
  const before = values.slice();
  assert.deepEqual(sorted(values), values.toSorted());
  assert.deepEqual(values, before);
};

test('sorts as the built-in does, whatever the numbers', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  fc.assert(
    fc.property(
      fc.float64Array({ noNaN: true, noDefaultInfinity: true, maxLength: 300 }),
      number,
      (values, far) => {
        const some = values.map((value) => value + 0);
        asBuiltIn(some);
        asBuiltIn(Float64Array.of(...some, far, ...some.map((value) => value / 1e9)));
      },
    ),
    { seed: 6, numRuns: 300 },
  );
});

test('sorts what does not spread: one outlier, two clusters, few values, one value, the full range', () => {
  const random = createRandom(3);
  const uniform = Float64Array.from({ length: 5000 }, () => random.next() / 2 ** 32);
  asBuiltIn(uniform);
  asBuiltIn(Float64Array.of(...uniform, -1e30));
  asBuiltIn(uniform.map((value, i) => (i % 2 ? value : value + 1e12)));
  asBuiltIn(uniform.map((value) => Math.floor(3 * value)));
  asBuiltIn(uniform.fill(7, 0, 4990));
  asBuiltIn(new Float64Array(5000).fill(-2.5));
  asBuiltIn(Float64Array.from({ length: 100 }, (_, i) => (i % 2 ? 1 : -1) * Number.MAX_VALUE));
  asBuiltIn(Float64Array.from({ length: 100 }, (_, i) => (i % 7) * Number.MIN_VALUE));
});
