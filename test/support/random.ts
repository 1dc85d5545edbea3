/** Seeded randomness: a failure can be had again with ASSAY_TEST_SEED. */

export const seed = Number(process.env.ASSAY_TEST_SEED ?? 20_240_731);

/** Uniform numbers in [0, 1): mulberry32. */
export function randomNumbers(start = seed): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
