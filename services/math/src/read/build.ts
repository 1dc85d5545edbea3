/** Short ways to make expressions. */
import type { Expression } from '../expression/expression.ts';
import type { Rational } from '../expression/rational.ts';

export function number(value: Rational | number, places?: number): Expression {
  const rational = typeof value === 'number' ? { num: BigInt(value), den: 1n } : value;
  return { op: 'number', value: rational, ...(places === undefined ? {} : { places }) };
}

export const symbol = (name: string): Expression => ({ op: 'symbol', name });
export const pi: Expression = { op: 'constant', name: 'pi' };
export const infinity: Expression = { op: 'constant', name: 'infinity' };

export function add(...args: Expression[]): Expression {
  return args.length === 1 ? (args[0] as Expression) : { op: 'add', args };
}

export function multiply(...args: Expression[]): Expression {
  return args.length === 1 ? (args[0] as Expression) : { op: 'multiply', args };
}

export function negate(arg: Expression): Expression {
  return { op: 'negate', args: [arg] };
}

export function subtract(a: Expression, b: Expression): Expression {
  return add(a, negate(b));
}

export function divide(a: Expression, b: Expression): Expression {
  return { op: 'divide', args: [a, b] };
}

export function power(base: Expression, exponent: Expression): Expression {
  return { op: 'power', args: [base, exponent] };
}

export function root(radicand: Expression, index: Expression = number(2)): Expression {
  return { op: 'root', args: [radicand, index] };
}

export function call(name: string, ...args: Expression[]): Expression {
  return { op: 'call', name, args };
}

/** `degrees` degrees in radians, remembered as such. */
export function degrees(value: Expression): Expression {
  return { op: 'multiply', args: [value, divide(pi, number(180))], degrees: true };
}

/** Base of a logarithm that is written without one: whichever the other side means. */
export const unknownBase = 'log base';
