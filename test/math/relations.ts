/** Reference answers that are equations, inequalities and sets of numbers on a line. */
import {
  converted,
  type Dice,
  type Draft,
  fraction,
  gcd,
  plus,
  polynomial,
  sum,
  times,
  type Variant,
  variant,
} from './draft.ts';

type Generator = (dice: Dice) => Draft;

const line: Generator = (dice) => {
  const [m, b] = [dice.nonzero(9), dice.nonzero(20)];
  const right = polynomial([m, b]);
  return {
    kind: 'line',
    gold: `y = ${right}`,
    rewrites: [
      variant('flipped', `${right} = y`),
      variant('commuted', `y = ${b} ${plus(m, times(Math.abs(m), 'x'))}`),
      variant('moved', `y ${plus(-b)} = ${times(m, 'x')}`),
      variant(
        'all on one side',
        `${sum([
          [m, 'x'],
          [-1, 'y'],
          [b, ''],
        ])} = 0`,
      ),
      variant('scaled', `3y = ${polynomial([3 * m, 3 * b])}`),
      variant('negated', `-y = ${polynomial([-m, -b])}`),
    ],
    mutations: [
      variant('slope', `y = ${polynomial([m + 1 || 2, b])}`),
      variant('constant', `y = ${polynomial([m, b + 1])}`),
      variant('sign', `y = ${polynomial([-m, b])}`),
      variant('names swapped', `x = ${polynomial([m, b], 'y')}`),
      variant('constant dropped', `y = ${polynomial([m, 0])}`),
      variant('doubled on the right', `y = ${polynomial([2 * m, 2 * b])}`),
      variant('inequality', `y \\le ${right}`),
    ].filter(({ how }) => how !== 'names swapped' || !(Math.abs(m) === 1)),
  };
};

const circle: Generator = (dice) => {
  const [a, b, r] = [dice.nonzero(9), dice.nonzero(9), dice.int(1, 12)];
  const write = (p: number, q: number, square: number) => `(x ${plus(-p)})^2 + (y ${plus(-q)})^2 = ${square}`;
  const rest = a * a + b * b - r * r;
  const terms = sum([
    [1, 'x^2'],
    [-2 * a, 'x'],
    [1, 'y^2'],
    [-2 * b, 'y'],
    [rest, ''],
  ]);
  const doubled = sum([
    [2, 'x^2'],
    [2, 'y^2'],
    [-4 * a, 'x'],
    [-4 * b, 'y'],
  ]);
  return {
    kind: 'circle',
    gold: write(a, b, r * r),
    rewrites: [
      variant('expanded', `${terms} = 0`),
      variant('scaled', `${doubled} = ${-2 * rest}`),
      variant('commuted', `(y ${plus(-b)})^2 + (x ${plus(-a)})^2 = ${r * r}`),
      variant('turned', `(${a} - x)^2 + (${b} - y)^2 = ${r}^2`),
    ],
    mutations: [
      variant('radius', write(a, b, r * r + 1)),
      variant('radius not squared', write(a, b, r)),
      variant('centre', write(a + 1, b, r * r)),
      variant('sign of the centre', write(-a, b, r * r)),
      variant('difference', write(a, b, r * r).replace(')^2 + (y', ')^2 - (y')),
      variant('centre swapped', write(b, a, r * r)),
    ].filter(({ how }) => (how !== 'radius not squared' || r > 1) && (how !== 'centre swapped' || a !== b)),
  };
};

const solution: Generator = (dice) => {
  const name = dice.pick(['x', 'y', 'n', 't', '\\theta', 'a_1']);
  const value = dice.nonzero(200);
  return {
    kind: 'assignment',
    gold: `${name} = ${value}`,
    rewrites: [
      variant('flipped', `${value} = ${name}`),
      variant('fraction', `${name} = \\frac{${3 * value}}{3}`),
      variant('tight', `${name}=${value}`),
      variant('all on one side', `${name} ${plus(-value)} = 0`),
    ],
    mutations: [
      variant('value', `${name} = ${value + 1}`),
      variant('sign', `${name} = ${-value}`),
      variant('digit added', `${name} = ${value}${dice.int(0, 9)}`),
      variant('not equal', `${name} \\ne ${value}`),
      variant('inequality', `${name} > ${value}`),
    ],
  };
};

/** An end of an interval: a number, or none. */
interface End {
  readonly text: string;
  readonly closed: boolean;
}

interface Span {
  readonly low: End | undefined;
  readonly high: End | undefined;
}

function interval({ low, high }: Span): string {
  return `${low?.closed ? '[' : '('}${low?.text ?? '-\\infty'}, ${high?.text ?? '\\infty'}${high?.closed ? ']' : ')'}`;
}

function inequality({ low, high }: Span, name = 'x'): string {
  if (low && high) {
    return `${low.text} ${low.closed ? '\\le' : '<'} ${name} ${high.closed ? '\\le' : '<'} ${high.text}`;
  }
  if (low) return `${name} ${low.closed ? '\\ge' : '>'} ${low.text}`;
  return `${name} ${high?.closed ? '\\le' : '<'} ${high?.text}`;
}

/** The same with the sides swapped. */
function turned({ low, high }: Span): string {
  if (low && high) {
    return `${high.text} ${high.closed ? '\\ge' : '>'} x ${low.closed ? '\\ge' : '>'} ${low.text}`;
  }
  if (low) return `${low.text} ${low.closed ? '\\le' : '<'} x`;
  return `${high?.text} ${high?.closed ? '\\ge' : '>'} x`;
}

/** Ends in order, as fractions or whole numbers. */
function ends(dice: Dice, count: number): { value: number; text: string }[] {
  const q = dice.pick([1, 1, 1, 2, 3, 6]);
  return dice
    .distinct(count, -30, 30)
    .sort((a, b) => a - b)
    .map((p) => ({ value: p / q, text: fraction(p, q) }));
}

function randomSpan(dice: Dice): Span {
  const [a, b] = ends(dice, 2);
  const end = (text = ''): End => ({ text, closed: dice.chance(0.5) });
  const shape = dice.int(0, 3);
  return {
    low: shape === 1 ? undefined : end(a?.text),
    high: shape === 2 ? undefined : end(b?.text),
  };
}

/** Faults of an interval, each written by `write`. Ends stay in order, as the new one is far outside. */
function spanFaults(span: Span, write: (span: Span) => string): Variant[] {
  const { low, high } = span;
  const faults: Variant[] = [];
  const add = (how: string, fault: Span) => faults.push(variant(how, write(fault)));
  if (low) {
    add('left bracket', { low: { ...low, closed: !low.closed }, high });
    add('left end', { low: { ...low, text: '-97' }, high });
  }
  if (high) {
    add('right bracket', { low, high: { ...high, closed: !high.closed } });
    add('right end', { low, high: { ...high, text: '98' } });
  }
  if (low && high) {
    add('without left end', { low: undefined, high });
    add('without right end', { low, high: undefined });
  } else {
    add('turned', { low: high, high: low });
  }
  return faults;
}

const intervals: Generator = (dice) => {
  const span = randomSpan(dice);
  return {
    kind: 'interval',
    gold: interval(span),
    rewrites: [
      converted('inequality', inequality(span)),
      converted('turned inequality', turned(span)),
      converted('member', `x \\in ${interval(span)}`),
      variant('set-builder', `\\{x \\mid ${inequality(span)}\\}`),
      variant('set-builder of reals', `\\{x \\in \\mathbb{R} : ${inequality(span)}\\}`),
      ...(span.high ? [] : [variant('plus infinity', interval(span).replace('\\infty', '+\\infty'))]),
    ],
    mutations: [
      ...spanFaults(span, interval),
      ...spanFaults(span, inequality).map((fault) => ({ ...fault, how: `${fault.how}, as inequality` })),
      variant('empty', '\\emptyset'),
    ],
  };
};

const setBuilders: Generator = (dice) => {
  const span = randomSpan(dice);
  const name = dice.pick(['x', 't', 'k']);
  const write = (of: Span, mark = '\\mid', letter = name) =>
    `\\{${letter} ${mark} ${inequality(of, letter)}\\}`;
  return {
    kind: 'set-builder',
    gold: write(span),
    rewrites: [
      variant('colon', write(span, ':')),
      variant('bar', write(span, '|')),
      variant('other letter', write(span, '\\mid', 'u')),
      variant('of reals', write(span, '\\in \\mathbb{R} \\mid')),
      variant('interval', interval(span)),
    ],
    mutations: [
      ...spanFaults(span, (fault) => write(fault)),
      ...spanFaults(span, interval).map((fault) => ({ ...fault, how: `${fault.how}, as interval` })),
    ],
  };
};

const punctured: Generator = (dice) => {
  const [a = 0, b = 0] = dice.distinct(2, -20, 20).sort((x, y) => x - y);
  const without = (...points: number[]) => `\\mathbb{R} \\setminus \\{${points.join(', ')}\\}`;
  const one = `(-\\infty, ${a}) \\cup (${a}, \\infty)`;
  const two = `(-\\infty, ${a}) \\cup (${a}, ${b}) \\cup (${b}, \\infty)`;
  if (dice.chance(0.5)) {
    return {
      kind: 'all numbers but some',
      gold: two,
      rewrites: [variant('difference', without(a, b)), variant('difference, reordered', without(b, a))],
      mutations: [
        variant('one point', one),
        variant('other points', without(a, b + 1)),
        variant('three points', without(a, b, 77)),
        variant('closed', two.replace(`${a})`, `${a}]`)),
      ],
    };
  }
  return {
    kind: 'all numbers but some',
    gold: one,
    rewrites: [
      variant('difference', without(a)),
      converted('not equal', `x \\ne ${a}`),
      converted('neq', `x \\neq ${a}`),
      variant('set-builder', `\\{x \\mid x \\ne ${a}\\}`),
    ],
    mutations: [
      variant('point', without(a + 1)),
      variant('two points', without(a, b)),
      variant('equal', `x = ${a}`),
      variant('everything', '(-\\infty, \\infty)'),
      variant('one side', `(-\\infty, ${a})`),
    ],
  };
};

const inequalities: Generator = (dice) => {
  const span = randomSpan(dice);
  const name = dice.pick(['x', 'a', 'm', 'k']);
  const inOne = span.low && span.high;
  return {
    kind: 'inequality',
    gold: inequality(span, name),
    rewrites: [
      variant('turned', turned(span).replace('x', name)),
      converted('interval', interval(span)),
      variant('member', `${name} \\in ${interval(span)}`),
      converted('set-builder', `\\{${name} \\mid ${inequality(span, name)}\\}`),
      variant('leq', inequality(span, name).replaceAll('\\le', '\\leq').replaceAll('\\ge', '\\geq')),
      ...(inOne
        ? [
            variant(
              'two parts',
              `${inequality({ low: span.low, high: undefined }, name)} \\text{ and } ${inequality({ low: undefined, high: span.high }, name)}`,
            ),
          ]
        : []),
    ],
    mutations: spanFaults(span, (fault) => inequality(fault, name)),
  };
};

const unions: Generator = (dice) => {
  const [a, b, c, d] = ends(dice, 4);
  const end = (text = '', closed = dice.chance(0.5)): End => ({ text, closed });
  const first: Span = { low: dice.chance(0.5) ? undefined : end(a?.text), high: end(b?.text) };
  const second: Span = { low: end(c?.text), high: dice.chance(0.5) ? undefined : end(d?.text) };
  const write = (left: Span, right: Span) => `${interval(left)} \\cup ${interval(right)}`;
  return {
    kind: 'union',
    gold: write(first, second),
    rewrites: [
      variant('reordered', write(second, first)),
      converted('inequalities', `${inequality(first)} \\text{ or } ${inequality(second)}`),
      variant('set-builder', `\\{x \\mid ${inequality(first)} \\text{ or } ${inequality(second)}\\}`),
      converted('member', `x \\in ${write(first, second)}`),
    ],
    mutations: [
      ...spanFaults(first, (fault) => write(fault, second)).filter(
        ({ how }) => !/right end|without|turned/.test(how),
      ),
      ...spanFaults(second, (fault) => write(first, fault)).filter(
        ({ how }) => !/left end|without|turned/.test(how),
      ),
      variant('first only', interval(first)),
      variant('second only', interval(second)),
      variant('intersection', `${interval(first)} \\cap ${interval(second)}`),
    ],
  };
};

const halfPlane: Generator = (dice) => {
  const [a, b] = [dice.int(1, 9), dice.nonzero(9)];
  const c = dice.nonzero(30);
  const left = sum([
    [a, 'x'],
    [b, 'y'],
  ]);
  const twice = sum([
    [2 * a, 'x'],
    [2 * b, 'y'],
  ]);
  const negated = sum([
    [-a, 'x'],
    [-b, 'y'],
  ]);
  return {
    kind: 'inequality in two variables',
    gold: `${left} \\le ${c}`,
    rewrites: [
      variant('turned', `${c} \\ge ${left}`),
      variant('scaled', `${twice} \\le ${2 * c}`),
      variant('negated', `${negated} \\ge ${-c}`),
      variant('moved', `${left} ${plus(-c)} \\le 0`),
    ],
    mutations: [
      variant('strict', `${left} < ${c}`),
      variant('relation', `${left} \\ge ${c}`),
      variant('constant', `${left} \\le ${c + 1}`),
      variant('negated once', `${negated} \\le ${c}`),
      variant(
        'coefficient',
        `${sum([
          [a + 1, 'x'],
          [b, 'y'],
        ])} \\le ${c}`,
      ),
      variant('equation', `${left} = ${c}`),
    ],
  };
};

const general: Generator = (dice) => {
  const [a, b] = [dice.int(1, 9), dice.nonzero(9)];
  let c = dice.nonzero(30);
  while (gcd(gcd(a, b), c) !== 1) c++;
  const write = (p: number, q: number, r: number) =>
    `${sum([
      [p, 'x'],
      [q, 'y'],
      [r, ''],
    ])} = 0`;
  return {
    kind: 'equation in two variables',
    gold: write(a, b, c),
    rewrites: [
      variant('scaled', write(3 * a, 3 * b, 3 * c)),
      variant('negated', write(-a, -b, -c)),
      variant(
        'flipped',
        `0 = ${sum([
          [a, 'x'],
          [b, 'y'],
          [c, ''],
        ])}`,
      ),
      variant(
        'constant moved',
        `${sum([
          [a, 'x'],
          [b, 'y'],
        ])} = ${-c}`,
      ),
      variant('solved for y', `y = ${fraction(-a, b)}x + (${fraction(-c, b)})`),
    ],
    mutations: [
      variant('constant', write(a, b, c + 1)),
      variant('sign of y', write(a, -b, c)),
      variant('sign of the constant', write(a, b, -c)),
      variant('coefficient', write(a + 1, b, c)),
      variant(
        'right side',
        `${sum([
          [a, 'x'],
          [b, 'y'],
          [c, ''],
        ])} = 1`,
      ),
    ],
  };
};

const functionEquation: Generator = (dice) => {
  const [a, b, c] = [dice.nonzero(9), dice.int(-9, 9), dice.nonzero(9)];
  const write = (...values: number[]) => `f(x) = ${polynomial(values)}`;
  return {
    kind: 'function',
    gold: write(a, b, c),
    rewrites: [
      variant(
        'commuted',
        `f(x) = ${c} ${plus(a, times(Math.abs(a), 'x^2'))}${b === 0 ? '' : ` ${plus(b, times(Math.abs(b), 'x'))}`}`,
      ),
      variant('negated twice', `f(x) = -(${polynomial([-a, -b, -c])})`),
      variant('parentheses', `f\\left(x\\right) = ${polynomial([a, b, c])}`),
    ],
    mutations: [
      variant('coefficient', write(a, b + 1, c)),
      variant('constant', write(a, b, c + 1)),
      variant('sign', write(-a, b, c)),
      variant('degree', write(a, 0, b, c)),
    ],
  };
};

export const relations: readonly Generator[] = [
  line,
  circle,
  solution,
  intervals,
  setBuilders,
  punctured,
  inequalities,
  unions,
  halfPlane,
  general,
  functionEquation,
];
