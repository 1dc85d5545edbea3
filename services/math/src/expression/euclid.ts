/** Euclid's algorithm on long integers, many steps at a time (Lehmer; Knuth, TAOCP 2, algorithm 4.5.2 L). */
import { bitLength } from './bits.ts';

/** Leading bits looked at: quotients of doubles of this length are exact. */
const leadingBits = 51;

/** Two remainders in turn, with what each holds of the first argument: above = coefficient · a modulo b. */
export interface Remainders {
  above: bigint;
  below: bigint;
  aboveOf: bigint;
  belowOf: bigint;
}

/** Where the algorithm begins, for a, b >= 0. */
export function remainders(a: bigint, b: bigint): Remainders {
  return { above: a, below: b, aboveOf: 1n, belowOf: 0n };
}

/**
 * One or more division steps, for `below` > 0. Quotients above 2^51, and the last step, are always taken alone.
 * Returns the quotient of a step that was taken alone, else undefined.
 */
export function step(r: Remainders): bigint | undefined {
  const steps = leadingSteps(r.above, r.below);
  if (!steps) {
    const quotient = r.above / r.below;
    [r.above, r.below] = [r.below, r.above - quotient * r.below];
    [r.aboveOf, r.belowOf] = [r.belowOf, r.aboveOf - quotient * r.belowOf];
    return quotient;
  }
  const [a, b, c, d] = steps;
  [r.above, r.below] = [a * r.above + b * r.below, c * r.above + d * r.below];
  [r.aboveOf, r.belowOf] = [a * r.aboveOf + b * r.belowOf, c * r.aboveOf + d * r.belowOf];
  return undefined;
}

/** From here on leading digits save time. */
const longLimit = 1n << 300n;
const maxExact = BigInt(Number.MAX_SAFE_INTEGER);

/** For a, b >= 0. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = a < b ? [b, a] : [a, b];
  while (y > maxExact) {
    const steps = y > longLimit ? leadingSteps(x, y) : undefined;
    [x, y] = steps ? [steps[0] * x + steps[1] * y, steps[2] * x + steps[3] * y] : [y, x % y];
  }
  if (y === 0n) return x;
  let [p, q] = [Number(y), Number(x % y)];
  while (q !== 0) [p, q] = [q, p % q];
  return BigInt(p);
}

/** The steps that the leading digits tell, as a matrix [[a, b], [c, d]]; undefined: none. */
function leadingSteps(above: bigint, below: bigint): readonly [bigint, bigint, bigint, bigint] | undefined {
  const cut = bitLength(above) - leadingBits;
  if (cut <= 0 || above < below) return undefined;
  const shift = BigInt(cut);
  let x = Number(above >> shift);
  let y = Number(below >> shift);
  let [a, b, c, d] = [1, 0, 0, 1];
  while (y + c !== 0 && y + d !== 0) {
    const quotient = Math.floor((x + a) / (y + c));
    if (quotient !== Math.floor((x + b) / (y + d))) break;
    [a, b, c, d] = [c, d, a - quotient * c, b - quotient * d];
    [x, y] = [y, x - quotient * y];
  }
  return b === 0 ? undefined : [BigInt(a), BigInt(b), BigInt(c), BigInt(d)];
}
