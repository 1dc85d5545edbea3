/** Simple fractions from long decimals. */

import { type Ball, top } from './ball.ts';
import { absolute, bitLength } from './bits.ts';
import { remainders, step } from './euclid.ts';
import { dyadic, type Rational } from './rational.ts';

/**
 * The one rational in the interval whose parts are so short that it is not there by chance: the product of the parts
 * stays `spare` bits below the precision of the interval, and the denominator below 2^height. Undefined where there is
 * none. Continued fraction of the middle.
 */
export function simplestRational(
  a: Ball,
  spare = 80,
  height = Number.POSITIVE_INFINITY,
): Rational | undefined {
  if (a.rad === -Infinity && bitLength(a.m) + Math.abs(a.e) < 1000) {
    return dyadic(a.m, a.e);
  }
  // Zero is known from an interval that is narrow, not from a relative precision.
  const exponent = Math.ceil(a.rad);
  if (a.m === 0n || a.e + bitLength(a.m) <= exponent + spare) {
    return a.rad < -200 && top(a) <= a.rad + 8 ? { num: 0n, den: 1n } : undefined;
  }
  if (exponent > -spare || a.e < -20_000 || bitLength(a.m) > 20_000) return undefined;
  const negative = a.m < 0n;
  const magnitude = absolute(a.m);
  const shift = a.e < 0 ? 1n << BigInt(-a.e) : 1n;
  const target = a.e >= 0 ? magnitude << BigInt(a.e) : magnitude;
  const r = remainders(target, shift);
  // A simple fraction in a narrow interval is followed by a partial quotient of `spare` bits: |x - p/q| < 2^-spare / q².
  const longQuotient = 1n << BigInt(spare - 4);
  const longest = 1n << BigInt(Math.floor(Math.min(height, (-exponent - spare) / 2)));
  while (r.below !== 0n && absolute(r.belowOf) <= longest) {
    const den = r.belowOf;
    const quotient = step(r);
    if (quotient !== undefined && quotient > longQuotient && den !== 0n) {
      r.belowOf = den;
      break;
    }
  }
  const den = absolute(r.belowOf);
  if (den > longest || den === 0n) return undefined;
  const num = (2n * target * den + shift) / (2n * shift);
  const off = num * shift - target * den;
  const distance = absolute(off);
  const allowed = exponent + bitLength(shift) - 1 + bitLength(den);
  if (distance !== 0n && bitLength(distance) > allowed) return undefined;
  return { num: negative ? -num : num, den };
}
