/** Equations against equations, and against what they give. */
import type { Answer, Equation, Label, Value } from '../answer/answer.ts';
import { expressionsOf, isSolution } from '../answer/contents.ts';
import {
  compareExpressions,
  compareUpToFactor,
  type Expression,
  substitute,
  symbolsOf,
} from '../expression/index.ts';
import { number, subtract, symbol } from '../read/build.ts';
import { compare } from './compare.ts';
import { type Comparison, type Context, equal, unequal } from './comparison.ts';
import { compareSequences } from './sequences.ts';

export function withEquation(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'equation' && b.kind === 'equation') return compareEquations(a, b, context);
  const [equation, other] = a.kind === 'equation' ? [a, b] : [b as Equation, a];
  if (other.kind === 'list' || other.kind === 'set') {
    if (
      equation.parts !== undefined &&
      other.items.length === equation.parts.length &&
      other.items.every((item) => item.kind === 'equation')
    ) {
      return compareSequences({ kind: 'list', items: equation.parts }, other, context);
    }
    if (other.items.length === 1) return compare(equation, other.items[0] as Answer, context);
  }
  if (context.policy.equations === 'whole') return unequal('an equation where a value is expected');
  if (
    other.kind === 'range' &&
    other.subject !== undefined &&
    equation.label !== undefined &&
    !equation.label.name.startsWith('caption ') &&
    other.subject !== equation.label.name
  )
    return unequal('another unknown');
  if (equation.label !== undefined) {
    const right = compare(equation.right, other, {
      ...context,
      defined: equation.label.parameters.length > 0,
    });
    if (right.outcome !== 'unequal') return right;
  }
  // 2x + 3 = 13 restates the problem whose answer is 5: only the reference may leave the solving to the other side.
  if (other.kind === 'value' && !context.reference.has(other.value) && solves(equation, other))
    return equal('the equation solved');
  return unequal(
    equation.label === undefined ? 'an equation where a value is expected' : 'another right side',
  );
}

/** The value is what the equation gives for the one symbol that the value does not have, in which it is linear. */
function solves({ difference }: Equation, { value, units, percent }: Value): boolean {
  if (difference === undefined || units.length > 0 || percent) return false;
  const inValue = symbolsOf(value);
  const unknown = [...symbolsOf(difference)].filter((name) => !inValue.has(name));
  const [name] = unknown;
  if (unknown.length !== 1 || name === undefined) return false;
  if (compareExpressions(substitute(difference, new Map([[name, value]])), number(0)).outcome !== 'equal')
    return false;
  // Linear: the slope is the same everywhere, and not zero.
  const at = (x: number) => substitute(difference, new Map([[name, number(x)]]));
  const [first, second] = [subtract(at(2), at(1)), subtract(at(12), at(11))];
  return (
    compareExpressions(first, second).outcome === 'equal' &&
    compareExpressions(first, number(0)).outcome === 'unequal'
  );
}

function compareEquations(a: Equation, b: Equation, context: Context): Comparison {
  const named = a.label !== undefined && b.label !== undefined;
  if (named) {
    const [labelA, labelB] = [a.label as Label, b.label as Label];
    const renamed =
      labelA.parameters.length === labelB.parameters.length && context.policy.renaming === 'bound'
        ? renameParameters(b, labelA, labelB)
        : b;
    if (renamed === undefined) return unequal('a name that is bound on one side only');
    const sameName =
      labelA.name === labelB.name ||
      numbered(labelA, labelB) ||
      numbered(labelB, labelA) ||
      isGraph(labelA, labelB) ||
      isGraph(labelB, labelA);
    if (sameName) {
      const right = compare(a.right, renamed.right, context);
      if (right.outcome === 'equal') return right;
      if (a.difference === undefined || b.difference === undefined || labelA.parameters.length > 0)
        return right;
    }
  }
  // 2x + 3 = 13 is a problem, x = 5 its answer.
  if (isSolution(a) !== isSolution(b) && (a.label === undefined || b.label === undefined))
    return unequal('an equation that is not solved');
  if (a.difference !== undefined && b.difference !== undefined) {
    const decision = compareUpToFactor(a.difference, b.difference);
    if (decision.outcome === 'equal')
      return isContradiction(a.difference)
        ? unequal('equations without solutions')
        : equal('equations equal up to a factor');
    if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule };
    return unequal('another equation');
  }
  return unequal(named ? 'another name' : 'another equation');
}

/** x + 1 = x: what is left is the same everywhere, and not zero. Of such equations none is another one's equal. */
function isContradiction(difference: Expression): boolean {
  const names = [...symbolsOf(difference)];
  // Somewhere else in every direction: what is left of x - y must move, too.
  const at = (value: number) =>
    substitute(
      difference,
      new Map(names.map((name, place) => [name, number((value * (31 * place + 7)) % 997)])),
    );
  return (
    compareExpressions(at(3), at(11)).outcome === 'equal' &&
    compareExpressions(at(3), at(29)).outcome === 'equal' &&
    compareExpressions(at(3), number(0)).outcome === 'unequal'
  );
}

/** f(x) = … and y = … */
function isGraph(a: Label, b: Label): boolean {
  return (
    a.parameters.length === 1 &&
    a.parameters[0] === 'x' &&
    /^[fghF]$/.test(a.name) &&
    b.name === 'y' &&
    b.parameters.length === 0
  );
}

/** x₁ = … among roots, and x = …. */
function numbered(a: Label, b: Label): boolean {
  return (
    a.parameters.length === 0 &&
    b.parameters.length === 0 &&
    /^[a-z]_\{\d\}$/.test(a.name) &&
    a.name.startsWith(`${b.name}_`)
  );
}

/** Undefined where the right side has such a name for something else. */
function renameParameters(equation: Equation, to: Label, from: Label): Equation | undefined {
  const names = new Map<string, Expression>();
  for (const [at, name] of from.parameters.entries()) {
    const other = to.parameters[at] as string;
    if (name !== other) names.set(name, symbol(other));
  }
  if (names.size === 0) return equation;
  // A name that the right side has for something else stays free: f(x) = xy is not f(y) = y².
  const free = expressionsOf(equation.right).flatMap((each) => [...symbolsOf(each)]);
  if (to.parameters.some((name) => free.includes(name) && !from.parameters.includes(name))) return undefined;
  return { ...equation, right: substituted(equation.right, names) };
}

function substituted(answer: Answer, names: ReadonlyMap<string, Expression>): Answer {
  switch (answer.kind) {
    case 'value':
      return { ...answer, value: substitute(answer.value, names) };
    case 'list':
    case 'set':
    case 'tuple':
      return { ...answer, items: answer.items.map((item) => substituted(item, names)) };
    default:
      return answer;
  }
}
