/** Units that measure the same thing, by exact factors. */
import type { Rational } from '../expression/rational.ts';

interface Unit {
  readonly dimension: string;
  /** In units of its dimension. */
  readonly factor: Rational;
}

const one: Rational = { num: 1n, den: 1n };

/** Measures as units.ts spells them. US customary lengths and masses are exact in SI (1959 agreement). */
const table = new Map<string, Unit>();
for (const [dimension, units] of Object.entries({
  m: {
    m: '1',
    mm: '1/1000',
    cm: '1/100',
    dm: '1/10',
    km: '1000',
    inch: '127/5000',
    foot: '381/1250',
    yard: '1143/1250',
    mile: '201168/125',
  },
  g: { g: '1', mg: '1/1000', kg: '1000' },
  l: { l: '1', ml: '1/1000', cl: '1/100', dl: '1/10' },
  s: { second: '1', minute: '60', hour: '3600', day: '86400', week: '604800' },
  dollar: { dollar: '1', cent: '1/100' },
  euro: { euro: '1' },
  pound: { pound: '1', ounce: '1/16' },
  yen: { yen: '1' },
  rupee: { rupee: '1' },
  N: { N: '1' },
  J: { J: '1' },
  W: { W: '1' },
  V: { V: '1' },
  radian: { radian: '1' },
  'degree C': { 'degree C': '1', celsius: '1', centigrade: '1' },
  'degree F': { 'degree F': '1', fahrenheit: '1' },
})) {
  for (const [name, factor] of Object.entries(units)) {
    const [num = '1', den = '1'] = factor.split('/');
    table.set(name, { dimension, factor: { num: BigInt(num), den: BigInt(den) } });
  }
}

/** Rates with a name of their own. */
const rates = new Map([
  ['mph', ['mile', 'hour']],
  ['kph', ['km', 'hour']],
]);

/**
 * What a unit's words measure, and by which factor: `cm^2` is 1/10000 m^2. Words that are no measure (`apples`) count
 * things and say nothing.
 */
export function canonicalUnits(words: readonly string[]): {
  readonly factor: Rational;
  readonly name: string;
} {
  if (words.length === 0) return { factor: one, name: '' };
  let factor = one;
  const names: string[] = [];
  const measured = words.flatMap((word) => rates.get(word) ?? [word]);
  for (const word of measured) {
    const [base = '', raised = '1'] = word.split('^');
    const unit = table.get(base);
    if (unit === undefined) continue;
    const exponent = Number(raised);
    for (let at = 0; at < exponent; at++)
      factor = { num: factor.num * unit.factor.num, den: factor.den * unit.factor.den };
    names.push(raised === '1' ? unit.dimension : `${unit.dimension}^${raised}`);
  }
  // A rate is compared as it is written, in its order: which of its measures divides is not in the words.
  if (names.length > 1)
    return {
      factor: one,
      name: [...new Set(measured.filter((word) => table.has(word.split('^')[0] ?? '')))].join(' '),
    };
  return { factor, name: names[0] ?? '' };
}
