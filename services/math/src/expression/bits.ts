/** Sizes of integers. */

/** |value|. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

const numberLimit = 1n << 1000n;

/** Length in bits, or one more. Linear in the length. */
export function bitLength(value: bigint): number {
  const magnitude = absolute(value);
  if (magnitude === 0n) return 0;
  if (magnitude < numberLimit) return Math.floor(Math.log2(Number(magnitude))) + 1;
  const text = magnitude.toString(16);
  return text.length * 4 - Math.clz32(Number.parseInt(text[0] as string, 16)) + 28;
}

/** The largest s >= 0 with s² <= value, for value >= 0. */
export function integerSqrt(value: bigint): bigint {
  if (value < 1n << 52n) return BigInt(Math.floor(Math.sqrt(Number(value))));
  // Half the digits first: each step doubles the correct ones.
  const half = BigInt((bitLength(value) + 3) >> 2);
  const start = (integerSqrt(value >> (2n * half)) + 1n) << half;
  let s = (start + value / start) >> 1n;
  while (s * s > value) s = (s + value / s) >> 1n;
  return s;
}

/** The largest s >= 0 with s^index <= value, for value >= 0 and index >= 2. */
export function integerRoot(value: bigint, index: number): bigint {
  if (index === 2) return integerSqrt(value);
  const length = bitLength(value);
  if (length <= index) return value === 0n ? 0n : value < 1n << BigInt(index) ? 1n : 2n;
  const n = BigInt(index);
  const half = Math.floor((length - 1) / index) >> 1;
  const start =
    half < 8
      ? 1n << BigInt(Math.ceil(length / index))
      : (integerRoot(value >> BigInt(half * index), index) + 1n) << BigInt(half);
  let s = start;
  for (;;) {
    const next = ((n - 1n) * s + value / s ** (n - 1n)) / n;
    if (next >= s) return s;
    s = next;
  }
}
