/** What ± and ∓ stand for. */
import type { Expression } from '../expression/index.ts';
import { negate } from '../read/build.ts';
import { Unreadable } from '../read/unreadable.ts';

/** Most alternatives that the signs of one answer may stand for. */
export const maxAlternatives = 64;

/** All that the ± and ∓ in an expression stand for: they go together where ∓ occurs, else each ± on its own. */
export function expandSigns(value: Expression): Expression[] {
  const count = countSigns(value);
  if (count.both + count.opposite === 0) return [value];
  if (count.opposite > 0 || count.both === 1) return [1, -1].map((sign) => withSigns(value, () => sign));
  if (2 ** count.both > maxAlternatives) throw new Unreadable('too many signs');
  return Array.from({ length: 2 ** count.both }, (_, pattern) => {
    let at = 0;
    return withSigns(value, () => ((pattern >> at++) & 1 ? -1 : 1));
  });
}

function countSigns(value: Expression): { both: number; opposite: number } {
  let [both, opposite] = [0, 0];
  const visit = (each: Expression): void => {
    if (each.op === 'call' && each.name === 'plus_minus') both++;
    if (each.op === 'call' && each.name === 'minus_plus') opposite++;
    if ('args' in each) for (const arg of each.args) visit(arg);
    if ('body' in each && countSigns(each.body).both + countSigns(each.body).opposite > 0)
      throw new Unreadable('a sign of two under a sum');
  };
  visit(value);
  return { both, opposite };
}

function withSigns(value: Expression, next: () => number): Expression {
  if (value.op === 'call' && (value.name === 'plus_minus' || value.name === 'minus_plus')) {
    const sign = next() * (value.name === 'minus_plus' ? -1 : 1);
    const inner = withSigns(value.args[0] as Expression, next);
    return sign > 0 ? inner : negate(inner);
  }
  if ('args' in value && value.args.length > 0) {
    return { ...value, args: value.args.map((arg) => withSigns(arg, next)) } as Expression;
  }
  return value;
}
