/** What may follow or precede a number without changing it: currencies, measures, counted things. */

/** Currency signs and codes that may stand before a number. Longest first. */
export const currencies: readonly (readonly [string, string])[] = [
  ['US$', 'dollar'],
  ['USD', 'dollar'],
  ['EUR', 'euro'],
  ['GBP', 'pound'],
  ['Rs.', 'rupee'],
  ['Rs', 'rupee'],
  ['$', 'dollar'],
  ['€', 'euro'],
  ['£', 'pound'],
  ['¥', 'yen'],
  ['₹', 'rupee'],
];

/** Spellings of measures, and the one that stands for all: words without plural, symbols as they are. */
const measures = new Map<string, string>();
for (const [name, spellings] of Object.entries({
  m: 'meter metre',
  mm: 'millimeter millimetre',
  cm: 'centimeter centimetre',
  cl: '',
  dl: '',
  dm: '',
  km: 'kilometer kilometre kms',
  g: 'gram',
  mg: 'milligram',
  kg: 'kilogram kilo kgs',
  ml: 'mL milliliter millilitre',
  l: 'L liter litre',
  inch: 'in inches',
  foot: 'ft feet',
  yard: 'yd yds',
  mile: 'mi',
  pound: 'lb lbs GBP',
  ounce: 'oz',
  second: 's sec secs',
  minute: 'min mins',
  hour: 'h hr hrs',
  mph: '',
  kph: 'kmh kmph',
  dollar: 'USD buck',
  euro: 'EUR',
  cent: '¢',
  degree: 'deg',
  radian: 'rad',
  '%': 'percent percentage pct',
  N: 'newton',
  J: 'joule',
  W: 'watt',
  V: 'volt',
})) {
  measures.set(name, name);
  for (const spelling of spellings.split(' ')) if (spelling !== '') measures.set(spelling, name);
}

/** Words that multiply. */
const scales = new Map([
  ['hundred', 2],
  ['thousand', 3],
  ['million', 6],
  ['billion', 9],
  ['trillion', 12],
]);

/** Words after a number that make it another number, or one of several: then it is no quantity. */
const changing = new Set(
  `or and plus minus times multiplied divided over to through thru until between than squared cubed factorial root
   sqrt pi choose mod modulo if when unless otherwise where except but not half halves third thirds fourth fourths
   fifth fifths sixth sixths seventh sevenths eighth eighths ninth ninths tenth tenths hundredth hundredths thousandth
   thousandths sin cos tan cot csc log ln exp lim max gcd lcm base is are was were equals by x`.split(/\s+/),
);

/** Words of other scripts that deny what stands before them. */
const denial = /아니|않|ではな|じゃな|नहीं|不是|不对|错|ليس|לא/;

/** Words that say nothing of the unit. */
const idle = new Set(
  'per a an each every the of in on for at this that us total altogether only exactly more less'.split(' '),
);

export interface Quantity {
  /** Words of the unit in one spelling; empty: none. */
  readonly units: readonly string[];
  /** Power of ten that its words stand for (`million`: 6). */
  readonly exponent: number;
}

const maxLength = 80;

/** Separator, word, power: ` per`, `-inch`, ` cm^{2}`. */
const wordPattern = /([ /-]*)([%°€£¥₹$¢]|\p{L}+)(?: ?\^\{([23])\})?/uy;
const powers = new Map([
  ['square', '^2'],
  ['sq', '^2'],
  ['cubic', '^3'],
]);

/**
 * What follows a number: `cm`, ` dollars per hour`, `%`, ` million people`. Undefined where it is no unit, so that
 * the number in front of it is not the answer. `text` is a normal form.
 */
export function readQuantity(text: string): Quantity | undefined {
  if (text.length > maxLength) return undefined;
  const units: string[] = [];
  let exponent = 0;
  let power = '';
  wordPattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = wordPattern.lastIndex) {
    const [, separator = '', word = '', raised] = wordPattern.exec(text) ?? [];
    if (word === '') return undefined;
    const lower = word.toLowerCase();
    const scale = units.length === 0 ? scales.get(lower) : undefined;
    const adjective = powers.get(lower);
    const measure = measureOf(word, wordPattern.lastIndex === text.length);
    if (changing.has(lower) || denial.test(word)) return undefined;
    if (scale !== undefined) exponent += scale;
    else if (adjective !== undefined) power = adjective;
    else {
      if (at === 0 ? isVariable(word, separator, measure) : !continues(word, separator, measure))
        return undefined;
      if (measure !== undefined || !idle.has(lower)) {
        units.push((measure ?? singular(lower)) + (raised === undefined ? power : `^${raised}`));
        power = '';
      }
    }
  }
  return power === '' ? { units, exponent } : undefined;
}

/**
 * The number's neighbour may be a variable. Letters that touch the number are (5x), and short words (5 ab), unless
 * they name a measure (5cm, 5 m); only measures are joined by a hyphen (6-inch).
 */
function isVariable(word: string, separator: string, measure: string | undefined): boolean {
  if (!/[\p{Script=Latin}\p{Script=Greek}%°€£¥₹$¢]/u.test(word)) return false;
  if (separator === ' ') {
    return measure === undefined && (word.length < 2 || (word.length < 3 && !idle.has(word.toLowerCase())));
  }
  const single = /^\p{L}$/u.test(word);
  return (separator !== '' && separator !== '-') || measure === undefined || single;
}

/** A further word of a unit: `km/h`, `man-hours`, `dollars a day`; no `- n`. */
function continues(word: string, separator: string, measure: string | undefined): boolean {
  return (
    (separator === '-' || !separator.includes('-')) &&
    (measure !== undefined || word === 'a' || word.length > 1)
  );
}

/** The spelling that stands for a measure. `in` is the inch only at the end: 18 in total. */
function measureOf(word: string, last: boolean): string | undefined {
  if (word === 'in' && !last) return undefined;
  return symbol(word) ?? measures.get(word) ?? measures.get(singular(word.toLowerCase()));
}

function symbol(word: string): string | undefined {
  if (word === '%') return '%';
  if (word === '°') return 'degree';
  if (word === '¢') return 'cent';
  return currencies.find(([sign]) => sign === word)?.[1];
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
