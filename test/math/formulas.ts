/** Reference answers with variables. */
import {
  type Dice,
  type Draft,
  evaluate,
  plus,
  polynomial,
  product,
  sum,
  times,
  type Variant,
  variant,
  type Worth,
} from './draft.ts';

type Generator = (dice: Dice) => Draft;

const { sin, cos, exp, log, sqrt } = Math;

/** Coefficients of a polynomial, the first and the last one not zero. */
function coefficients(dice: Dice, degree: number, most = 9): number[] {
  const inner = Array.from({ length: degree - 1 }, () => dice.int(-most, most));
  return [dice.nonzero(most), ...inner, dice.nonzero(most)];
}

function inX(values: readonly number[]): Worth {
  return (x) => [evaluate(values, x)];
}

/** One coefficient changed, a sign flipped, an exponent moved, a term dropped. */
function polynomialFaults(dice: Dice, values: readonly number[], name: string): Variant[] {
  const at = dice.int(0, values.length - 1);
  const changed = values.with(at, (values[at] as number) + dice.nonzero(3));
  const flipped = values.with(0, -(values[0] as number));
  const dropped = values.with(values.length - 1, 0);
  const raised = [...values.slice(0, -1), 0, ...values.slice(-1)];
  const other = name === 'x' ? 'y' : 'x';
  return [
    variant('coefficient', polynomial(changed, name), inX(changed)),
    variant('sign of the first', polynomial(flipped, name), inX(flipped)),
    variant('constant dropped', polynomial(dropped, name), inX(dropped)),
    variant('exponents raised', polynomial(raised, name), inX(raised)),
    variant('other variable', polynomial(values, other), (x, y) => [evaluate(values, name === 'x' ? y : x)]),
    variant('plus a little', `${polynomial(values, name)} + 10^{-12}`),
  ];
}

const expanded: Generator = (dice) => {
  const values = coefficients(dice, dice.int(1, 4));
  const name = dice.pick(['x', 'n', 't', 'a', 'm']);
  const worth = inX(values);
  const degree = values.length - 1;
  const terms = values.map((value, at) => sum([[value, powerOf(name, degree - at)]]));
  const horner = values.slice(1).reduce((text, value) => `(${text})${name} ${plus(value)}`, `${values[0]}`);
  return {
    kind: 'polynomial',
    gold: polynomial(values, name),
    worth,
    rewrites: [
      variant(
        'reversed',
        terms
          .toReversed()
          .map((term) => `(${term})`)
          .join(' + '),
        worth,
      ),
      variant('nested', horner, worth),
      variant('factor', `2 \\left( ${terms.map((term) => `\\frac{${term}}{2}`).join(' + ')} \\right)`, worth),
      variant(
        'negated twice',
        `-(${polynomial(
          values.map((value) => -value),
          name,
        )})`,
        worth,
      ),
      variant(
        'dots',
        terms.map((term) => `(${term.replace(/(\d)([a-z])/, '$1 \\cdot $2')})`).join(' + '),
        worth,
      ),
    ],
    mutations: polynomialFaults(dice, values, name),
  };
};

function powerOf(name: string, exponent: number): string {
  if (exponent === 0) return '';
  return exponent === 1 ? name : `${name}^{${exponent}}`;
}

const factored: Generator = (dice) => {
  const roots = Array.from({ length: dice.int(2, 3) }, () => dice.nonzero(9));
  const lead = dice.nonzero(4);
  const values = roots.reduce((all, root) => product(all, [1, -root]), [lead]);
  const factors = roots.map((root) => `(x ${plus(-root)})`);
  const front = lead === 1 ? '' : lead === -1 ? '-' : `${lead}`;
  const worth = inX(values);
  return {
    kind: 'product of factors',
    gold: front + factors.join(''),
    worth,
    rewrites: [
      variant('expanded', polynomial(values), worth),
      variant('reordered', front + factors.toReversed().join(''), worth),
      variant('dots', [`${lead}`, ...factors].join(' \\cdot '), worth),
      variant(
        'two signs turned',
        [`${lead}`, ...roots.slice(2).map((root) => `(x ${plus(-root)})`)].join('') +
          roots
            .slice(0, 2)
            .map((root) => `(${root} - x)`)
            .join(''),
        worth,
      ),
    ],
    mutations: polynomialFaults(dice, values, 'x'),
  };
};

const twoVariables: Generator = (dice) => {
  const [a, b] = [dice.int(1, 9), dice.nonzero(9)];
  const c = dice.nonzero(9);
  const base = sum([
    [a, 'x'],
    [b, 'y'],
  ]);
  const worth: Worth = (x, y) => [(a * x + b * y) ** 2 + c * x * y];
  const write = (p: number, q: number, r: number) =>
    sum([
      [p, 'x^2'],
      [q, 'xy'],
      [r, 'y^2'],
    ]);
  const of =
    (p: number, q: number, r: number): Worth =>
    (x, y) => [p * x * x + q * x * y + r * y * y];
  const [p, q, r] = [a * a, 2 * a * b + c, b * b];
  return {
    kind: 'polynomial in two variables',
    gold: write(p, q, r),
    worth,
    rewrites: [
      variant('square', `(${base})^2 ${plus(c, times(Math.abs(c), 'xy'))}`, worth),
      variant(
        'commuted',
        sum([
          [r, 'y^2'],
          [q, 'yx'],
          [p, 'x^2'],
        ]),
        worth,
      ),
      variant(
        'braces',
        sum([
          [p, 'x^{2}'],
          [q, 'x y'],
          [r, 'y^{2}'],
        ]),
        worth,
      ),
    ],
    mutations: [
      variant('names swapped', write(r, q, p), of(r, q, p)),
      variant('coefficient', write(p, q + 1, r), of(p, q + 1, r)),
      variant('sign', write(p, q, -r), of(p, q, -r)),
      variant('square of the sum', `(${base})^2`, of(p, q - c, r)),
      variant(
        'term dropped',
        sum([
          [p, 'x^2'],
          [r, 'y^2'],
        ]),
        of(p, 0, r),
      ),
    ],
  };
};

const quotient: Generator = (dice) => {
  const [a, b, c, d, k] = [
    dice.nonzero(9),
    dice.nonzero(9),
    dice.int(1, 9),
    dice.nonzero(9),
    dice.nonzero(9),
  ];
  const line = (m: number, n: number) => polynomial([m, n]);
  const of =
    (p: number, q: number, r: number, s: number): Worth =>
    (x) => [(p * x + q) / (r * x + s)];
  const worth = of(a, b, c, d);
  const wide = (m: number, n: number) => polynomial(product([m, n], [1, k]));
  return {
    kind: 'rational function',
    gold: `\\frac{${line(a, b)}}{${line(c, d)}}`,
    worth,
    rewrites: [
      variant('slash', `(${line(a, b)})/(${line(c, d)})`, worth),
      variant('widened', `\\frac{${wide(a, b)}}{${wide(c, d)}}`, worth),
      variant('negated twice', `\\frac{${line(-a, -b)}}{${line(-c, -d)}}`, worth),
      variant(
        'split',
        `\\frac{${sum([[a, 'x']])}}{${line(c, d)}} ${plus(b, `\\frac{${Math.abs(b)}}{${line(c, d)}}`)}`,
        worth,
      ),
      variant('negative power', `(${line(a, b)})(${line(c, d)})^{-1}`, worth),
    ],
    mutations: [
      variant('upside down', `\\frac{${line(c, d)}}{${line(a, b)}}`, of(c, d, a, b)),
      variant('numerator', `\\frac{${line(a, b + 1)}}{${line(c, d)}}`, of(a, b + 1, c, d)),
      variant('denominator', `\\frac{${line(a, b)}}{${line(c + 1, d)}}`, of(a, b, c + 1, d)),
      variant('sign', `-\\frac{${line(a, b)}}{${line(c, d)}}`, of(-a, -b, c, d)),
      variant('only the numerator', line(a, b), of(a, b, 0, 1)),
      variant('other variable', `\\frac{${polynomial([a, b], 'y')}}{${polynomial([c, d], 'y')}}`, (_, y) =>
        worth(y, 0),
      ),
    ],
  };
};

const roots: Generator = (dice) => {
  const [a, b] = [dice.int(2, 20), dice.int(2, 9)];
  const [gold, worth, equal] = dice.pick<readonly [string, Worth, string]>([
    [`\\sqrt{x^2 + ${a}}`, (x) => [sqrt(x * x + a)], `(${a} + x^2)^{1/2}`],
    [`${b}\\sqrt{${a} x}`, (x) => [b * sqrt(a * x)], `\\sqrt{${a * b * b} x}`],
    [`\\sqrt{\\frac{${a}}{x}}`, (x) => [sqrt(a / x)], `\\frac{\\sqrt{${a}}}{\\sqrt{x}}`],
    [`\\frac{${b}}{\\sqrt{x + ${a}}}`, (x) => [b / sqrt(x + a)], `\\frac{${b}\\sqrt{x + ${a}}}{x + ${a}}`],
    [`\\sqrt[3]{x^2 + ${a}}`, (x) => [Math.cbrt(x * x + a)], `(x^2 + ${a})^{\\frac{1}{3}}`],
  ]);
  const one = gold.replace(`${a}`, `${a + 1}`);
  return {
    kind: 'root with a variable',
    gold,
    worth,
    rewrites: [
      variant('other form', equal, worth),
      variant('halves', `\\frac{${gold}}{2} + \\frac{${gold}}{2}`, worth),
      variant('one times', `1 \\cdot ${gold}`, worth),
    ],
    mutations: [
      variant('number', one),
      variant('sign', `-${gold}`, (x, y) => worth(x, y).map((value) => -value)),
      variant('squared', `(${gold})^2`, (x, y) => worth(x, y).map((value) => value ** 2)),
      variant('other variable', gold.replace('x', 'y'), (_, y) => worth(y, 0)),
      variant('plus one', `${gold} + 1`, (x, y) => worth(x, y).map((value) => value + 1)),
    ],
  };
};

/** Identities: a text, equal ones, different ones, each with what it is worth. */
type Identity = readonly [
  gold: string,
  worth: Worth,
  equal: readonly string[],
  different: readonly (readonly [string, Worth])[],
];

function fromIdentity(kind: string, [gold, worth, equal, different]: Identity): Draft {
  return {
    kind,
    gold,
    worth,
    rewrites: equal.map((text) => variant('identity', text, worth)),
    mutations: [
      ...different.map(([text, own]) => variant('other formula', text, own)),
      variant('plus one', `${gold} + 1`, (x, y) => worth(x, y).map((value) => value + 1)),
      variant('sign', `-(${gold})`, (x, y) => worth(x, y).map((value) => -value)),
      variant('other variable', gold.replaceAll(/\bx\b|(?<=\d)x/g, 'y'), (x, y) => worth(y, x)),
    ],
  };
}

const trigonometric: Generator = (dice) => {
  const a = dice.int(2, 9);
  const k = dice.int(2, 5);
  return fromIdentity(
    'trigonometric formula',
    dice.pick<Identity>([
      [
        '\\sin^2 x',
        (x) => [sin(x) ** 2],
        ['1 - \\cos^2 x', '(\\sin x)^2', '\\frac{1 - \\cos 2x}{2}', '\\sin^{2}(x)'],
        [
          ['\\cos^2 x', (x) => [cos(x) ** 2]],
          ['\\sin x^2', (x) => [sin(x * x)]],
          ['\\sin 2x', (x) => [sin(2 * x)]],
        ],
      ],
      [
        `${a}\\sin 2x`,
        (x) => [a * sin(2 * x)],
        [`${2 * a}\\sin x\\cos x`, `${a}\\sin(2x)`, `${2 * a}\\cos(x)\\sin(x)`],
        [
          [`${2 * a}\\sin x`, (x) => [2 * a * sin(x)]],
          [`${a}\\cos 2x`, (x) => [a * cos(2 * x)]],
          [`${a}\\sin 3x`, (x) => [a * sin(3 * x)]],
        ],
      ],
      [
        `\\tan ${k}x`,
        (x) => [Math.tan(k * x)],
        [`\\frac{\\sin ${k}x}{\\cos ${k}x}`, `\\tan(${k}x)`, `\\frac{1}{\\cot ${k}x}`],
        [
          [`\\cot ${k}x`, (x) => [1 / Math.tan(k * x)]],
          [`\\tan ${k + 1}x`, (x) => [Math.tan((k + 1) * x)]],
          [`${k}\\tan x`, (x) => [k * Math.tan(x)]],
        ],
      ],
      [
        `\\cos 2x + ${a}`,
        (x) => [cos(2 * x) + a],
        [`2\\cos^2 x + ${a - 1}`, `${a + 1} - 2\\sin^2 x`, `${a} + \\cos^2 x - \\sin^2 x`],
        [
          [`2\\cos^2 x + ${a}`, (x) => [2 * cos(x) ** 2 + a]],
          [`2\\cos x + ${a}`, (x) => [2 * cos(x) + a]],
        ],
      ],
      [
        `${a}\\cos(${k}x + \\frac{\\pi}{3})`,
        (x) => [a * cos(k * x + Math.PI / 3)],
        [
          `${a}\\sin(\\frac{\\pi}{6} - ${k}x)`,
          `${a}\\cos\\left(\\frac{\\pi}{3} + ${k}x\\right)`,
          `-${a}\\cos(${k}x - \\frac{2\\pi}{3})`,
        ],
        [
          [`${a}\\cos(${k}x - \\frac{\\pi}{3})`, (x) => [a * cos(k * x - Math.PI / 3)]],
          [`${a}\\sin(${k}x + \\frac{\\pi}{3})`, (x) => [a * sin(k * x + Math.PI / 3)]],
        ],
      ],
      [
        '\\sec^2 x',
        (x) => [1 / cos(x) ** 2],
        ['1 + \\tan^2 x', '\\frac{1}{\\cos^2 x}', '\\tan^2(x) + 1'],
        [
          ['\\csc^2 x', (x) => [1 / sin(x) ** 2]],
          ['\\tan^2 x', (x) => [Math.tan(x) ** 2]],
        ],
      ],
    ]),
  );
};

const exponential: Generator = (dice) => {
  const a = dice.int(2, 9);
  const b = dice.int(2, 7);
  return fromIdentity(
    'exponential or logarithm',
    dice.pick<Identity>([
      [
        `e^{x + ${a}}`,
        (x) => [exp(x + a)],
        [`e^{${a}} e^x`, `e^x \\cdot e^{${a}}`, `\\exp(x + ${a})`],
        [
          [`e^x + ${a}`, (x) => [exp(x) + a]],
          [`${a}e^x`, (x) => [a * exp(x)]],
          [`e^{x - ${a}}`, (x) => [exp(x - a)]],
        ],
      ],
      [
        `${a}e^{-${b}x}`,
        (x) => [a * exp(-b * x)],
        [`\\frac{${a}}{e^{${b}x}}`, `${a} \\cdot (e^{-x})^{${b}}`, `${a} \\exp(-${b}x)`],
        [
          [`${a}e^{${b}x}`, (x) => [a * exp(b * x)]],
          [`${a}e^{-${b + 1}x}`, (x) => [a * exp(-(b + 1) * x)]],
        ],
      ],
      [
        `${a}^{x + 1}`,
        (x) => [a ** (x + 1)],
        [`${a} \\cdot ${a}^x`, `${a}^{1 + x}`, `${a * a} \\cdot ${a}^{x - 1}`],
        [
          [`${a}^x + 1`, (x) => [a ** x + 1]],
          [`${a + 1}^{x + 1}`, (x) => [(a + 1) ** (x + 1)]],
          [`(x + 1)^{${a}}`, (x) => [(x + 1) ** a]],
        ],
      ],
      [
        `\\ln(${a}x)`,
        (x) => [log(a * x)],
        [`\\ln ${a} + \\ln x`, `\\ln x + \\ln ${a}`, `\\frac{1}{2}\\ln(${a * a}x^2)`],
        [
          [`${a}\\ln x`, (x) => [a * log(x)]],
          [`\\ln(x + ${a})`, (x) => [log(x + a)]],
          [`\\ln(${a}x^2)`, (x) => [log(a * x * x)]],
        ],
      ],
      [
        `\\log_{${b}} x`,
        (x) => [log(x) / log(b)],
        [`\\frac{\\ln x}{\\ln ${b}}`, `\\log_{${b}}(x)`, `\\frac{1}{2}\\log_{${b}} x^2`],
        [
          [`\\log_{${b + 1}} x`, (x) => [log(x) / log(b + 1)]],
          [`\\log_x ${b}`, (x) => [log(b) / log(x)]],
          ['\\ln x', (x) => [log(x)]],
        ],
      ],
    ]),
  );
};

const sequence: Generator = (dice) => {
  const [a, b] = [dice.int(2, 9), dice.int(1, 9)];
  const [gold = '', ...equal] = dice.pick<readonly string[]>([
    ['\\frac{n(n+1)}{2}', '\\frac{n^2 + n}{2}', '\\frac{1}{2}n(n+1)', '\\binom{n+1}{2}'],
    [`${a} \\cdot 2^n - ${b}`, `${2 * a} \\cdot 2^{n-1} - ${b}`, `-${b} + ${a} \\cdot 2^{n}`],
    [`${a}n - ${b}`, `${a}(n - 1) + ${a - b}`, `-${b} + n \\cdot ${a}`],
  ]);
  return {
    kind: 'formula of n',
    gold,
    rewrites: equal.map((text) => variant('other form', text)),
    mutations: [
      variant('plus one', `${gold} + 1`),
      variant('doubled', `2(${gold})`),
      variant('plus n', `${gold} + n`),
    ],
  };
};

export const formulas: readonly Generator[] = [
  expanded,
  factored,
  twoVariables,
  quotient,
  roots,
  trigonometric,
  exponential,
  sequence,
];
