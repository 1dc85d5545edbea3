/** What a written answer is read into: expressions, and what is built around them. */
import type { Expression } from '../expression/expression.ts';
import { Unreadable } from './unreadable.ts';

export type Node =
  | { readonly kind: 'value'; readonly value: Expression }
  | Quantity
  | List
  | Tuple
  | { readonly kind: 'set'; readonly items: readonly Node[] }
  | Builder
  | { readonly kind: 'operation'; readonly op: SetOperation; readonly left: Node; readonly right: Node }
  | Chain
  | Matrix
  | { readonly kind: 'ratio'; readonly parts: readonly Expression[]; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'based'; readonly value: Expression; readonly base: number }
  | { readonly kind: 'numbers'; readonly name: 'R' | 'Z' | 'N' | 'Q' | 'C' }
  | { readonly kind: 'noted'; readonly main: Node; readonly note: string };

/** An expression with a unit. */
export interface Quantity {
  readonly kind: 'quantity';
  readonly value: Expression;
  /** Words of the unit in one spelling, `%` among them. */
  readonly units: readonly string[];
}

/** Several answers in a row, without brackets. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  /** Joined by `or`. */
  readonly alternatives?: true;
}

/** Items in brackets: a point, a vector, an interval. */
export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly Node[];
  readonly open: '(' | '[' | '⟨';
  readonly close: ')' | ']' | '⟩';
}

/** { element | condition, … } */
export interface Builder {
  readonly kind: 'builder';
  readonly element: Node;
  readonly conditions: readonly Node[];
}

export type SetOperation = 'union' | 'intersection' | 'difference';

export type Relation = '=' | '≠' | '<' | '≤' | '>' | '≥' | '≈' | '≡' | '∈' | '∉' | '→' | '∼' | '∝';

/** a < b ≤ c: one side more than relations. */
export interface Chain {
  readonly kind: 'chain';
  readonly sides: readonly Node[];
  readonly relations: readonly Relation[];
}

export interface Matrix {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Expression[])[];
}

/** The node that an expression is. */
export function nodeOf(value: Expression): Node {
  return { kind: 'value', value };
}

/** The expression that a node is; throws Unreadable where it is none. */
export function expressionOf(node: Node): Expression {
  if (node.kind === 'value' || node.kind === 'based') return node.value;
  throw new Unreadable(`a ${node.kind} where a value belongs`);
}
