/** Reference answers that are numbers. */
import { type Dice, type Draft, fraction, gcd, number, plus, times, type Variant } from './draft.ts';

type Generator = (dice: Dice) => Draft;

/** Texts of a number with one digit changed, dropped or added, each with its value. */
function digitFaults(dice: Dice, text: string, read: (text: string) => number = Number): Variant[] {
  const places = [...text].flatMap((character, at) => (/\d/.test(character) ? [at] : []));
  const at = dice.pick(places);
  const other = `${(Number(text[at]) + dice.int(1, 9)) % 10}`;
  const faults: [string, string][] = [
    ['digit changed', text.slice(0, at) + other + text.slice(at + 1)],
    ['digit dropped', text.slice(0, at) + text.slice(at + 1)],
    ['digit added', `${text.slice(0, at)}${dice.int(1, 9)}${text.slice(at)}`],
  ];
  return faults.flatMap(([how, fault]) =>
    /^-?\d+(\.\d+)?$/.test(fault) ? [number(how, fault, read(fault))] : [],
  );
}

const integer: Generator = (dice) => {
  const n = dice.nonzero(dice.pick([20, 1_000, 1_000_000, 100_000_000]));
  const k = dice.int(2, 9);
  const grouped = (mark: string) => n.toLocaleString('en-US').replaceAll(',', mark);
  return {
    kind: 'integer',
    gold: `${n}`,
    worth: () => [n],
    rewrites: [
      number('trailing zeros', `${n}.00`, n),
      number('as a fraction', `\\frac{${n * k}}{${k}}`, n),
      number('as a difference', `${n + k} - ${k}`, n),
      number('as a root', `${n < 0 ? '-' : ''}\\sqrt{${BigInt(n) * BigInt(n)}}`, n),
      ...(n > 0 ? [number('plus sign', `+${n}`, n)] : []),
      ...(Math.abs(n) > 999
        ? [
            number('commas', grouped(','), n),
            number('LaTeX commas', grouped('{,}'), n),
            number('thin spaces', grouped('\\,'), n),
          ]
        : []),
    ],
    mutations: [
      ...digitFaults(dice, `${n}`),
      number('sign', `${-n}`, -n),
      number('next', `${n + 1}`, n + 1),
      number('tenth', `${n / 10}`, n / 10),
      number('square', `(${n})^2`, n ** 2),
    ],
  };
};

const ratio: Generator = (dice) => {
  const q = dice.int(2, 60);
  let p = dice.nonzero(150);
  while (gcd(p, q) !== 1) p++;
  const k = dice.int(2, 7);
  const sign = p < 0 ? '-' : '';
  const size = Math.abs(p);
  const value = p / q;
  const decimal = `${value}`;
  return {
    kind: 'fraction',
    gold: fraction(p, q),
    worth: () => [value],
    rewrites: [
      number('slash', `${p}/${q}`, value),
      number('not reduced', `${sign}\\frac{${size * k}}{${q * k}}`, value),
      number('sign above', `\\frac{${p}}{${q}}`, value),
      number('sign below', `\\frac{${-p}}{-${q}}`, value),
      number('division', `${p} \\div ${q}`, value),
      number('negative power', `${p} \\cdot ${q}^{-1}`, value),
      number('sum', `${fraction(p - q, q)} + 1`, value),
      ...(decimal.length < 8 ? [number('decimal', decimal, value)] : []),
    ],
    mutations: [
      number('numerator', fraction(p + 1, q), (p + 1) / q),
      number('denominator', fraction(p, q + 1), p / (q + 1)),
      number('upside down', fraction(q, p), q / p),
      number('sign', fraction(-p, q), -value),
      number('numerator digit', `${sign}\\frac{${size}${dice.int(1, 9)}}{${q}}`, Number.NaN),
      number('only the numerator', `${p}`, p),
      number('product', `${p * q}`, p * q),
      number(
        'near',
        `${sign}\\frac{${size * 1000 + 1}}{${q * 1000}}`,
        (value * 1000 + Math.sign(p) / q) / 1000,
      ),
    ],
  };
};

const mixed: Generator = (dice) => {
  // With 1, an improper fraction behind it is the product and the sum at once.
  const w = dice.int(2, 30);
  const q = dice.int(2, 12);
  const p = dice.pick(Array.from({ length: q - 1 }, (_, i) => i + 1).filter((i) => gcd(i, q) === 1));
  const value = w + p / q;
  return {
    kind: 'mixed number',
    gold: `${w}\\frac{${p}}{${q}}`,
    worth: () => [value],
    rewrites: [
      number('improper', `\\frac{${w * q + p}}{${q}}`, value),
      number('sum', `${w} + \\frac{${p}}{${q}}`, value),
      number('space', `${w} \\frac{${p}}{${q}}`, value),
      number('plain', `${w} ${p}/${q}`, value),
      number('slash', `${w * q + p}/${q}`, value),
    ],
    mutations: [
      number('whole part', `${w + 1}\\frac{${p}}{${q}}`, value + 1),
      number('numerator', `${w}\\frac{${p + q}}{${q}}`, value + 1),
      number('product', `\\frac{${w * p}}{${q}}`, (w * p) / q),
      number('fraction dropped', `${w}`, w),
      number('whole part dropped', `\\frac{${p}}{${q}}`, p / q),
      number('sign', `-${w}\\frac{${p}}{${q}}`, -value),
    ],
  };
};

const decimal: Generator = (dice) => {
  const places = dice.int(1, 5);
  const scaled = dice.nonzero(99_999) * 10 + dice.int(1, 9);
  const text = (scaled / 10 ** places).toFixed(places);
  const value = Number(text);
  const plain = text.replace(/^(-?)0\./, '$1.');
  return {
    kind: 'decimal',
    gold: text,
    worth: () => [value],
    rewrites: [
      number('trailing zeros', `${text}00`, value),
      number('leading zero', plain, value),
      number('fraction', `\\frac{${Math.round(value * 10 ** places)}}{${10 ** places}}`, value),
      number('scientific', `${Math.round(value * 10 ** places)} \\times 10^{-${places}}`, value),
    ],
    mutations: [
      ...digitFaults(dice, text),
      number('sign', `${-value}`, -value),
      number('point left', (value / 10).toFixed(places + 1), value / 10),
      number('point right', `${Number((value * 10).toFixed(places))}`, value * 10),
    ],
  };
};

const repeating: Generator = (dice) => {
  const length = dice.int(1, 3);
  const digits = Array.from({ length }, () => dice.int(0, 9)).join('');
  const block = /^(\d)\1*$/.test(digits) ? `${dice.int(1, 8)}` : digits;
  const head = dice.int(0, 9);
  const nines = 10 ** block.length - 1;
  const value = head + Number(block) / nines;
  const mutant = `${(Number(block) + dice.int(1, nines - 1)) % nines}`.padStart(block.length, '0');
  return {
    kind: 'repeating decimal',
    gold: `${head}.\\overline{${block}}`,
    worth: () => [value],
    rewrites: [
      number('fraction', fraction(head * nines + Number(block), nines), value),
      number('block twice', `${head}.\\overline{${block}${block}}`, value),
      number('block before', `${head}.${block}\\overline{${block}}`, value),
      ...(block.length === 1 ? [number('dot', `${head}.\\dot{${block}}`, value)] : []),
    ],
    mutations: [
      number('block', `${head}.\\overline{${mutant}}`, head + Number(mutant) / nines),
      number('whole part', `${head + 1}.\\overline{${block}}`, value + 1),
      number('sign', `-${head}.\\overline{${block}}`, -value),
      number('zero before', `${head}.0\\overline{${block}}`, head + Number(block) / nines / 10),
    ],
  };
};

const squareFree = [2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19, 21];

const surd: Generator = (dice) => {
  const a = dice.nonzero(12);
  const b = dice.pick(squareFree);
  const value = a * Math.sqrt(b);
  const sign = a < 0 ? '-' : '';
  return {
    kind: 'surd',
    gold: times(a, `\\sqrt{${b}}`),
    worth: () => [value],
    rewrites: [
      number('under the root', `${sign}\\sqrt{${a * a * b}}`, value),
      number('not rationalised', `${sign}\\frac{${Math.abs(a) * b}}{\\sqrt{${b}}}`, value),
      number('power', `${a} \\cdot ${b}^{1/2}`, value),
      number('power in braces', `${a} \\cdot ${b}^{\\frac{1}{2}}`, value),
      number('factor behind', `\\sqrt{${b}} \\cdot (${a})`, value),
      number('sum', `${times(a - 1, `\\sqrt{${b}}`)} + \\sqrt{${b}}`, value),
    ],
    mutations: [
      number('coefficient', times(a + 2, `\\sqrt{${b}}`), (a + 2) * Math.sqrt(b)),
      number('radicand', times(a, `\\sqrt{${b + 1}}`), a * Math.sqrt(b + 1)),
      number('index', times(a, `\\sqrt[3]{${b}}`), a * Math.cbrt(b)),
      number('sign', times(-a, `\\sqrt{${b}}`), -value),
      number('root dropped', `${a * b}`, a * b),
      number(
        'coefficient under the root',
        `${sign}\\sqrt{${Math.abs(a * b)}}`,
        Math.sign(a) * Math.sqrt(Math.abs(a * b)),
      ),
      number('rounded', value.toFixed(dice.int(1, 4)), Number.NaN),
    ],
  };
};

const surdSum: Generator = (dice) => {
  const a = dice.nonzero(15);
  const b = dice.nonzero(9);
  const c = dice.pick(squareFree);
  const root = times(Math.abs(b), `\\sqrt{${c}}`);
  const value = a + b * Math.sqrt(c);
  const norm = a * a - b * b * c;
  return {
    kind: 'surd sum',
    gold: `${a} ${plus(b, root)}`,
    worth: () => [value],
    rewrites: [
      number('commuted', `${times(b, `\\sqrt{${c}}`)} ${plus(a)}`, value),
      number('negated twice', `-(${-a} ${plus(-b, root)})`, value),
      number('rationalised back', `\\frac{${norm}}{${a} ${plus(-b, root)}}`, value),
      number('doubled', `\\frac{${2 * a} ${plus(b, `${2 * Math.abs(b)}\\sqrt{${c}}`)}}{2}`, value),
      number('under the root', `${a} ${plus(b, `\\sqrt{${b * b * c}}`)}`, value),
    ],
    mutations: [
      number('conjugate', `${a} ${plus(-b, root)}`, a - b * Math.sqrt(c)),
      number('first', `${a + 1} ${plus(b, root)}`, value + 1),
      number('sign', `${-a} ${plus(-b, root)}`, -value),
      number('radicand', `${a} ${plus(b, times(Math.abs(b), `\\sqrt{${c + 1}}`))}`, a + b * Math.sqrt(c + 1)),
      number('one term', `${a}`, a),
      number('halved', `\\frac{${a} ${plus(b, root)}}{2}`, value / 2),
    ],
  };
};

const scientific: Generator = (dice) => {
  const mantissa = `${dice.int(1, 9)}.${dice.int(0, 9)}${dice.int(1, 9)}`;
  const e = dice.nonzero(12);
  const [value, m] = [Number(`${mantissa}e${e}`), Number(mantissa)];
  return {
    kind: 'scientific',
    gold: `${mantissa} \\times 10^{${e}}`,
    worth: () => [value],
    rewrites: [
      number('dot', `${mantissa} \\cdot 10^{${e}}`, value),
      number('shifted', `${(m * 100).toFixed(0)} \\times 10^{${e - 2}}`, value),
      number('written out', e > 0 ? BigInt(Math.round(value)).toString() : value.toFixed(2 - e), value),
    ].filter(({ how }) => how !== 'written out' || e < 0 || e > 2),
    mutations: [
      number('exponent', `${mantissa} \\times 10^{${e + 1}}`, value * 10),
      number('sign of the exponent', `${mantissa} \\times 10^{${-e}}`, Number(`${mantissa}e${-e}`)),
      number('mantissa', `${(m + 0.01).toFixed(2)} \\times 10^{${e}}`, (m + 0.01) * 10 ** e),
      number('power dropped', mantissa, m),
      number('sign', `-${mantissa} \\times 10^{${e}}`, -value),
      number('added', `${mantissa} + 10^{${e}}`, m + 10 ** e),
    ],
  };
};

const bigPower: Generator = (dice) => {
  const base = dice.pick([2, 3, 5, 7]);
  const n = dice.int(8, 60) * 2;
  const value = BigInt(base) ** BigInt(n);
  return {
    kind: 'power',
    gold: `${base}^{${n}}`,
    rewrites: [
      { how: 'digits', text: `${value}` },
      { how: 'square', text: `${base * base}^{${n / 2}}` },
      { how: 'product', text: `${base} \\cdot ${base}^{${n - 1}}` },
      { how: 'power of a power', text: `(${base}^{2})^{${n / 2}}` },
    ],
    mutations: [
      { how: 'exponent', text: `${base}^{${n + 1}}` },
      { how: 'base', text: `${base + 1}^{${n}}` },
      { how: 'next number', text: `${value + 1n}` },
      { how: 'minus one', text: `${base}^{${n}} - 1` },
      { how: 'swapped', text: `${n}^{${base}}` },
      { how: 'sign', text: `-${base}^{${n}}` },
      { how: 'reciprocal', text: `${base}^{-${n}}` },
    ],
  };
};

function factorial(n: number): bigint {
  return n < 2 ? 1n : BigInt(n) * factorial(n - 1);
}

const counting: Generator = (dice) => {
  const n = dice.int(6, 20);
  const k = dice.int(2, Math.floor(n / 2) - 1);
  const choose = factorial(n) / factorial(k) / factorial(n - k);
  if (dice.chance(0.5)) {
    return {
      kind: 'factorial',
      gold: `${n}!`,
      rewrites: [
        { how: 'digits', text: `${factorial(n)}` },
        { how: 'split', text: `${n} \\cdot ${n - 1}!` },
      ],
      mutations: [
        { how: 'number', text: `${n + 1}!` },
        { how: 'mark dropped', text: `${n}` },
        { how: 'next number', text: `${factorial(n) + 1n}` },
        { how: 'halved', text: `\\frac{${n}!}{2}` },
      ],
    };
  }
  return {
    kind: 'binomial',
    gold: `\\binom{${n}}{${k}}`,
    rewrites: [
      { how: 'digits', text: `${choose}` },
      { how: 'mirrored', text: `\\binom{${n}}{${n - k}}` },
      { how: 'factorials', text: `\\frac{${n}!}{${k}! \\cdot ${n - k}!}` },
      { how: 'dbinom', text: `\\dbinom{${n}}{${k}}` },
    ],
    mutations: [
      { how: 'below', text: `\\binom{${n}}{${k + 1}}` },
      { how: 'above', text: `\\binom{${n + 1}}{${k}}` },
      { how: 'next number', text: `${choose + 1n}` },
      { how: 'fraction', text: `\\frac{${n}}{${k}}` },
    ],
  };
};

const logarithm: Generator = (dice) => {
  const base = dice.pick([2, 3, 5, 7]);
  const n = dice.int(2, 5);
  const a = dice.pick([2, 3, 5, 7, 11].filter((prime) => prime !== base));
  const ln = Math.log;
  if (dice.chance(0.5)) {
    return {
      kind: 'logarithm',
      gold: `\\ln ${base ** n}`,
      worth: () => [n * ln(base)],
      rewrites: [
        number('power in front', `${n} \\ln ${base}`, n * ln(base)),
        number('parentheses', `\\ln(${base ** n})`, n * ln(base)),
        number('sum', `\\ln ${base ** (n - 1)} + \\ln ${base}`, n * ln(base)),
        number('reciprocal', `-\\ln \\frac{1}{${base ** n}}`, n * ln(base)),
      ],
      mutations: [
        number('argument', `\\ln ${base ** n + 1}`, ln(base ** n + 1)),
        number('factor', `${n + 1} \\ln ${base}`, (n + 1) * ln(base)),
        number('sign', `-\\ln ${base ** n}`, -n * ln(base)),
        number('logarithm dropped', `${base ** n}`, base ** n),
        number('other base', `\\log_{10} ${base ** n}`, Math.log10(base ** n)),
      ],
    };
  }
  const value = ln(a) / ln(base);
  return {
    kind: 'logarithm',
    gold: `\\log_{${base}} ${a}`,
    worth: () => [value],
    rewrites: [
      number('quotient', `\\frac{\\ln ${a}}{\\ln ${base}}`, value),
      number('unbraced base', `\\log_${base} ${a}`, value),
      number('parentheses', `\\log_{${base}}(${a})`, value),
      number('reciprocal', `\\frac{1}{\\log_{${a}} ${base}}`, value),
    ],
    mutations: [
      number('base', `\\log_{${base + 1}} ${a}`, ln(a) / ln(base + 1)),
      number('argument', `\\log_{${base}} ${a + 1}`, ln(a + 1) / ln(base)),
      number('swapped', `\\log_{${a}} ${base}`, 1 / value),
      number('one more', `\\log_{${base}} ${a * base}`, value + 1),
      number('quotient of arguments', `\\frac{${a}}{${base}}`, a / base),
    ],
  };
};

const circle: Generator = (dice) => {
  const b = dice.pick([2, 3, 4, 5, 6, 8, 12]);
  let a = dice.int(1, 25);
  while (gcd(a, b) !== 1) a++;
  const value = (a * Math.PI) / b;
  const top = times(a, '\\pi');
  return {
    kind: 'multiple of pi',
    gold: `\\frac{${top}}{${b}}`,
    worth: () => [value],
    rewrites: [
      number('pi behind', `\\frac{${a}}{${b}}\\pi`, value),
      number('slash', `${top}/${b}`, value),
      number('not reduced', `\\frac{${2 * a}\\pi}{${2 * b}}`, value),
      number('commuted', `\\frac{\\pi \\cdot ${a}}{${b}}`, value),
    ],
    mutations: [
      number('numerator', `\\frac{${a + 1}\\pi}{${b}}`, value + Math.PI / b),
      number('denominator', `\\frac{${top}}{${b + 1}}`, (a * Math.PI) / (b + 1)),
      number('pi dropped', fraction(a, b), a / b),
      number('sign', `-\\frac{${top}}{${b}}`, -value),
      number('pi below', `\\frac{${a}}{${b}\\pi}`, a / b / Math.PI),
      number('squared', `\\frac{${times(a, '\\pi^2')}}{${b}}`, value * Math.PI),
    ],
  };
};

/** Sine and cosine of some angles, by their surds. */
const angles: readonly (readonly [string, number, string, string])[] = [
  ['\\frac{\\pi}{6}', Math.PI / 6, '\\frac{1}{2}', '\\frac{\\sqrt{3}}{2}'],
  ['\\frac{\\pi}{4}', Math.PI / 4, '\\frac{\\sqrt{2}}{2}', '\\frac{1}{\\sqrt{2}}'],
  ['\\frac{\\pi}{3}', Math.PI / 3, '\\frac{\\sqrt{3}}{2}', '\\frac{1}{2}'],
  ['\\frac{2\\pi}{3}', (2 * Math.PI) / 3, '\\frac{\\sqrt{3}}{2}', '-\\frac{1}{2}'],
  ['\\frac{\\pi}{12}', Math.PI / 12, '\\frac{\\sqrt{6}-\\sqrt{2}}{4}', '\\frac{\\sqrt{6}+\\sqrt{2}}{4}'],
  ['\\frac{\\pi}{5}', Math.PI / 5, '\\frac{\\sqrt{10-2\\sqrt{5}}}{4}', '\\frac{1+\\sqrt{5}}{4}'],
];

const trigonometric: Generator = (dice) => {
  const [angle, radians, sine, cosine] = dice.pick(angles);
  const a = dice.int(1, 9);
  const isSine = dice.chance(0.5);
  const [name, other] = isSine ? ['sin', 'cos'] : ['cos', 'sin'];
  const [surdText, otherText] = isSine ? [sine, cosine] : [cosine, sine];
  const value = a * (isSine ? Math.sin(radians) : Math.cos(radians));
  const otherValue = a * (isSine ? Math.cos(radians) : Math.sin(radians));
  const front = a === 1 ? '' : `${a}`;
  return {
    kind: 'trigonometric constant',
    gold: `${front}\\${name} ${angle}`,
    worth: () => [value],
    rewrites: [
      number('surd', `${a} \\cdot ${surdText.startsWith('-') ? `(${surdText})` : surdText}`, value),
      number('parentheses', `${front}\\${name}(${angle})`, value),
      number('left and right', `${front}\\${name}\\left(${angle}\\right)`, value),
      number('other function', `${front}\\${other}\\left(\\frac{\\pi}{2} - ${angle}\\right)`, value),
    ],
    mutations: [
      number('other function', `${front}\\${other} ${angle}`, otherValue),
      number(
        'other surd',
        `${a} \\cdot ${otherText.startsWith('-') ? `(${otherText})` : otherText}`,
        otherValue,
      ),
      number('coefficient', `${a + 1}\\${name} ${angle}`, (value / a) * (a + 1)),
      number('sign', `-${front}\\${name} ${angle}`, -value),
      number('angle', `${front}\\${name} \\frac{\\pi}{7}`, a * (isSine ? Math.sin : Math.cos)(Math.PI / 7)),
    ],
  };
};

const complex: Generator = (dice) => {
  const [a, b] = [dice.nonzero(20), dice.nonzero(20)];
  const [c, d] = [dice.nonzero(5), dice.nonzero(5)];
  const write = (re: number, im: number) => `${re} ${plus(im, times(Math.abs(im), 'i'))}`;
  return {
    kind: 'complex number',
    gold: write(a, b),
    worth: () => [a, b],
    rewrites: [
      number('commuted', `${times(b, 'i')} ${plus(a)}`, a, b),
      number('product', `\\frac{(${write(a, b)})(${write(c, d)})}{${write(c, d)}}`, a, b),
      number('negated twice', `-(${write(-a, -b)})`, a, b),
      number('doubled', `\\frac{${write(2 * a, 2 * b)}}{2}`, a, b),
      number('quotient', `\\frac{${write(-b, a)}}{i}`, a, b),
    ],
    mutations: [
      number('conjugate', write(a, -b), a, -b),
      number('swapped', write(b, a), b, a),
      number('real part', write(a + 1, b), a + 1, b),
      number('imaginary part', write(a, b + 1 || 2), a, b + 1 || 2),
      number('negated', write(-a, -b), -a, -b),
      number('i dropped', `${a} ${plus(b)}`, a + b, 0),
      number('only real', `${a}`, a, 0),
    ],
  };
};

const sums: Generator = (dice) => {
  const n = dice.int(5, 30);
  const k = dice.int(1, 4);
  const total = Array.from({ length: n }, (_, i) => (i + 1) ** k).reduce((x, y) => x + y);
  return {
    kind: 'finite sum',
    gold: `${total}`,
    worth: () => [total],
    rewrites: [
      number('sum', `\\sum_{k=1}^{${n}} k^{${k}}`, total),
      number('other variable', `\\sum_{i=1}^{${n}} i^{${k}}`, total),
      number('shifted', `\\sum_{j=0}^{${n - 1}} (j+1)^{${k}}`, total),
    ],
    mutations: [
      { how: 'one term more', text: `\\sum_{k=1}^{${n + 1}} k^{${k}}` },
      { how: 'from two', text: `\\sum_{k=2}^{${n}} k^{${k}}` },
      { how: 'exponent', text: `\\sum_{k=1}^{${n}} k^{${k + 1}}` },
      { how: 'product', text: `\\prod_{k=1}^{${n}} k^{${k}}` },
    ],
  };
};

const functions: Generator = (dice) => {
  const [p, q] = [dice.int(10, 90), dice.int(3, 9)];
  const [m, n] = [dice.int(2, 9) * 12, dice.int(2, 9) * 12];
  const [gold, value] = dice.pick([
    [`\\lfloor \\frac{${p}}{${q}} \\rfloor`, Math.floor(p / q)],
    [`\\lceil \\frac{${p}}{${q}} \\rceil`, Math.ceil(p / q)],
    [`|${q} - ${p}|`, p - q],
    [`\\gcd(${m}, ${n})`, gcd(m, n)],
    [`\\max(${p}, ${p + q})`, p + q],
  ] as const);
  return {
    kind: 'function of numbers',
    gold,
    worth: () => [value],
    rewrites: [number('value', `${value}`, value), number('with a zero', `${gold} + 0`, value)],
    mutations: [
      number('one more', `${value + 1}`, value + 1),
      number('added', `${gold} + 1`, value + 1),
      number('sign', `-${value}`, -value),
    ],
  };
};

const infinity: Generator = (dice) => {
  const sign = dice.pick(['', '-']);
  return {
    kind: 'infinity',
    gold: `${sign}\\infty`,
    rewrites: sign === '' ? [{ how: 'plus sign', text: '+\\infty' }] : [],
    mutations: [
      { how: 'sign', text: sign === '' ? '-\\infty' : '\\infty' },
      { how: 'number', text: `${dice.int(0, 99)}` },
    ],
  };
};

export const numbers: readonly Generator[] = [
  integer,
  ratio,
  mixed,
  decimal,
  repeating,
  surd,
  surdSum,
  scientific,
  bigPower,
  counting,
  logarithm,
  circle,
  trigonometric,
  complex,
  sums,
  functions,
  infinity,
];
