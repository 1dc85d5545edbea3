/** Where symbols are sampled: fixed by their name, so that keys are the same on every run. */

import { hash53 } from './hash.ts';
import type { Rational } from './rational.ts';

/** Number of points an expression is looked at. */
export const pointCount = 3;

const denominators = [17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];

/** n, m, k, j, N and theirs with indices stand for integers by custom: cos 2πn is 1. */
export function isIntegerName(name: string): boolean {
  return /^[nmkjN](?:[_'{]|$)/.test(name);
}

/**
 * Integers of the first points, n above k: distinct, with different remainders for small divisors, and even or odd so
 * that no sum of two symbols is even at all points.
 */
const usual = new Map<string, readonly number[]>([
  ['n', [23, 34, 28, 41]],
  ['m', [20, 27, 32, 45]],
  ['N', [29, 37, 38, 53]],
  ['k', [6, 4, 7, 11]],
  ['j', [5, 3, 9, 10]],
]);

/** A non-negative integer for a symbol; `index` >= 0 counts the points. */
export function integerPoint(name: string, index: number): number {
  const fixed = usual.get(name)?.[index];
  if (fixed !== undefined) return fixed;
  const large = /^[nmNMpq](?:[_'{]|$)/.test(name);
  return large ? 21 + (hash53(name, 10 + index) % 61) : 2 + (hash53(name, 10 + index) % 19);
}

/** A positive rational between 0.3 and 3 for a symbol. */
function realPoint(name: string, index: number): Rational {
  const hash = hash53(name, 100 + index);
  const den = denominators[hash % denominators.length] as number;
  const low = Math.ceil(den * 0.3);
  let num = low + (Math.floor(hash / 64) % (den * 3 - low));
  if (num % den === 0) num++;
  return { num: BigInt(num), den: BigInt(den) };
}

/** The value of a symbol at a point; integers for integer names and for those in `integers`. */
export function pointValue(name: string, index: number, integers: ReadonlySet<string>): Rational {
  return integers.has(name) || isIntegerName(name)
    ? { num: BigInt(integerPoint(name, index)), den: 1n }
    : realPoint(name, index);
}

/** A number that stands for something without a value of its own, from its text. */
export function stand(text: string): Rational {
  return { num: BigInt((hash53(text, 7) % 4_000_000_000) + 1_000_000_000), den: 2_147_483_647n };
}
