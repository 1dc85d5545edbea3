/** Vectors as sums of multiples of the unit vectors: 2i − 3j. */
import type { Expression } from '../expression/index.ts';
import { add, divide, multiply, negate, number } from '../read/build.ts';

/** 0, 1 or 2 for i, j, k, with an accent or without. */
function axisOf(value: Expression): number | undefined {
  if (value.op !== 'symbol' && value.op !== 'constant') return undefined;
  const name = /^(?:(?:hat|vec) )?\\?([ijk])(?:math)?$/.exec(value.name)?.[1];
  return name === undefined ? undefined : 'ijk'.indexOf(name);
}

/** The axis of a term, and what stands before its unit vector. */
function termOf(value: Expression): { readonly axis: number; readonly factor: Expression } | undefined {
  const own = axisOf(value);
  if (own !== undefined) return { axis: own, factor: number(1) };
  if (value.op === 'negate') {
    const inner = termOf(value.args[0] as Expression);
    return inner && { axis: inner.axis, factor: negate(inner.factor) };
  }
  if (value.op === 'divide') {
    const above = termOf(value.args[0] as Expression);
    return above && { axis: above.axis, factor: divide(above.factor, value.args[1] as Expression) };
  }
  if (value.op !== 'multiply') return undefined;
  const axes = value.args.map(axisOf);
  const at = axes.findIndex((axis) => axis !== undefined);
  if (at < 0 || axes.some((axis, other) => axis !== undefined && other !== at)) return undefined;
  const rest = value.args.filter((_, other) => other !== at);
  return {
    axis: axes[at] as number,
    factor: rest.length === 1 ? (rest[0] as Expression) : multiply(...rest),
  };
}

/**
 * The components of a sum in which every term has one unit vector; undefined for anything else, and for complex
 * numbers: without an accent there must be a j. Two components where k does not occur.
 */
export function componentsOf(value: Expression): readonly Expression[] | undefined {
  const terms = value.op === 'add' ? value.args : [value];
  const sums: Expression[][] = [[], [], []];
  for (const each of terms) {
    const term = termOf(each);
    if (term === undefined) return undefined;
    (sums[term.axis] as Expression[]).push(term.factor);
  }
  if (sums[1]?.length === 0 && !terms.some(isAccented)) return undefined;
  const used = sums[2]?.length === 0 ? sums.slice(0, 2) : sums;
  return used.map((sum) =>
    sum.length === 0 ? number(0) : sum.length === 1 ? (sum[0] as Expression) : add(...sum),
  );
}

function isAccented(value: Expression): boolean {
  if (value.op === 'symbol') return /^(?:hat|vec) /.test(value.name);
  return (
    (value.op === 'multiply' || value.op === 'negate' || value.op === 'divide') && value.args.some(isAccented)
  );
}
