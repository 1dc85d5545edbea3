/** Names of answer classes. */
import { format, type Rational } from '../rational.ts';
import { attempt, type Failure } from './budget.ts';
import { evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { digest } from './hash.ts';
import { infinitySign, mentionsInfinity } from './infinite.ts';
import { evaluateModular } from './modular.ts';
import { pointCount } from './points.ts';
import { mod, type Prime, primes } from './residues.ts';
import {
  type Described,
  describe,
  hasUnknownFunction,
  keyModular,
  nameOfDescribed,
  numericContext,
  precisions,
  type Question,
  question,
  valuesAt,
} from './sample.ts';
import { structureOf } from './structure.ts';
import { fits } from './tree.ts';

/**
 * A short text, equal for expressions that are equal for positive symbols, however they are written, and the same on
 * every run: `-3/4` for small rationals, else a digest of the values at three fixed points. An expression whose value
 * cannot be had in the budget is named by how it is written. Undefined where it has no value: a division by zero, a
 * tree beyond the limits. Unlike `compareExpressions` it does not look at negative symbols: |x| and x share a key.
 */
export function keyOf(e: Expression): string | undefined {
  if (!fits(e)) return undefined;
  if (mentionsInfinity(e)) {
    const sign = infinitySign(e);
    return sign === undefined ? `s:${digest(structureOf(e))}` : sign === 1 ? 'inf' : '-inf';
  }
  const q = question(e);
  const names = namesOf(e, q);
  if (typeof names === 'string') return names === 'undefined' ? undefined : `s:${digest(structureOf(e))}`;
  const rational = names.every(isResidue) ? smallRational(names.map(BigInt)) : undefined;
  return rational ? format(rational) : `v:${digest(names.join('|'))}`;
}

/** Names of the values at the points, or why there are none. */
function namesOf(e: Expression, q: Question): readonly string[] | Failure {
  const ring = gather((index) => attempt(() => `${evaluateModular(e, keyModular(q, index))}`));
  if (typeof ring !== 'string' || ring === 'budget') return ring;
  if (q.names.length === 0 && !hasUnknownFunction(e)) {
    const value = describedAt(e, q, 0, 0);
    if ('failure' in value) return value.failure;
    return primes.map((prime) => nameOfDescribed(value.value, prime, q.budget));
  }
  let failure: Failure = 'undefined';
  // A pole or a branch cut at a point: move all of them.
  for (let start = 0; start < 3; start++) {
    const names = gather((index) => {
      const value = describedAt(e, q, index + start, index);
      if ('failure' in value) return value;
      return { value: nameOfDescribed(value.value, primes[index] as Prime, q.budget) };
    });
    if (typeof names !== 'string') return names;
    failure = names;
    if (failure !== 'undefined' && failure !== 'imprecise') break;
  }
  return failure;
}

type Attempted<T> = { readonly value: T } | { readonly failure: Failure };

function gather(nameAt: (index: number) => Attempted<string>): readonly string[] | Failure {
  const names: string[] = [];
  for (let index = 0; index < pointCount; index++) {
    const name = nameAt(index);
    if ('failure' in name) return name.failure;
    names.push(name.value);
  }
  return names;
}

function describedAt(e: Expression, q: Question, point: number, index: number): Attempted<Described> {
  let value: Attempted<Described> = { failure: 'imprecise' };
  for (const bits of precisions) {
    const c = numericContext(q, valuesAt(q, point), bits, primes[index] as Prime);
    value = attempt(() => describe(evaluate(e, c), q.budget));
    if (!('failure' in value) || value.failure !== 'imprecise') break;
  }
  return value;
}

function isResidue(name: string): boolean {
  return name.charCodeAt(0) !== 126;
}

const bound = 1n << 29n;

/** The rational with parts below 2^29 that has these residues, by Euclid's algorithm on the first. */
function smallRational(residues: readonly bigint[]): Rational | undefined {
  const { p } = primes[0] as Prime;
  let [a, b, x, y] = [p, residues[0] as bigint, 0n, 1n];
  while (b >= bound) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  const [num, den] = y < 0n ? [-b, -y] : [b, y];
  if (den === 0n || den >= bound) return undefined;
  const fits = residues.every((value, k) => {
    const prime = (primes[k] as Prime).p;
    return mod(num - value * den, prime) === 0n;
  });
  return fits ? { num, den } : undefined;
}
