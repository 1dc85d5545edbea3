/** Sets of reals and inequalities. */
import type { Answer, Inequality } from '../answer/answer.ts';
import { type Piece, type Range, range } from '../answer/ranges.ts';
import { asRange } from '../answer/sets.ts';
import { compareExpressions, compareUpToFactor, type Expression, symbolsOf } from '../expression/index.ts';
import { infinity, negate, subtract } from '../read/build.ts';
import { all, type Comparison, type Context, equal, unequal } from './comparison.ts';
import { expressions } from './expressions.ts';

export function withRange(a: Answer, b: Answer, context: Context): Comparison {
  const [rangeA, rangeB] = [a, b].map((answer) =>
    answer.kind === 'value' && answer.units.length === 0
      ? asRange({ kind: 'set', items: [answer] })
      : answer.kind === 'list'
        ? asRange({ kind: 'set', items: answer.items })
        : asRange(answer),
  ) as [Range | undefined, Range | undefined];
  if (rangeA === undefined || rangeB === undefined) return unequal('a set of reals where none is expected');
  if (rangeA.subject !== undefined && rangeB.subject !== undefined && rangeA.subject !== rangeB.subject) {
    return unequal('another unknown');
  }
  if (context.policy.equations === 'whole' && rangeA.subject !== rangeB.subject)
    return unequal('a condition where a set is expected');
  return compareRanges(rangeA, rangeB, context);
}

function compareRanges(a: Range, b: Range, context: Context): Comparison {
  if (a.pieces.length !== b.pieces.length) return unequal('another set of reals');
  if (a.unordered || b.unordered) {
    const left = [...b.pieces];
    for (const piece of a.pieces) {
      const at = left.findIndex((other) => comparePieces(piece, other, context).outcome === 'equal');
      if (at < 0) return unequal('another set of reals');
      left.splice(at, 1);
    }
    return equal('equal sets of reals');
  }
  return all(
    a.pieces.map((piece, at) => () => comparePieces(piece, b.pieces[at] as Piece, context)),
    'equal sets of reals',
  );
}

function comparePieces(a: Piece, b: Piece, context: Context): Comparison {
  if (a.loClosed !== b.loClosed || a.hiClosed !== b.hiClosed) return unequal('a bound is in one set only');
  return all(
    [
      () => expressions(a.lo, b.lo, context, 'equal bounds'),
      () => expressions(a.hi, b.hi, context, 'equal bounds'),
    ],
    'equal bounds',
  );
}

/** The intervals that an inequality with symbols for bounds (a < x ≤ b, x < a) may mean: those of a symbol that is a side. */
function boundsOf({ sides, closed, unequal: apart }: Inequality): Range[] {
  if (apart || sides.length > 3) return [];
  const inner = sides.length === 3 ? [1] : [0, 1];
  return inner.flatMap((at) => {
    const middle = sides[at] as Expression;
    const [lo, hi] = [sides[at - 1] ?? negate(infinity), sides[at + 1] ?? infinity];
    if (middle.op !== 'symbol' || symbolsOf(lo).has(middle.name) || symbolsOf(hi).has(middle.name)) return [];
    return [range([{ lo, hi, loClosed: closed[at - 1] ?? false, hiClosed: closed[at] ?? false }])];
  });
}

export function withInequality(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind !== 'inequality' || b.kind !== 'inequality') {
    const [relation, other] = a.kind === 'inequality' ? [a, b] : [b as Inequality, a];
    const set = context.policy.equations === 'whole' ? undefined : asRange(other);
    return set !== undefined &&
      boundsOf(relation).some((each) => compareRanges(each, set, context).outcome === 'equal')
      ? equal('equal sets of reals')
      : unequal('an inequality where none is expected');
  }
  if (
    a.sides.length !== b.sides.length ||
    a.unequal !== b.unequal ||
    a.closed.some((closed, at) => closed !== b.closed[at])
  )
    return unequal('another relation');
  if (a.sides.length === 2) {
    const [x, y] = [a, b].map(({ sides }) => subtract(sides[0] as Expression, sides[1] as Expression)) as [
      Expression,
      Expression,
    ];
    const decision = compareUpToFactor(x, y);
    if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule };
    return decision.outcome === 'equal' && (a.unequal || decision.sign === 1)
      ? equal('inequalities equal up to a factor')
      : unequal('another inequality');
  }
  return all(
    a.sides.map((side, at) => () => {
      const decision = compareExpressions(side, b.sides[at] as Expression);
      return { outcome: decision.outcome, rule: `${decision.outcome} sides (${decision.rule})` };
    }),
    'equal chains',
  );
}
