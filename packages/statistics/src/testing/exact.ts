/** Exact arithmetic to test against: slow, and plainly right. */

/** C(n, k). */
export function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let value = 1n;
  for (let i = 1; i <= k; i++) value = (value * BigInt(n - k + i)) / BigInt(i);
  return value;
}

/** numerator / denominator, correct to a few units in the last place, however small. */
export function toNumber(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const bits = (value: bigint) => value.toString(16).length * 4;
  const shift = Math.max(0, 64 + bits(denominator) - bits(numerator));
  return Number((numerator << BigInt(shift)) / denominator) * 2 ** -shift;
}
