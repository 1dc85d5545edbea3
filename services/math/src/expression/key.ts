/** Names of answer classes. */

import { attempt, Budget, type Failure } from './budget.ts';
import { evaluate } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { digest } from './hash.ts';
import { infinitySign, mentionsInfinity } from './infinite.ts';
import { evaluateModular } from './modular.ts';
import { pointCount } from './points.ts';
import { format, type Rational } from './rational.ts';
import { mod, type Prime, primes } from './residues.ts';
import {
  type Described,
  describe,
  keyModular,
  nameOfDescribed,
  numericContext,
  precisionsFor,
  type Question,
  question,
  valuesAt,
} from './sample.ts';
import { structureOf } from './structure.ts';
import { traitsOf } from './traits.ts';

/**
 * A short text, equal for expressions that are equal for positive symbols, however they are written, and the same on
 * every run: `-3/4` for small rationals, else a digest of the values at three fixed points. An expression whose value
 * cannot be had in the budget is named by how it is written. Undefined where it has no value: a division by zero, a
 * tree beyond the limits. Unlike `compareExpressions` it does not look at negative symbols: |x| and x share a key.
 */
export function keyOf(e: Expression): string | undefined {
  if (!traitsOf(e)) return undefined;
  if (mentionsInfinity(e)) {
    const sign = infinitySign(e);
    return sign === undefined ? `s:${digest(structureOf(e))}` : sign === 1 ? 'inf' : '-inf';
  }
  const names = namesOf(e);
  if (typeof names === 'string') return names === 'undefined' ? undefined : `s:${digest(structureOf(e))}`;
  if ('num' in names) return format(names);
  return `v:${digest(names.join('|'))}`;
}

/** A small rational, else names of the values at the points, or why there are none. */
function namesOf(e: Expression): Rational | readonly string[] | Failure {
  const q = question(e);
  const traits = traitsOf(e);
  const constant = q.names.length === 0 && !traits?.unknown;
  if (!constant && !traits?.irrational) {
    const ring = ringNames(e, q);
    return ring === 'unsupported' ? valueNames(e, q, constant).names : ring;
  }
  // Values first, since few are in the ring. Those too long for exact arithmetic have a residue instead of a value.
  const first = question(e, e, new Budget(q.budget.left / 2));
  const values = valueNames(e, first, constant);
  if (values.names === 'undefined' || !(values.overflow || values.names === 'budget')) return values.names;
  const ring = ringNames(e, q);
  return typeof ring === 'string' && ring !== 'budget' ? values.names : ring;
}

/** Residues at the points. */
function ringNames(e: Expression, q: Question): Rational | readonly string[] | Failure {
  const residues: bigint[] = [];
  for (let index = 0; index < pointCount; index++) {
    const value = attempt(() => evaluateModular(e, keyModular(q, index)));
    if ('failure' in value) return value.failure;
    residues.push(value.value);
  }
  return smallRational(residues) ?? residues.map(String);
}

interface ValueNames {
  readonly names: Rational | readonly string[] | Failure;
  /** Rationals on the way were too long for exact arithmetic. */
  readonly overflow: boolean;
}

function valueNames(e: Expression, q: Question, constant: boolean): ValueNames {
  let overflow = false;
  let failure: Failure = 'undefined';
  // A pole or a branch cut at a point: move all of them.
  for (let start = 0; start < (constant ? 1 : 3); start++) {
    const names: string[] = [];
    for (let index = 0; index < pointCount; index++) {
      const at = describedAt(e, q, index + start, index);
      overflow ||= at.overflow;
      if (typeof at.value === 'string') {
        failure = at.value;
        break;
      }
      if (constant) return { names: constantNames(at.value, q), overflow };
      names.push(nameOfDescribed(at.value, primes[index] as Prime, q.budget));
    }
    if (names.length === pointCount) {
      const rational = names.every(isResidue) ? smallRational(names.map(BigInt)) : undefined;
      return { names: rational ?? names, overflow };
    }
    if (failure !== 'undefined' && failure !== 'imprecise') break;
  }
  return { names: failure, overflow };
}

function constantNames(value: Described, q: Question): Rational | readonly string[] {
  const { re, im } = value;
  if (typeof re !== 'string' && typeof im !== 'string' && im.num === 0n) {
    if (re.num < bound && re.num > -bound && re.den < bound) return re;
  }
  return primes.map((prime) => nameOfDescribed(value, prime, q.budget));
}

interface DescribedAt {
  readonly value: Described | Failure;
  readonly overflow: boolean;
}

function describedAt(e: Expression, q: Question, point: number, index: number): DescribedAt {
  let overflow = false;
  for (const bits of precisionsFor(q)) {
    const c = numericContext(q, valuesAt(q, point), bits, primes[index] as Prime);
    const value = attempt(() => describe(evaluate(e, c), c));
    overflow = c.overflow;
    if ('value' in value) return { value: value.value, overflow };
    if (value.failure !== 'imprecise') return { value: value.failure, overflow };
  }
  return { value: 'imprecise', overflow };
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
