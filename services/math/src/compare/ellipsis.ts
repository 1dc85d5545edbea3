/**
 * Expressions with an ellipsis (`a_1 + a_2 + \cdots + a_n`), written out for one small value of what they count to: the terms
 * around the dots say how they go on. Two such expressions that agree for several values are taken for equal.
 */
import { type Expression, exactValue, same, substitute, symbolsOf } from '../expression/index.ts';
import { number, symbol } from '../read/build.ts';

/** Most terms that an ellipsis stands for. */
const maxTerms = 24;

/** Most terms that are written beside an ellipsis. */
const maxWritten = 50;

/** Whether there is an ellipsis in it. */
export function hasEllipsis(value: Expression): boolean {
  if (value.op === 'opaque') return true;
  if ('body' in value) return hasEllipsis(value.body);
  return 'args' in value && value.args.some(hasEllipsis);
}

/** The symbols that the last (or first) terms count with; undefined where the terms do not say how they go on. */
export function countersOf(value: Expression): Set<string> | undefined {
  const counters = new Set<string>();
  return collect(indexed(value), counters) ? counters : undefined;
}

/** All terms written out with every counter at `count`; undefined where they do not say how they go on. */
export function unroll(
  value: Expression,
  counters: ReadonlySet<string>,
  count: number,
): Expression | undefined {
  const values = new Map<string, Expression>([...counters].map((name) => [name, number(count)]));
  return written(substitute(indexed(value), values));
}

/** `a_{k}` as a function of its index, so that the index can be counted. */
function indexed(value: Expression): Expression {
  if (value.op === 'symbol') {
    const [, name = '', index = ''] = /^(.*)_\{([A-Za-z]|\d{1,4})\}$/.exec(value.name) ?? [];
    if (name === '') return value;
    const argument: Expression = /^\d/.test(index) ? number(Number(index)) : symbol(index);
    return { op: 'call', name: `${name}_`, args: [argument] };
  }
  return 'args' in value ? ({ ...value, args: value.args.map(indexed) } as Expression) : value;
}

/** The terms beside the dots: one or two before, one after. */
function around(
  args: readonly Expression[],
): { at: number; first: Expression; second: Expression | undefined; last: Expression } | undefined {
  const at = args.findIndex(({ op }) => op === 'opaque');
  const [before, next, last] = [args[at - 2], args[at - 1], args[at + 1]];
  if (next === undefined || last === undefined || args.length > maxWritten) return undefined;
  return { at, first: before ?? next, second: before && next, last };
}

function collect(value: Expression, counters: Set<string>): boolean {
  if (value.op === 'opaque') return false;
  if (value.op === 'add' || value.op === 'multiply') {
    const dots = around(value.args);
    if (dots !== undefined) {
      return (
        differences(dots.first, dots.last, (a, b) => {
          for (const name of [...symbolsOf(a), ...symbolsOf(b)]) counters.add(name);
          return true;
        }) && value.args.every((arg, at) => at === dots.at || collect(arg, counters))
      );
    }
  }
  return !('args' in value) || value.args.every((arg) => collect(arg, counters));
}

/** Calls `visit` with what stands at the same place in both and differs; false where the two are not built alike. */
function differences(
  a: Expression,
  b: Expression,
  visit: (a: Expression, b: Expression) => boolean,
): boolean {
  if (isIndex(a) && isIndex(b)) {
    return same(a, b) || visit(a, b);
  }
  if (a.op !== b.op || !('args' in a) || !('args' in b) || a.args.length !== b.args.length)
    return visit(a, b);
  if (a.op === 'call' && b.op === 'call' && a.name !== b.name) return false;
  return a.args.every((arg, at) => differences(arg, b.args[at] as Expression, visit));
}

function isIndex(value: Expression): boolean {
  return value.op === 'number' || value.op === 'symbol';
}

/** Replaces dots whose neighbours have numbers for indices. */
function written(value: Expression): Expression | undefined {
  if (value.op === 'opaque') return undefined;
  if (!('args' in value)) return value;
  const args: Expression[] = [];
  const dots = value.op === 'add' || value.op === 'multiply' ? around(value.args) : undefined;
  for (const [at, arg] of value.args.entries()) {
    if (dots !== undefined && at === dots.at) {
      const between = terms(dots.first, dots.second, dots.last);
      if (between === undefined) return undefined;
      args.push(...between);
      continue;
    }
    const inner = written(arg);
    if (inner === undefined) return undefined;
    args.push(inner);
  }
  return { ...value, args } as Expression;
}

/** The terms after `second` (or `first`, where it is the only one) and before `last`. */
function terms(
  first: Expression,
  second: Expression | undefined,
  last: Expression,
): Expression[] | undefined {
  const integer = (value: Expression): number | undefined => {
    const exact = exactValue(value);
    return exact !== undefined && exact.den === 1n && exact.num < 10_000n && exact.num > -10_000n
      ? Number(exact.num)
      : undefined;
  };
  let steps: number | undefined;
  const start: number[] = [];
  const ends: number[] = [];
  const alike = differences(first, last, (a, b) => {
    const [x, y] = [integer(a), integer(b)];
    if (x === undefined || y === undefined) return false;
    start.push(x);
    ends.push(y);
    return true;
  });
  if (!alike || start.length === 0) return undefined;
  const stride = new Array<number>(start.length).fill(0);
  if (second === undefined) {
    for (const at of start.keys()) stride[at] = Math.sign((ends[at] as number) - (start[at] as number));
  } else {
    // Where the first two differ, in the order in which the first and the last do.
    const seconds: number[] = [];
    const place = differences(first, second, (a, b) => {
      const y = integer(b);
      if (integer(a) === undefined || y === undefined) return false;
      seconds.push(y);
      return true;
    });
    if (!place || seconds.length !== start.length) return undefined;
    for (const [at, each] of seconds.entries()) stride[at] = each - (start[at] as number);
  }
  for (const [at, step] of stride.entries()) {
    const distance = (ends[at] as number) - (start[at] as number);
    if (step === 0 || distance % step !== 0 || distance / step < 0) return undefined;
    const count = distance / step;
    if (steps !== undefined && steps !== count) return undefined;
    steps = count;
  }
  if (steps === undefined || steps > maxTerms) return undefined;
  const out: Expression[] = [];
  for (let step = second === undefined ? 1 : 2; step < steps; step++)
    out.push(shifted(first, last, stride, step, { at: 0 }));
  return out;
}

/** `first` with its indices moved on. */
function shifted(
  first: Expression,
  last: Expression,
  stride: readonly number[],
  step: number,
  next: { at: number },
): Expression {
  let moved: Expression | undefined;
  if (isIndex(first) && isIndex(last)) {
    differences(first, last, (a) => {
      const value = exactValue(a);
      moved = number(Number(value?.num ?? 0n) + step * (stride[next.at++] as number));
      return true;
    });
    return moved ?? first;
  }
  if (
    first.op !== last.op ||
    !('args' in first) ||
    !('args' in last) ||
    first.args.length !== last.args.length
  ) {
    const value = exactValue(first);
    return number(Number(value?.num ?? 0n) + step * (stride[next.at++] as number));
  }
  return {
    ...first,
    args: first.args.map((arg, at) => shifted(arg, last.args[at] as Expression, stride, step, next)),
  } as Expression;
}
