/** Walks over expressions. */
import type { Expression, OperationNode } from './expression.ts';

/** Expressions larger than these are not looked at. */
export const maxNodes = 20_000;
export const maxDepth = 200;

const none: readonly Expression[] = [];

/** The parts of a node, those of a binder in the order from, to, body. */
export function childrenOf(e: Expression): readonly Expression[] {
  switch (e.op) {
    case 'number':
    case 'symbol':
    case 'constant':
      return none;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit':
      return [e.from, e.to, e.body].filter((part) => part !== undefined);
    default:
      return e.args;
  }
}

/** Whether the expression has at most `maxNodes` nodes and `maxDepth` levels. Walks without recursion. */
export function fits(e: Expression): boolean {
  let nodes = 0;
  let level: Expression[] = [e];
  for (let depth = 1; level.length > 0; depth++) {
    nodes += level.length;
    if (depth > maxDepth || nodes > maxNodes) return false;
    const next: Expression[] = [];
    for (const node of level) for (const child of childrenOf(node)) next.push(child);
    level = next;
  }
  return true;
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

/** Names of the free symbols. */
export function symbolsOf(e: Expression): Set<string> {
  const names = new Set<string>();
  if (fits(e)) collectSymbols(e, [], names);
  return names;
}

function collectSymbols(e: Expression, bound: readonly string[], names: Set<string>): void {
  if (e.op === 'symbol') {
    if (!bound.includes(e.name)) names.add(e.name);
    return;
  }
  if ('body' in e) {
    for (const bound0 of [e.from, e.to]) if (bound0) collectSymbols(bound0, bound, names);
    collectSymbols(e.body, [...bound, e.variable], names);
    return;
  }
  for (const child of childrenOf(e)) collectSymbols(child, bound, names);
}

/**
 * The expression with free symbols replaced. A bound variable that would catch a symbol of a replacement is renamed.
 * Larger than the limits: returned as it is.
 */
export function substitute(e: Expression, replacements: ReadonlyMap<string, Expression>): Expression {
  if (replacements.size === 0 || !fits(e)) return e;
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
      return { ...e, args: e.args.map((part) => substitute(part, replacements)) };
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
    ...(e.from && { from: substitute(e.from, replacements) }),
    ...(e.to && { to: substitute(e.to, replacements) }),
    body: substitute(e.body, inner),
  };
}

/** Names a function can have whose value this engine computes. */
const known = new Set(
  (
    'sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh ln exp abs sign floor ceil ' +
    're im conjugate arg gcd lcm min max mod log binomial permutations'
  ).split(' '),
);

export function isKnownFunction(name: string): boolean {
  return known.has(name);
}

const integerFunctions = new Set(['gcd', 'lcm', 'mod', 'binomial', 'permutations']);

/** Adds the symbols that stand where only integers make sense: under factorials, binomials, gcd, bounds of sums. */
export function integerSymbols(e: Expression, names: Set<string>): void {
  const integers =
    e.op === 'factorial' || e.op === 'double_factorial' || (e.op === 'call' && integerFunctions.has(e.name));
  if (integers) for (const part of e.args) collectSymbols(part, [], names);
  if (e.op === 'sum' || e.op === 'product') {
    for (const bound of [e.from, e.to]) if (bound) collectSymbols(bound, [], names);
  }
  for (const child of childrenOf(e)) integerSymbols(child, names);
}

export function operation(op: OperationNode['op'], ...args: Expression[]): OperationNode {
  return { op, args };
}
