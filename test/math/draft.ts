/** What generators are made of: seeded choices, answers with the values that they must have, checks of these. */
import { randomNumbers } from '../support/random.ts';

/** Seeded choices. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** One that is not zero, of either sign. */
  nonzero(most: number): number {
    return this.int(1, most) * (this.chance(0.5) ? 1 : -1);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.int(0, rest.length - 1), 1)[0] as T);
  }

  /** Different whole numbers. */
  distinct(count: number, least: number, most: number): number[] {
    const found = new Set<number>();
    while (found.size < count) found.add(this.int(least, most));
    return [...found];
  }
}

/** What a text is worth: the numbers in it (parts of a complex number, members in order), as functions of x and y. */
export type Worth = (x: number, y: number) => readonly number[];

/** A text and how it came about. */
export interface Variant {
  readonly how: string;
  readonly text: string;
  readonly worth?: Worth | undefined;
  /** Equal by a convention between kinds of answer (x > 2 and (2, ∞)): it may be in a class of its own. */
  readonly converted?: boolean;
}

/** A reference answer with texts that are equal to it and texts that are not. */
export interface Draft {
  readonly kind: string;
  readonly gold: string;
  readonly worth?: Worth | undefined;
  /** What the answer is made of: LaTeX, or text as people write it. @default 'latex' */
  readonly style?: 'latex' | 'plain';
  readonly rewrites: readonly Variant[];
  readonly mutations: readonly Variant[];
}

export function variant(how: string, text: string, worth?: Worth): Variant {
  return { how, text, worth };
}

/** A rewrite as another kind of answer. */
export function converted(how: string, text: string): Variant {
  return { how, text, converted: true };
}

/** The same for a text with one constant value. */
export function number(how: string, text: string, ...values: readonly number[]): Variant {
  return { how, text, worth: () => values };
}

const points: readonly (readonly [number, number])[] = [
  [0.7391, 1.3183],
  [1.8317, 0.2719],
  [2.4142, 3.1871],
];

/** Whether two are the same at all points, as far as doubles can tell. */
export function sameWorth(a: Worth, b: Worth): boolean {
  return points.every(([x, y]) => {
    const [left, right] = [a(x, y), b(x, y)];
    return left.length === right.length && left.every((value, at) => close(value, right[at] as number));
  });
}

function close(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

/**
 * Drops mutations that happen to have the same worth, and texts that occur twice; throws where a rewrite has not the
 * worth of the reference answer: that is a fault of the generator.
 */
export function checked(draft: Draft): Draft {
  const { kind, gold, worth } = draft;
  for (const { how, text, worth: own } of draft.rewrites) {
    if (worth && own && !sameWorth(worth, own)) throw new Error(`${kind}: ${how}: ${gold} is not ${text}`);
  }
  const seen = new Set([gold]);
  const fresh = ({ text }: Variant) => !seen.has(text) && seen.add(text) !== undefined;
  const rewrites = draft.rewrites.filter(fresh);
  const mutations = draft.mutations.filter(
    (mutation) => fresh(mutation) && !(worth && mutation.worth && sameWorth(worth, mutation.worth)),
  );
  return { ...draft, rewrites, mutations };
}

/** `+ 3`, `- 3`. */
export function plus(value: number, text = `${Math.abs(value)}`): string {
  return `${value < 0 ? '-' : '+'} ${text}`;
}

/** A coefficient before a factor: nothing for 1. */
export function times(coefficient: number, factor: string): string {
  if (coefficient === 1) return factor;
  return coefficient === -1 ? `-${factor}` : `${coefficient}${factor}`;
}

/** A polynomial from its coefficients, highest power first. */
export function polynomial(coefficients: readonly number[], name = 'x'): string {
  const degree = coefficients.length - 1;
  return sum(coefficients.map((value, at) => [value, power(name, degree - at)]));
}

/** Coefficients and factors, those of zero left out. */
export function sum(terms: readonly (readonly [number, string])[]): string {
  const written = terms.filter(([value]) => value !== 0);
  if (written.length === 0) return '0';
  return written
    .map(([value, factor], at) => {
      const size = factor === '' ? `${Math.abs(value)}` : times(Math.abs(value), factor);
      if (at === 0) return value < 0 ? `-${size}` : size;
      return plus(value, size);
    })
    .join(' ');
}

function power(name: string, exponent: number): string {
  if (exponent === 0) return '';
  return exponent === 1 ? name : `${name}^${exponent > 9 ? `{${exponent}}` : exponent}`;
}

/** Its value at x. */
export function evaluate(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

/** The product of two polynomials. */
export function product(a: readonly number[], b: readonly number[]): number[] {
  const result = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, left] of a.entries()) {
    for (const [j, right] of b.entries()) result[i + j] = (result[i + j] as number) + left * right;
  }
  return result;
}

export function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}

/** A reduced fraction as LaTeX, the sign before it; a whole number without one. */
export function fraction(p: number, q: number): string {
  const common = gcd(p, q) * Math.sign(q);
  const [top, bottom] = [p / common, q / common];
  if (bottom === 1) return `${top}`;
  return `${top < 0 ? '-' : ''}\\frac{${Math.abs(top)}}{${bottom}}`;
}
