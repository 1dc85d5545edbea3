/** Two expressions, and the conventions about them. */

import { compareExpressions, type Expression, substitute, symbolsOf } from '../expression/index.ts';
import { number, symbol, unknownBase } from '../read/build.ts';
import { type Comparison, type Context, equal, equalByConvention, unequal } from './comparison.ts';
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
  if (roundsTo(a, b, context.policy.rounding, reference)) return equalByConvention('equal when rounded');
  if (equalWithBase(a, b)) return equalByConvention('equal with the base of the other logarithm');
  const renamed = context.policy.renaming === 'bound' ? renamings(a, b, context) : [];
  if (renamed.some((each) => compareExpressions(a, each).outcome === 'equal'))
    return equalByConvention('equal up to the name of a parameter');
  if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule, open: [a, b] };
  return unequal(`another value (${decision.rule})`);
}

/** What the counters of ellipses are set to: terms that agree for both are taken to agree. */
const counts = [5, 7];

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

/** Whether they are equal where `log` without base, on one side only, has the base e or 10. */
function equalWithBase(a: Expression, b: Expression): boolean {
  const [inA, inB] = [symbolsOf(a).has(unknownBase), symbolsOf(b).has(unknownBase)];
  if (inA === inB) return false;
  const bases: Expression[] = [{ op: 'constant', name: 'e' }, number(10)];
  return bases.some((base) => {
    const to = new Map([[unknownBase, base]]);
    return compareExpressions(substitute(a, to), substitute(b, to)).outcome === 'equal';
  });
}

/** Names that parameters of a family go by. */
const parameterNames = /^(?:[klmn]|n_\{.*\})$/;

/**
 * `b` with its parameter under the name that `a` has for its own: symbols that notes bind, and the integer of a
 * periodic family (π/6 + πk).
 */
function renamings(a: Expression, b: Expression, { bound, counted, defined }: Context): Expression[] {
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
  const isParameter = (name: string) => bound.has(name) || parameterNames.test(name) || /^c$/i.test(name);
  // A free symbol is no parameter, 2r not `2d, where d is the diameter`, unless an integer counts a family.
  const isBound =
    ((bound.has(from) || bound.has(to)) && (counted || (isParameter(from) && isParameter(to)))) ||
    (defined && from.toLowerCase() === to.toLowerCase());
  const isPeriodic =
    parameterNames.test(from) && parameterNames.test(to) && isPeriod(a, to) && isPeriod(b, from);
  const isAdded = isAddedConstant(a, to) && isAddedConstant(b, from);
  return isBound || isPeriodic || isAdded ? [substitute(b, new Map([[from, symbol(to)]]))] : [];
}

/** kπ in α + kπ: nothing else is counted by it. */
function isPeriod(value: Expression, name: string): boolean {
  if (symbolsOf(value).size === 1) return mentionsPi(value);
  if (value.op !== 'add') return false;
  const [own, ...others] = value.args.filter((arg) => symbolsOf(arg).has(name));
  return own !== undefined && others.length === 0 && symbolsOf(own).size === 1 && mentionsPi(own);
}

/** C in F(x) + C: the constant of an integral. */
function isAddedConstant(value: Expression, name: string): boolean {
  if (!/^[CKck]$/.test(name) || value.op !== 'add') return false;
  const [own, ...others] = value.args.filter((arg) => symbolsOf(arg).has(name));
  return own?.op === 'symbol' && others.length === 0;
}
