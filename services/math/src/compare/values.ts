/** Numbers and expressions with their units, percent and degree signs. */
import type { Value } from '../answer/answer.ts';
import type { Expression } from '../expression/index.ts';
import { lowestTerms, type Rational } from '../expression/rational.ts';
import { divide, multiply, number } from '../read/build.ts';
import { canonicalUnits } from '../units/conversion.ts';
import { currencies } from '../units/units.ts';
import { type Comparison, type Context, equalByConvention, unequal } from './comparison.ts';
import { expressions, mentionsPi } from './expressions.ts';

export function compareValues(a: Value, b: Value, context: Context): Comparison {
  const { policy } = context;
  const [unitsA, unitsB] = [canonicalUnits(a.units), canonicalUnits(b.units)];
  if (
    unitsA.name !== '' &&
    unitsB.name !== '' &&
    unitsA.name !== unitsB.name &&
    !within(unitsA.name, unitsB.name)
  )
    return unequal('another unit');
  if (policy.units === 'required' && (unitsA.name === '') !== (unitsB.name === ''))
    return unequal('a unit is missing');
  const both = unitsA.name !== '' && unitsA.name === unitsB.name;
  const [x, y] = both ? [scaled(a, unitsA.factor), scaled(b, unitsB.factor)] : [a.value, b.value];
  if (a.percent !== b.percent && (a.percent ? unitsB : unitsA).name !== '') return unequal('another unit');
  if (a.percent && b.percent) return expressions(x, y, context, 'equal percentages');
  if (a.percent || b.percent) return percentages(a.percent ? x : y, a.percent ? y : x, context);
  const result = expressions(x, y, context, 'equal values');
  if (result.outcome === 'equal') return result;
  // 20 °C may be written 20°; 20 radians may not.
  const measured = [unitsA, unitsB].some(({ name }) => name !== '' && !name.startsWith('degree '));
  if ((a.degrees === undefined) !== (b.degrees === undefined) && policy.degrees === 'either' && !measured) {
    const count = (a.degrees ?? b.degrees) as Expression;
    const other = a.degrees === undefined ? x : y;
    if (!mentionsPi(other) && expressions(count, other, context, '').outcome === 'equal')
      return equalByConvention('equal as degrees');
  } else if (a.degrees !== undefined && b.degrees !== undefined) {
    const counts = expressions(a.degrees, b.degrees, context, 'equal angles');
    if (counts.outcome === 'equal') return counts;
  }
  return result;
}

/** `dollar hour` (per hour) against `dollar`: one says more than the other. Of other measures (m/s, m) that is another unit. */
function within(a: string, b: string): boolean {
  const [x, y] = [a.split(' '), b.split(' ')];
  const [shorter, longer] = x.length < y.length ? [x, y] : [y, x];
  return shorter.every((word) => currencyNames.has(word) && longer.includes(word));
}

const currencyNames = new Set(currencies.map(([, name]) => name));

function scaled({ value }: Value, factor: Rational): Expression {
  return factor.num === 1n && factor.den === 1n ? value : multiply(value, number(factor));
}

function percentages(percent: Expression, other: Expression, context: Context): Comparison {
  const share = expressions(hundredth(percent), other, context, 'equal as percentage');
  if (share.outcome === 'equal' || context.policy.percent === 'value') return share;
  const count = expressions(percent, other, context, 'equal as percentage');
  return count.outcome === 'equal' ? equalByConvention('equal with the percent sign left out') : share;
}

/** A numeral of percents as a decimal: rounding sees its digits. */
function hundredth(value: Expression): Expression {
  if (value.op !== 'number' || value.places === undefined) return divide(value, number(100));
  const { num, den } = value.value;
  return number(lowestTerms(num, den * 100n), value.places + 2);
}
