/** Matrices, vectors and ratios. */
import type { Answer, Matrix, Sequence, Value } from '../answer/answer.ts';
import { sameClock } from '../answer/words.ts';
import type { Expression } from '../expression/index.ts';
import { divide } from '../read/build.ts';
import { compare } from './compare.ts';
import { all, type Comparison, type Context, equal, unequal } from './comparison.ts';
import { expressions } from './expressions.ts';
import { ordered } from './sequences.ts';
import { componentsOf } from './vectors.ts';

/** A tuple, a column, or a sum of unit vectors, as a tuple. */
export function asVector(answer: Answer): Sequence | undefined {
  if (answer.kind === 'tuple') return answer;
  const entries =
    answer.kind === 'matrix' && answer.rows.every((row) => row.length === 1)
      ? answer.rows.flat()
      : answer.kind === 'value' && answer.units.length === 0 && !answer.percent
        ? componentsOf(answer.value)
        : undefined;
  return (
    entries && { kind: 'tuple', items: entries.map((value): Value => ({ kind: 'value', value, units: [] })) }
  );
}

export function withMatrix(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'matrix' && b.kind === 'matrix') {
    if (a.rows.length !== b.rows.length || a.rows[0]?.length !== b.rows[0]?.length)
      return unequal('another shape');
    return all(
      a.rows.flatMap((row, i) =>
        row.map(
          (entry, j) => () => expressions(entry, b.rows[i]?.[j] as Expression, context, 'equal entries'),
        ),
      ),
      'equal matrices',
    );
  }
  const [matrix, other] = a.kind === 'matrix' ? [a, b] : [b as Matrix, a];
  const vector =
    matrix.rows.length === 1
      ? matrix.rows[0]
      : matrix.rows[0]?.length === 1
        ? matrix.rows.map((row) => row[0] as Expression)
        : undefined;
  if (vector === undefined || (other.kind !== 'tuple' && other.kind !== 'list' && other.kind !== 'value'))
    return unequal('a matrix where none is expected');
  const items = vector.map((value): Value => ({ kind: 'value', value, units: [] }));
  if (other.kind === 'value')
    return items.length === 1
      ? compare(items[0] as Value, other, context)
      : unequal('a matrix where a value is expected');
  return ordered(items, other.items, context, 'equal vectors');
}

export function withRatio(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'ratio' && b.kind === 'ratio') {
    if (a.clock !== undefined && b.clock !== undefined)
      return sameClock(a.clock, b.clock) ? equal('the same time') : unequal('another time');
    if (/m$/.test(a.clock ?? b.clock ?? '')) return unequal('a time where a ratio is expected');
    if (a.parts.length !== b.parts.length) return unequal('another number of parts');
    const [firstA, firstB] = [a.parts[0] as Expression, b.parts[0] as Expression];
    return all(
      a.parts
        .slice(1)
        .map(
          (part, at) => () =>
            expressions(
              divide(part, firstA),
              divide(b.parts[at + 1] as Expression, firstB),
              context,
              'equal ratios',
            ),
        ),
      'equal ratios',
    );
  }
  const [ratio, other] = a.kind === 'ratio' ? [a, b] : [b, a];
  if (ratio.kind !== 'ratio' || ratio.parts.length !== 2 || other.kind !== 'value')
    return unequal('a ratio where none is expected');
  if (ratio.clock !== undefined && /:00(?: |$)/.test(ratio.clock)) {
    // 3 PM is 3 o'clock.
    const hours = expressions(ratio.parts[0] as Expression, other.value, context, 'equal hours');
    return / [ap]m$/.test(ratio.clock) ? hours : unequal('a time where a value is expected');
  }
  return expressions(
    divide(ratio.parts[0] as Expression, ratio.parts[1] as Expression),
    other.value,
    context,
    'equal as quotient',
  );
}
