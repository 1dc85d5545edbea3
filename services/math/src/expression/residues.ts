/** Arithmetic modulo a prime. */
import { type Budget, fail } from './budget.ts';

/**
 * Primes near 2^60 that are 1 modulo 4 and whose predecessors have small factors only, so that totients of totients
 * are cheap. Of no special form, so that no answer is a multiple of one by nature.
 */
export interface Prime {
  readonly p: bigint;
  /** A square root of -1. */
  readonly i: bigint;
}

export const primes: readonly Prime[] = [
  { p: 1358112151865038853n, i: 466300796642545675n },
  { p: 1425556459100523437n, i: 296961378723191915n },
  { p: 1626700201493954597n, i: 58274422607138865n },
];

export function mod(value: bigint, m: bigint): bigint {
  const rest = value % m;
  return rest < 0n ? rest + m : rest;
}

/** base^exponent for exponent >= 0 and 0 <= base < m. */
export function powerMod(base: bigint, exponent: bigint, m: bigint, budget: Budget): bigint {
  let result = 1n % m;
  let square = base;
  let rest = exponent;
  let steps = 1;
  while (rest > 0n) {
    if (rest & 1n) result = (result * square) % m;
    rest >>= 1n;
    if (rest > 0n) square = (square * square) % m;
    steps += 6;
  }
  budget.spend(steps);
  return result;
}

/** 1 / value modulo a prime. Throws 'undefined' for zero. */
export function inverseMod(value: bigint, p: bigint, budget: Budget): bigint {
  if (value === 0n) return fail('undefined');
  budget.spend(100);
  let [a, b, x, y] = [value, p, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return mod(x, p);
}

const totients = new Map<bigint, bigint>();

/** Euler's function for numbers of the chains below `primes`: all their prime factors are below 1,000. */
export function totient(m: bigint): bigint {
  const known = totients.get(m);
  if (known !== undefined) return known;
  let rest = m;
  let value = m;
  for (let q = 2n; q < 1_000n && rest > 1n; q++) {
    if (rest % q !== 0n) continue;
    value -= value / q;
    while (rest % q === 0n) rest /= q;
  }
  if (rest > 1n) value -= value / rest;
  if (totients.size < 1_000) totients.set(m, value);
  return value;
}
