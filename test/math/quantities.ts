/** Reference answers with units, bases, letters and words. */
import { converted, type Dice, type Draft, gcd, type Variant, variant } from './draft.ts';

type Generator = (dice: Dice) => Draft;

const bases: Generator = (dice) => {
  const base = dice.int(3, 9);
  const digits = [
    dice.int(1, base - 1),
    ...Array.from({ length: dice.int(1, 5) }, () => dice.int(0, base - 1)),
  ];
  const at = dice.int(1, digits.length - 1);
  const changed = digits.with(at, ((digits[at] ?? 0) + dice.int(1, base - 1)) % base);
  const text = digits.join('');
  return {
    kind: 'number in a base',
    gold: `${text}_{${base}}`,
    rewrites: [variant('unbraced', `${text}_${base}`), variant('parentheses', `(${text})_{${base}}`)],
    mutations: [
      variant('base', `${text}_{${base + 1}}`),
      variant('digit', `${changed.join('')}_{${base}}`),
      variant('digit dropped', `${digits.slice(0, -1).join('')}_{${base}}`),
      variant('digit added', `${text}1_{${base}}`),
    ],
  };
};

/** What may be read as a time of day or of a race: 3:25, 12:30:05. */
function looksLikeTime([, ...rest]: readonly number[]): boolean {
  return rest.every((part) => part >= 10 && part < 60);
}

const ratios: Generator = (dice) => {
  const [a, b] = dice.distinct(2, 1, 30) as [number, number];
  const c = dice.int(1, 30);
  const three = dice.chance(0.4);
  const common = three ? gcd(gcd(a, b), c) : gcd(a, b);
  const values = (three ? [a, b, c] : [a, b]).map((value) => value / common);
  const write = (of: readonly number[], mark = ':') => of.join(mark);
  const scaled = values.map((value) => 3 * value);
  if (looksLikeTime(values)) return ratios(dice);
  return {
    kind: 'ratio',
    gold: write(values),
    rewrites: [
      variant('spaces', write(values, ' : ')),
      looksLikeTime(scaled) ? converted('scaled', write(scaled)) : variant('scaled', write(scaled)),
      variant('colon', write(values, ' \\colon ')),
    ],
    mutations: [
      variant('swapped', write([values[1] ?? 0, values[0] ?? 0, ...values.slice(2)])),
      variant('part', write(values.with(0, (values[0] ?? 0) + 1))),
      variant('part added', write([...values, 77])),
    ],
  };
};

const times: Generator = (dice) => {
  const [hour, minute] = [dice.int(1, 12), dice.int(10, 58)];
  const [half, other] = dice.shuffled(['a', 'p']) as [string, string];
  const upper = half.toUpperCase();
  return {
    kind: 'time of day',
    gold: `${hour}:${minute} \\text{ ${half}.m.}`,
    rewrites: [
      variant('capitals', `${hour}:${minute} \\text{ ${upper}M}`),
      variant('plain', `${hour}:${minute} ${half}.m.`),
      variant('plain capitals', `${hour}:${minute} ${upper}M`),
    ],
    mutations: [
      variant('minute', `${hour}:${minute + 1} \\text{ ${half}.m.}`),
      variant('hour', `${(hour % 12) + 1}:${minute} \\text{ ${half}.m.}`),
      variant('half of the day', `${hour}:${minute} \\text{ ${other}.m.}`),
    ],
  };
};

/** Short and long names, and units of another kind. */
const unitNames: readonly (readonly [short: string, long: string, other: string])[] = [
  ['cm', 'centimeters', 'kg'],
  ['km', 'kilometers', 'm'],
  ['kg', 'kilograms', 'm'],
  ['ft', 'feet', 'inches'],
  ['mph', 'miles per hour', 'km'],
  ['m', 'meters', 'cm'],
  ['mL', 'milliliters', 'kg'],
  ['min', 'minutes', 'hours'],
];

const units: Generator = (dice) => {
  const value = dice.int(2, 900);
  const [short, long, other] = dice.pick(unitNames);
  return {
    kind: 'quantity',
    gold: `${value} \\text{ ${short}}`,
    rewrites: [
      variant('tight', `${value}\\text{${short}}`),
      variant('mathrm', `${value}\\,\\mathrm{${short}}`),
      variant('spelled out', `${value} \\text{ ${long}}`),
      variant('plain', `${value} ${short}`),
      variant('plain, spelled out', `${value} ${long}`),
      variant('decimal', `${value}.0 \\text{ ${short}}`),
    ],
    mutations: [
      variant('number', `${value + 1} \\text{ ${short}}`),
      variant('other unit', `${value} \\text{ ${other}}`),
      variant('sign', `-${value} \\text{ ${short}}`),
      variant('digit added', `${value}${dice.int(0, 9)} \\text{ ${long}}`),
    ],
  };
};

const areas: Generator = (dice) => {
  const value = dice.int(2, 900);
  const [short, long] = dice.pick([
    ['cm', 'centimeters'],
    ['m', 'meters'],
    ['ft', 'feet'],
    ['km', 'kilometers'],
  ] as const);
  return {
    kind: 'area',
    gold: `${value} \\text{ ${short}}^2`,
    rewrites: [
      variant('braces', `${value} \\text{ ${short}}^{2}`),
      variant('mathrm', `${value}\\,\\mathrm{${short}}^2`),
      variant('spelled out', `${value} \\text{ square ${long}}`),
      variant('plain', `${value} square ${long}`),
    ],
    mutations: [
      variant('number', `${value + 1} \\text{ ${short}}^2`),
      variant('cubed', `${value} \\text{ ${short}}^3`),
      variant('other unit', `${value} \\text{ kg}`),
    ],
  };
};

const money: Generator = (dice) => {
  const [whole, cents] = [dice.int(1, 900), dice.int(10, 98)];
  const amount = `${whole}.${cents}`;
  return {
    kind: 'currency',
    gold: `\\$${amount}`,
    rewrites: [
      variant('dollars', `${amount} dollars`),
      variant('text', `${amount} \\text{ dollars}`),
      variant('text dollar', `\\text{\\$}${amount}`),
    ],
    mutations: [
      variant('cents', `\\$${whole}.${cents + 1}`),
      variant('whole', `\\$${whole + 1}.${cents}`),
      variant('cents dropped', `\\$${whole}`),
      variant('euros', `${amount} \\text{ euros}`),
    ],
  };
};

const percents: Generator = (dice) => {
  const value = `${dice.int(1, 99)}${dice.pick(['', '.5', '.25'])}`;
  return {
    kind: 'percent',
    gold: `${value}\\%`,
    rewrites: [
      variant('plain', `${value}%`),
      variant('word', `${value} percent`),
      variant('text', `${value} \\text{ percent}`),
      variant('space', `${value} \\%`),
    ],
    mutations: [
      variant('number', `${Number(value) + 1}\\%`),
      variant('tenth', `${Number(value) / 10}\\%`),
      variant('sign', `-${value}\\%`),
      variant('tenfold', `${Number(value) * 10}\\%`),
    ],
  };
};

const degrees: Generator = (dice) => {
  const value = dice.int(1, 23) * 15;
  const common = gcd(value, 180);
  const [top, bottom] = [value / common, 180 / common];
  const radians = bottom === 1 ? `${top}\\pi` : `\\frac{${top}\\pi}{${bottom}}`;
  return {
    kind: 'degrees',
    gold: `${value}^\\circ`,
    rewrites: [
      variant('braces', `${value}^{\\circ}`),
      variant('sign', `${value}°`),
      variant('word', `${value} degrees`),
      variant('text', `${value} \\text{ degrees}`),
      variant('radians', radians),
    ],
    mutations: [
      variant('number', `${value + 1}^\\circ`),
      variant('half', `${value / 2}^\\circ`),
      variant('negative', `-${value}^\\circ`),
      variant('other radians', `\\frac{${top}\\pi}{${bottom + 1}}`),
    ],
  };
};

const choices: Generator = (dice) => {
  const [right = 'A', ...wrong] = dice.shuffled(['A', 'B', 'C', 'D', 'E']);
  return {
    kind: 'choice',
    gold: right,
    style: 'plain',
    rewrites: [
      variant('parentheses', `(${right})`),
      variant('text', `\\text{${right}}`),
      variant('bold', `\\textbf{(${right})}`),
      variant('period', `${right}.`),
      variant('closing parenthesis', `${right})`),
    ],
    mutations: wrong.flatMap((letter): Variant[] => [
      variant('letter', letter),
      variant('letter as text', `\\text{(${letter})}`),
    ]),
  };
};

const vocabulary = [
  ['east', 'west', 'north', 'south'],
  ['even', 'odd', 'neither'],
  ['Monday', 'Tuesday', 'Friday'],
  ['increasing', 'decreasing', 'constant'],
  ['Alice', 'Bob', 'Carol', 'Dave'],
  ['yes', 'no'],
  ['parabola', 'ellipse', 'hyperbola', 'circle'],
  ['acute', 'obtuse', 'right'],
] as const;

const words: Generator = (dice) => {
  const [right = '', ...wrong] = dice.shuffled(dice.pick(vocabulary));
  return {
    kind: 'word',
    gold: `\\text{${right}}`,
    style: 'plain',
    rewrites: [
      variant('plain', right),
      variant('spaces', `\\text{ ${right} }`),
      variant('bold', `\\textbf{${right}}`),
      variant('mathrm', `\\mathrm{${right}}`),
      variant('mbox', `\\mbox{${right}}`),
    ],
    mutations: wrong.flatMap((word): Variant[] => [
      variant('word', `\\text{${word}}`),
      variant('plain word', word),
      variant('negated', `\\text{not ${right}}`),
    ]),
  };
};

export const quantities: readonly Generator[] = [
  bases,
  ratios,
  times,
  units,
  areas,
  money,
  percents,
  degrees,
  choices,
  words,
];
