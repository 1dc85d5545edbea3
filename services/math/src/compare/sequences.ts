/** Lists, sets and tuples. */
import type { Answer, Sequence } from '../answer/answer.ts';
import { isConstant } from '../answer/contents.ts';
import { keyOfAnswer } from '../classes.ts';
import { exactValue } from '../expression/index.ts';
import { compare } from './compare.ts';
import { all, type Comparison, type Context, equal, equalByConvention, unequal } from './comparison.ts';

export function isSequence(answer: Answer): answer is Sequence {
  return answer.kind === 'list' || answer.kind === 'set' || answer.kind === 'tuple';
}

export function asSequence(answer: Answer): Sequence {
  return isSequence(answer) ? answer : { kind: 'list', items: [answer] };
}

/** 1,22 as 1.22, where the other side is a number. */
export function decimalComma(a: Answer, b: Answer): Comparison | undefined {
  if (a.kind !== 'list' || a.items.length !== 2 || b.kind !== 'value') return undefined;
  const [whole, part] = a.items.map((item) =>
    item.kind === 'value' &&
    item.value.op === 'number' &&
    item.value.places === undefined &&
    item.value.value.den === 1n
      ? String(item.value.value.num)
      : undefined,
  );
  if (whole === undefined || part === undefined || part.startsWith('-')) return undefined;
  const value = exactValue(b.value);
  if (value === undefined) return undefined;
  for (const zeros of ['', '0', '00', '000']) {
    const digits = `${zeros}${part}`;
    const num = BigInt(whole.replace('-', '') + digits) * (whole.startsWith('-') ? -1n : 1n);
    if (num * value.den === value.num * 10n ** BigInt(digits.length))
      return equalByConvention('equal with a decimal comma');
  }
  return undefined;
}

/** Whether items are in an order: those of tuples, and values that the other side names one by one. */
function isOrdered(a: Sequence, b: Sequence, { policy }: Context): boolean {
  if (a.kind === 'tuple' || b.kind === 'tuple') return true;
  if (a.kind === 'set' || b.kind === 'set') return false;
  if (policy.order === 'lists') return true;
  return distinctNames(a) !== distinctNames(b);
}

/** The items are x = …, y = … with names of their own. */
function distinctNames({ items }: Sequence): boolean {
  const names = items.map((item) => (item.kind === 'equation' ? item.label?.name : undefined));
  const letters = new Set(names.map((name) => name?.replace(/_\{.*\}$/, '')));
  return !names.includes(undefined) && names.length > 1 && letters.size === names.length;
}

export function compareSequences(a: Sequence, b: Sequence, context: Context): Comparison {
  const { policy } = context;
  if (a.label !== undefined && b.label !== undefined && a.label.name !== b.label.name)
    return unequal('another unknown');
  const [x, y] = [unwrapped(a, b), unwrapped(b, a)];
  if (policy.brackets === 'required') {
    if (
      x.kind === 'tuple' &&
      y.kind === 'tuple' &&
      (x.open !== y.open || x.close !== y.close) &&
      x.items.length === y.items.length
    )
      return unequal('other brackets');
    if ((x.kind === 'set' && y.kind === 'tuple') || (x.kind === 'tuple' && y.kind === 'set'))
      return unequal('a set against a tuple');
  }
  if ([...x.items, ...y.items].some((item) => item.kind === 'value' && item.value.op === 'opaque'))
    return progressions(x, y, context);
  if (isOrdered(x, y, context)) return ordered(x.items, y.items, context, 'equal tuples');
  return unordered(x, y, context);
}

/** The one tuple in a list or set, where the other side is a tuple of several. */
function unwrapped(a: Sequence, other: Sequence): Sequence {
  const [only] = a.items;
  return (a.kind === 'list' || (a.kind === 'set' && only?.kind === 'tuple')) &&
    a.items.length === 1 &&
    only !== undefined &&
    isSequence(only) &&
    other.items.length !== 1
    ? only
    : a;
}

export function ordered(
  a: readonly Answer[],
  b: readonly Answer[],
  context: Context,
  rule: string,
): Comparison {
  if (a.length !== b.length) return unequal('another number of items');
  return all(
    a.map((item, at) => () => compare(item, b[at] as Answer, context)),
    rule,
  );
}

/** 1, 3, …: a single number before dots goes on with the next one. */
function skips([first, second]: readonly Answer[], head: number): boolean {
  if (head < 2 || first?.kind !== 'value' || second?.kind !== 'value') return false;
  const [x, y] = [exactValue(first.value), exactValue(second.value)];
  if (x === undefined || y === undefined) return false;
  return y.num * x.den - x.num * y.den !== x.den * y.den;
}

/** 1, 2, …, n: what stands before the dots may be written out further on one side. */
function progressions(a: Sequence, b: Sequence, context: Context): Comparison {
  const dots = (item: Answer) => item.kind === 'value' && item.value.op === 'opaque';
  const [atA, atB] = [a.items.findIndex(dots), b.items.findIndex(dots)];
  if (atA < 0 || atB < 0) return unequal('an ellipsis on one side only');
  const head = Math.min(atA, atB);
  const tails = [a.items.slice(atA + 1), b.items.slice(atB + 1)] as const;
  if (head === 0 || tails[0].length !== tails[1].length) return unequal('another sequence');
  if (head === 1 && [a, b].some(({ items }) => skips(items, Math.max(atA, atB))))
    return unequal('another sequence');
  const pairs = [
    ...a.items.slice(0, head).map((item, at) => [item, b.items[at] as Answer] as const),
    ...tails[0].map((item, at) => [item, tails[1][at] as Answer] as const),
  ];
  return all(
    pairs.map(
      ([x, y]) =>
        () =>
          compare(x, y, context),
    ),
    'equal sequences',
  );
}

/** Most items without a partner that are compared one with another. */
const maxUnmatched = 40;

function unordered(a: Sequence, b: Sequence, context: Context): Comparison {
  const set = a.kind === 'set' || b.kind === 'set';
  const [x, y] = [a, b].map((sequence) => {
    // Solutions that are tuples are as good once as twice; values may be double roots.
    const solutions = sequence.items.every(({ kind }) => kind === 'tuple');
    return (set && sequence.kind === 'set') || solutions ? distinct(sequence.items) : [...sequence.items];
  }) as [Answer[], Answer[]];
  if (x.length !== y.length) return unequal('another number of items');
  const rest = new Map<string, Answer[]>();
  for (const item of y) {
    const key = keyOfAnswer(item);
    const same = rest.get(key);
    if (same === undefined) rest.set(key, [item]);
    else same.push(item);
  }
  const unmatched = x.filter((item) => {
    const same = rest.get(keyOfAnswer(item));
    const at =
      same?.findIndex(
        (other) =>
          (isConstant(item) && isConstant(other)) || compare(item, other, context).outcome === 'equal',
      ) ?? -1;
    return at < 0 || same?.splice(at, 1) === undefined;
  });
  const left = [...rest.values()].flat();
  if (unmatched.length > maxUnmatched) return unequal('other items');
  let undecided: Comparison | undefined;
  let rule = 'equal items';
  for (const item of unmatched) {
    let found = -1;
    for (const [at, other] of left.entries()) {
      const result = compare(item, other, context);
      if (result.outcome === 'equal') {
        rule = result.rule;
        found = at;
        break;
      }
      if (result.outcome === 'undecided') undecided ??= { outcome: 'undecided', rule: result.rule };
    }
    if (found < 0) return undecided ?? unequal('another item');
    left.splice(found, 1);
  }
  return equal(rule);
}

function distinct(items: readonly Answer[]): Answer[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOfAnswer(item);
    return !seen.has(key) && seen.add(key);
  });
}
