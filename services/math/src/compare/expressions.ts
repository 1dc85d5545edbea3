/** Two expressions, and the conventions about them. */

import { compareExpressions, type Expression, substitute, symbolsOf } from '../expression/index.ts';
import { number, symbol, unknownBase } from '../read/build.ts';
import { type Comparison, type Context, equal, unequal } from './comparison.ts';
import { countersOf, hasEllipsis, unroll } from './ellipsis.ts';
import { roundsTo } from './rounding.ts';

export function mentionsPi(value: Expression): boolean {
  if (value.op === 'constant') return value.name === 'pi';
  return 'args' in value && value.args.some(mentionsPi);
}

/** Two expressions, with what the policy makes of decimals, of logarithms without base and of bound names. */
export function expressions(a: Expression, b: Expression, context: Context, rule: string): Comparison {
  if (hasEllipsis(a) || hasEllipsis(b)) {
    const result = withEllipses(a, b);
    if (result !== undefined) return result;
  }
  const decision = compareExpressions(a, b);
  if (decision.outcome === 'equal') return equal(`${rule} (${decision.rule})`);
  const reference = context.reference.has(a) ? a : context.reference.has(b) ? b : undefined;
  if (roundsTo(a, b, context.policy.rounding, reference)) return equal('equal when rounded');
  const based = withBase(a, b);
  if (based !== undefined && compareExpressions(...based).outcome === 'equal')
    return equal('equal with the base of the other logarithm');
  const renamed = context.policy.renaming === 'bound' ? renamings(a, b, context) : [];
  if (renamed.some((each) => compareExpressions(a, each).outcome === 'equal'))
    return equal('equal up to the name of a parameter');
  if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule, open: [a, b] };
  return unequal(`another value (${decision.rule})`);
}

/** What the counters of ellipses are set to: terms that agree for both are taken to agree. */
export const counts = [5, 7];

function withEllipses(a: Expression, b: Expression): Comparison | undefined {
  const [inA, inB] = [countersOf(a), countersOf(b)];
  if (inA === undefined || inB === undefined) return undefined;
  const counters = new Set([...inA, ...inB]);
  if (counters.size > 2) return undefined;
  for (const count of counts) {
    const [x, y] = [unroll(a, counters, count), unroll(b, counters, count)];
    if (x === undefined || y === undefined) return undefined;
    const { outcome } = compareExpressions(x, y);
    if (outcome === 'undecided') return undefined;
    if (outcome === 'unequal') return unequal('another value when written out');
  }
  return equal('equal when written out');
}

/** `log` without base takes the base that the other side has, else e or 10. */
function withBase(a: Expression, b: Expression): [Expression, Expression] | undefined {
  const [inA, inB] = [symbolsOf(a).has(unknownBase), symbolsOf(b).has(unknownBase)];
  if (inA === inB) return undefined;
  const bases: Expression[] = [{ op: 'constant', name: 'e' }, number(10)];
  for (const base of bases) {
    const to = new Map([[unknownBase, base]]);
    const pair: [Expression, Expression] = inA ? [substitute(a, to), b] : [a, substitute(b, to)];
    if (compareExpressions(...pair).outcome === 'equal') return pair;
  }
  return undefined;
}

/** Names that parameters of a family go by. */
const parameterNames = /^(?:[klmnptCK]|\\lambda|n_\{.*\})$/;

/**
 * `b` with its parameter under the name that `a` has for its own: symbols that notes bind, and the integer of a
 * periodic family (π/6 + πk).
 */
function renamings(a: Expression, b: Expression, { bound, defined }: Context): Expression[] {
  const [inA, inB] = [symbolsOf(a), symbolsOf(b)];
  const onlyA = [...inA].filter((name) => !inB.has(name));
  const onlyB = [...inB].filter((name) => !inA.has(name));
  const constants = onlyB.map(
    (name) =>
      [
        name,
        onlyA.find((other) => /^c(?:_\{\d\})?$/i.test(name) && other.toLowerCase() === name.toLowerCase()),
      ] as const,
  );
  if (constants.length > 0 && constants.every(([, to]) => to !== undefined))
    return [substitute(b, new Map(constants.map(([from, to]) => [from, symbol(to as string)])))];
  if (onlyA.length !== 1 || onlyB.length !== 1) return [];
  const [from, to] = [onlyB[0] as string, onlyA[0] as string];
  const isBound = bound.has(from) || bound.has(to) || (defined && from.toLowerCase() === to.toLowerCase());
  const isPeriodic = parameterNames.test(from) && parameterNames.test(to) && mentionsPi(a) && mentionsPi(b);
  const isAdded = isAddedConstant(a, to) && isAddedConstant(b, from);
  return isBound || isPeriodic || isAdded ? [substitute(b, new Map([[from, symbol(to)]]))] : [];
}

/** C in F(x) + C: the constant of an integral. */
function isAddedConstant(value: Expression, name: string): boolean {
  if (!/^[CKck]$/.test(name) || value.op !== 'add') return false;
  const [own, ...others] = value.args.filter((arg) => symbolsOf(arg).has(name));
  return own?.op === 'symbol' && others.length === 0;
}
