/** Expressions: what a formula without relations, commas and sets is read into. */
import type { Rational } from './rational.ts';

export type Expression =
  | NumberNode
  | SymbolNode
  | ConstantNode
  | OperationNode
  | CallNode
  | BinderNode
  | OpaqueNode;

/** A numeral. */
export interface NumberNode {
  readonly op: 'number';
  readonly value: Rational;
  /** Digits after the decimal point as written; absent: written without one. */
  readonly places?: number;
}

/** A variable: `x`, `x_{1}`, `\alpha`, `f'`: one spelling for each. */
export interface SymbolNode {
  readonly op: 'symbol';
  readonly name: string;
}

export interface ConstantNode {
  readonly op: 'constant';
  readonly name: 'pi' | 'e' | 'i' | 'infinity';
}

/**
 * `add`, `multiply`: one or more arguments; `negate`: one; `divide`, `power`: two; `root`: radicand and index, real
 * for odd indices of negative numbers; `factorial`, `double_factorial`: one.
 */
export interface OperationNode {
  readonly op: 'add' | 'multiply' | 'negate' | 'divide' | 'power' | 'root' | 'factorial' | 'double_factorial';
  readonly args: readonly Expression[];
  /** Of a `multiply`: the first argument counts degrees, the other is π/180. */
  readonly degrees?: true;
}

/**
 * A function applied: `sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh ln exp abs sign floor ceil
 * re im conjugate arg gcd lcm min max mod`, `log` (argument, base), `binomial` (n, k), `permutations` (n, k); every
 * other name is an unknown function of its arguments (`f(x)`), equal to itself at equal arguments.
 */
export interface CallNode {
  readonly op: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

/** Sum, product, integral or limit over a bound variable; an integral without bounds has none. */
export interface BinderNode {
  readonly op: 'sum' | 'product' | 'integral' | 'limit';
  readonly variable: string;
  /** Lower bound, or the point of a limit. */
  readonly from?: Expression;
  readonly to?: Expression;
  readonly body: Expression;
}

/** Something without a value of its own, such as an ellipsis: equal only to what is written the same. */
export interface OpaqueNode {
  readonly op: 'opaque';
  readonly text: string;
  readonly args: readonly Expression[];
}
