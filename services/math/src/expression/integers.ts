/** Factorials, binomials and their kind, refused before they become too large. */

import type { Budget } from './budget.ts';
import { fail } from './budget.ts';
import { maxIntegerDigits, type Rational, whole } from './rational.ts';

/** n! has at most `maxIntegerDigits` digits up to here. */
const maxFactorial = 5_900n;
const maxBits = maxIntegerDigits * 3;

/** n!; undefined where it is too large. Throws 'undefined' for negative integers, 'unsupported' for fractions. */
export function factorial(n: Rational, budget: Budget): Rational | undefined {
  return descending(n, 1n, budget);
}

/** n!! = n (n-2) (n-4) ...; undefined where it is too large. */
export function doubleFactorial(n: Rational, budget: Budget): Rational | undefined {
  return descending(n, 2n, budget);
}

function descending(n: Rational, step: bigint, budget: Budget): Rational | undefined {
  if (n.den !== 1n) return fail('unsupported');
  if (n.num < 0n) return fail('undefined');
  if (n.num > maxFactorial * step) return undefined;
  return whole(product(n.num, (n.num + step - 1n) / step, step, budget));
}

/** from (from - step) ... of `count` factors, in halves so that long numbers meet long ones. */
function product(from: bigint, count: bigint, step: bigint, budget: Budget): bigint {
  if (count <= 8n) {
    budget.spend(Number(count) + 1);
    let value = 1n;
    for (let k = 0n; k < count; k++) value *= from - k * step;
    return value;
  }
  const half = count / 2n;
  const size = Number(count) * Number(from.toString(16).length) * 4;
  budget.spend(size / 200 + (size * size) / 4e6);
  return product(from, half, step, budget) * product(from - half * step, count - half, step, budget);
}

/** n (n-1) ... (n-k+1) for integers 0 <= k; undefined where it is too large. */
export function falling(n: bigint, k: bigint, budget: Budget): bigint | undefined {
  if (n >= 0n && k > n) return 0n;
  if (k > 20_000n || Number(k) * n.toString(16).length * 4 > maxBits) return undefined;
  return product(n, k, 1n, budget);
}

/** C(n, k) for integers k >= 0; undefined where it is too large. */
export function binomial(n: bigint, k: bigint, budget: Budget): Rational | undefined {
  if (k < 0n) return fail('undefined');
  if (n >= 0n && k > n) return whole(0);
  const short = n >= 0n && 2n * k > n ? n - k : k;
  const above = falling(n, short, budget);
  if (above === undefined) return undefined;
  return whole(above / product(short, short, 1n, budget));
}
