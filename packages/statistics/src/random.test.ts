import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom, Random, splitMix64 } from './random.ts';

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe('Random', () => {
  test('is xoshiro128** 1.1: the values of the reference implementation for state 1, 2, 3, 4', () => {
    const random = new Random(Uint32Array.of(1, 2, 3, 4));
    assert.deepEqual(
      take(10, () => random.next()),
      [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
    );
  });

  test('below is uniform (chi-squared, 6 degrees of freedom, p = 1e-6) and inside its bound', () => {
    const random = createRandom(1);
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]++;
    const chi2 = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    assert.ok(chi2 < 38.3, `chi2 = ${chi2}`);
    assert.equal(counts.length, 7);
    assert.deepEqual(
      take(20, () => random.below(1)),
      new Array(20).fill(0),
    );
  });

  test('below refuses the words that would make some results more likely', () => {
    // 2^32 = 1 mod 3, so the one word whose product has a low half of 0 is drawn again.
    const words = [0, 2 ** 31];
    const random = new (class extends Random {
      override next() {
        return words.shift() as number;
      }
    })(new Uint32Array(4));
    assert.equal(random.below(3), 1);
    assert.deepEqual(words, []);
  });
});

describe('createRandom', () => {
  test('seeds by SplitMix64: the values of the reference implementation for seed 1234567', () => {
    const expected = [
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ];
    assert.deepEqual(
      expected.map((_, i) => splitMix64(1234567n, BigInt(i))),
      expected,
    );
    const words = [6457827717110365317n, 3203168211198807973n].flatMap((v) => [v & 0xffffffffn, v >> 32n]);
    const same = new Random(Uint32Array.from(words, Number));
    const random = createRandom(1234567);
    assert.deepEqual(
      take(5, () => random.next()),
      take(5, () => same.next()),
    );
  });

  test('repeats itself for equal seed and stream, and for no other', () => {
    const first = (seed: number, stream?: number) => {
      const random = createRandom(seed, stream);
      return take(4, () => random.next()).join();
    };
    assert.equal(first(7, 3), first(7, 3));
    assert.equal(first(7), first(7, 0));
    const streams = [first(7), first(7, 1), first(7, 2), first(8), first(8, 1)];
    assert.equal(new Set(streams).size, streams.length);
  });

  test('refuses seeds that are no natural numbers', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => createRandom(seed), /seed is/);
  });
});
