/** The seeded source of all randomness in this package. */
import { requireInteger } from './check.ts';

/**
 * xoshiro128** 1.1 (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4);
 * https://prng.di.unimi.it/xoshiro128starstar.c).
 */
export class Random {
  readonly #state: Uint32Array;

  /** `state`: four 32-bit words, not all zero; advanced in place. */
  constructor(state: Uint32Array) {
    this.#state = state;
  }

  /** The next 32 random bits, as an unsigned integer. */
  next(): number {
    const state = this.#state;
    const s0 = state[0] as number;
    const s1 = state[1] as number;
    const c = (state[2] as number) ^ s0;
    const d = (state[3] as number) ^ s1;
    state[0] = s0 ^ d;
    state[1] = s1 ^ c;
    state[2] = c ^ (s1 << 9);
    state[3] = (d << 11) | (d >>> 21);
    const x = Math.imul(s1, 5);
    return Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
  }

  /**
   * A uniform integer in [0, bound), by Lemire 2019, "Fast random integer generation in an interval", ACM TOMACS
   * 29(1). Exactly uniform up to bound = 2^21; beyond, where products round, to better than one part in 2^30.
   */
  below(bound: number): number {
    for (;;) {
      const product = this.next() * bound;
      const low = product >>> 0;
      if (low >= bound || low >= 2 ** 32 % bound) return (product - low) / 2 ** 32;
    }
  }
}

/**
 * A generator for `seed`. Streams of one seed are independent, so that what is drawn for one problem does not depend
 * on any other. The state is outputs 2·stream and 2·stream + 1 of SplitMix64, as the authors of xoshiro advise.
 */
export function createRandom(seed: number, stream = 0): Random {
  requireInteger('seed', seed, 0);
  requireInteger('stream', stream, 0);
  const first = 2n * BigInt(stream);
  const outputs = [first, first + 1n].map((index) => splitMix64(BigInt(seed), index));
  return new Random(new Uint32Array(new BigUint64Array(outputs).buffer));
}

/**
 * Output number `index` (from 0) of SplitMix64 for `seed` (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
 * number generators", OOPSLA; https://prng.di.unimi.it/splitmix64.c).
 */
export function splitMix64(seed: bigint, index: bigint): bigint {
  let z = BigInt.asUintN(64, seed + (index + 1n) * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
