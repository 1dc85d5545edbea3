/** Walks over expressions. */
import type { Expression, OperationNode } from './expression.ts';
import { childrenOf, traitsOf } from './traits.ts';

export { isKnownFunction } from './traits.ts';

/** Whether the expression has at most `maxNodes` nodes and `maxDepth` levels. */
export function fits(e: Expression): boolean {
  return traitsOf(e) !== undefined;
}

/** Whether two expressions are written the same. */
export function same(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.op !== b.op) return false;
  switch (a.op) {
    case 'number': {
      const other = b as typeof a;
      return a.value.num === other.value.num && a.value.den === other.value.den;
    }
    case 'symbol':
    case 'constant':
      return a.name === (b as typeof a).name;
    case 'call':
      if (a.name !== (b as typeof a).name) return false;
      break;
    case 'opaque':
      if (a.text !== (b as typeof a).text) return false;
      break;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit': {
      const other = b as typeof a;
      if (a.variable !== other.variable) return false;
      if ((a.from === undefined) !== (other.from === undefined)) return false;
      break;
    }
  }
  const [left, right] = [childrenOf(a), childrenOf(b)];
  return left.length === right.length && left.every((part, k) => same(part, right[k] as Expression));
}

const nothing: ReadonlySet<string> = new Set();

/** Names of the free symbols. */
export function symbolsOf(e: Expression): ReadonlySet<string> {
  return traitsOf(e)?.names ?? nothing;
}

/**
 * The expression with free symbols replaced. A bound variable that would catch a symbol of a replacement is renamed.
 * Larger than the limits: returned as it is.
 */
export function substitute(e: Expression, replacements: ReadonlyMap<string, Expression>): Expression {
  return replacements.size === 0 || !fits(e) ? e : replace(e, replacements);
}

function replace(e: Expression, replacements: ReadonlyMap<string, Expression>): Expression {
  switch (e.op) {
    case 'number':
    case 'constant':
      return e;
    case 'symbol':
      return replacements.get(e.name) ?? e;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit':
      return substituteBinder(e, replacements);
    default:
      return { ...e, args: e.args.map((part) => replace(part, replacements)) };
  }
}

function substituteBinder(
  e: Extract<Expression, { body: Expression }>,
  replacements: ReadonlyMap<string, Expression>,
): Expression {
  const inner = new Map(replacements);
  inner.delete(e.variable);
  const taken = new Set<string>();
  for (const value of inner.values()) for (const name of symbolsOf(value)) taken.add(name);
  let variable = e.variable;
  if (taken.has(variable)) {
    for (const name of symbolsOf(e.body)) taken.add(name);
    while (taken.has(variable)) variable += "'";
    inner.set(e.variable, { op: 'symbol', name: variable });
  }
  return {
    ...e,
    variable,
    ...(e.from && { from: replace(e.from, replacements) }),
    ...(e.to && { to: replace(e.to, replacements) }),
    body: replace(e.body, inner),
  };
}

export function operation(op: OperationNode['op'], ...args: Expression[]): OperationNode {
  return { op, args };
}
