/** Functions that follow from a few, for every kind of number. */
import type { Rational } from './rational.ts';

/** Complex arithmetic of one kind. Every operation may throw a `Failure`. */
export interface Field<T> {
  rational(value: Rational): T;
  add(a: T, b: T): T;
  negate(a: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  exp(a: T): T;
  /** Principal: imaginary part in (-π, π]. */
  ln(a: T): T;
  sin(a: T): T;
  cos(a: T): T;
  arctan(a: T): T;
  /** Principal. */
  sqrt(a: T): T;
  readonly pi: () => T;
  readonly i: () => T;
}

const small = (num: bigint, den = 1n): Rational => ({ num, den });
const oneValue = small(1n);
const half = small(1n, 2n);

/** A function of one argument, other than those of `Field`; undefined for names that are none. */
export function derived<T>(name: string, x: T, f: Field<T>): T | undefined {
  const unit = () => f.rational(oneValue);
  const reverse = (a: T) => f.divide(unit(), a);
  const twice = (a: T) => f.multiply(f.rational(small(2n)), a);
  const exponentials = (): readonly [T, T] => {
    const up = f.exp(x);
    return [up, reverse(up)];
  };
  switch (name) {
    case 'exp':
      return f.exp(x);
    case 'ln':
      return f.ln(x);
    case 'sin':
      return f.sin(x);
    case 'cos':
      return f.cos(x);
    case 'tan':
      return f.divide(f.sin(x), f.cos(x));
    case 'cot':
      return f.divide(f.cos(x), f.sin(x));
    case 'sec':
      return reverse(f.cos(x));
    case 'csc':
      return reverse(f.sin(x));
    case 'arctan':
      return f.arctan(x);
    case 'arccot':
      return f.add(f.multiply(f.pi(), f.rational(half)), f.negate(f.arctan(x)));
    case 'arcsin':
    case 'arccos': {
      // arcsin x = 2 arctan(x / (1 + √(1 - x²))): no singular place at ±1.
      const cosine = f.sqrt(f.add(unit(), f.negate(f.multiply(x, x))));
      const arcsin = twice(f.arctan(f.divide(x, f.add(unit(), cosine))));
      return name === 'arcsin' ? arcsin : f.add(f.multiply(f.pi(), f.rational(half)), f.negate(arcsin));
    }
    case 'sinh': {
      const [up, down] = exponentials();
      return f.multiply(f.rational(half), f.add(up, f.negate(down)));
    }
    case 'cosh': {
      const [up, down] = exponentials();
      return f.multiply(f.rational(half), f.add(up, down));
    }
    case 'tanh': {
      const [up, down] = exponentials();
      return f.divide(f.add(up, f.negate(down)), f.add(up, down));
    }
    default:
      return undefined;
  }
}

/** arctan z = (i/2) (ln(1 - iz) - ln(1 + iz)) for z off the real line. */
export function complexArctan<T>(z: T, f: Field<T>): T {
  const turned = f.multiply(f.i(), z);
  const unit = f.rational(oneValue);
  const difference = f.add(f.ln(f.add(unit, f.negate(turned))), f.negate(f.ln(f.add(unit, turned))));
  return f.multiply(f.multiply(f.i(), f.rational(half)), difference);
}
