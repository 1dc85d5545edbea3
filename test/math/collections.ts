/** Reference answers that have several parts. */
import { converted, type Dice, type Draft, fraction, sum, times, type Variant, variant } from './draft.ts';

type Generator = (dice: Dice) => Draft;

/** A part and another way to write it. */
interface Part {
  readonly text: string;
  readonly other: string;
  /** Something else. */
  readonly wrong: string;
}

/** Parts that all differ, from each other and from each other's wrong ones. */
function parts(dice: Dice, count: number): Part[] {
  const shape = dice.int(0, 3);
  return dice.distinct(count, -20, 20).map((n) => {
    // Wrong ones are out of reach of right ones.
    const off = n + 43;
    if (shape === 0) return { text: `${n}`, other: `${n}.0`, wrong: `${off}` };
    if (shape === 1) {
      const text = fraction(2 * n + 1, 2);
      return { text, other: `${n + 0.5}`, wrong: fraction(2 * off + 1, 2) };
    }
    if (shape === 2) {
      const text = sum([
        [n, ''],
        [1, '\\sqrt{2}'],
      ]);
      return { text: n === 0 ? '\\sqrt{2}' : text, other: `\\sqrt{2} + (${n})`, wrong: `${off} + \\sqrt{2}` };
    }
    return {
      text: sum([
        [n, 'x'],
        [1, ''],
      ]),
      other: `1 + (${n})x`,
      wrong: sum([
        [off, 'x'],
        [1, ''],
      ]),
    };
  });
}

/** Changed, dropped and added parts; `write` makes the text. */
function partFaults(dice: Dice, of: readonly Part[], write: (texts: string[]) => string): Variant[] {
  const texts = of.map(({ text }) => text);
  const at = dice.int(0, of.length - 1);
  const wrong = of[at]?.wrong ?? '';
  return [
    variant('part changed', write(texts.with(at, wrong))),
    variant('part dropped', write(texts.toSpliced(at, 1))),
    variant('part added', write(texts.toSpliced(at, 0, wrong))),
    variant('part doubled by another', write(texts.with(at, texts[(at + 1) % texts.length] ?? ''))),
  ];
}

const tuples: Generator = (dice) => {
  const of = parts(dice, dice.int(2, 4));
  const texts = of.map(({ text }) => text);
  const write = (items: string[]) => `(${items.join(', ')})`;
  const at = dice.int(0, of.length - 1);
  return {
    kind: 'tuple',
    gold: write(texts),
    rewrites: [
      variant('parts otherwise', write(of.map(({ other }) => other))),
      variant('one otherwise', write(texts.with(at, of[at]?.other ?? ''))),
      variant('tight', `(${texts.join(',')})`),
    ],
    mutations: [
      ...partFaults(dice, of, write).filter(({ how }) => of.length > 2 || how !== 'part dropped'),
      variant('swapped', write([texts[1] ?? '', texts[0] ?? '', ...texts.slice(2)])),
      variant('rotated', write([...texts.slice(1), texts[0] ?? ''])),
    ],
  };
};

const sets: Generator = (dice) => {
  const of = parts(dice, dice.int(2, 5));
  const texts = of.map(({ text }) => text);
  const write = (items: string[]) => `\\{${items.join(', ')}\\}`;
  return {
    kind: 'set',
    gold: write(texts),
    rewrites: [
      variant('reversed', write(texts.toReversed())),
      variant('shuffled', write(dice.shuffled(texts))),
      variant('parts otherwise', write(dice.shuffled(of).map(({ other }) => other))),
      variant('lbrace', `\\lbrace ${texts.join(', ')} \\rbrace`),
    ],
    mutations: partFaults(dice, of, write),
  };
};

const lists: Generator = (dice) => {
  const of = parts(dice, dice.int(2, 4));
  const texts = of.map(({ text }) => text);
  const write = (items: string[]) => items.join(', ');
  const [last = '', ...others] = texts.toReversed();
  return {
    kind: 'list',
    gold: write(texts),
    rewrites: [
      variant('and', `${others.toReversed().join(', ')} \\text{ and } ${last}`),
      variant('comma and', `${others.toReversed().join(', ')}, \\text{ and } ${last}`),
      variant('parts otherwise', write(of.map(({ other }) => other))),
    ],
    mutations: partFaults(dice, of, write),
  };
};

const points: Generator = (dice) => {
  const count = dice.int(2, 4);
  const [xs, ys] = [dice.distinct(count, -15, 15), dice.distinct(count, -15, 15)];
  const texts = xs.map((x, at) => `(${x}, ${ys[at]})`);
  const write = (items: readonly string[]) => `\\{${items.join(', ')}\\}`;
  const swapped = xs.map((x, at) => `(${ys[at]}, ${x})`);
  // Mirrored points may be the same set.
  const mirrored = swapped.toSorted().join() === texts.toSorted().join();
  return {
    kind: 'set of points',
    gold: write(texts),
    rewrites: [
      variant('reversed', write(texts.toReversed())),
      variant('decimals', write(xs.map((x, at) => `(${x}.0, ${ys[at]})`))),
    ],
    mutations: [
      ...(mirrored ? [] : [variant('coordinates swapped', write(swapped))]),
      variant('coordinate', write(texts.with(0, `(${xs[0]}, 77)`))),
      variant('point dropped', write(texts.slice(1))),
      variant('point added', write([...texts, '(77, 78)'])),
    ],
  };
};

const assignments: Generator = (dice) => {
  const names = dice.pick([
    ['x', 'y'],
    ['a', 'b'],
    ['x', 'y', 'z'],
    ['m', 'n'],
  ]);
  const values = dice.distinct(names.length, -40, 40);
  const write = (of: readonly number[]) => names.map((name, at) => `${name} = ${of[at]}`);
  const texts = write(values);
  const changed = write(values.with(0, 77));
  const swapped = write([values[1] ?? 0, values[0] ?? 0, ...values.slice(2)]);
  return {
    kind: 'assignments',
    gold: texts.join(', '),
    rewrites: [
      variant('reordered', texts.toReversed().join(', ')),
      variant('and', `${texts.slice(0, -1).join(', ')} \\text{ and } ${texts.at(-1)}`),
      converted('tuples', `(${names.join(', ')}) = (${values.join(', ')})`),
      variant(
        'fractions',
        names.map((name, at) => `${name} = \\frac{${2 * (values[at] ?? 0)}}{2}`).join(', '),
      ),
    ],
    mutations: [
      variant('value', changed.join(', ')),
      variant('values swapped', swapped.join(', ')),
      variant('one dropped', texts.slice(1).join(', ')),
      variant('sign', write(values.map((value) => -value)).join(', ')),
      variant('tuple changed', `(${names.join(', ')}) = (${values.with(0, 77).join(', ')})`),
    ].filter(({ how }) => how !== 'sign' || values.some((value) => value !== 0)),
  };
};

const matrices: Generator = (dice) => {
  const [rows, columns] = [dice.int(2, 3), dice.int(2, 3)];
  const values = dice.distinct(rows * columns, -12, 12);
  const cells = (of: readonly (number | string)[], width = columns) =>
    Array.from({ length: of.length / width }, (_, row) =>
      of.slice(row * width, (row + 1) * width).join(' & '),
    ).join(' \\\\ ');
  const write = (of: readonly (number | string)[], kind = 'pmatrix', width = columns) =>
    `\\begin{${kind}} ${cells(of, width)} \\end{${kind}}`;
  const transposed = Array.from(
    { length: rows * columns },
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? 0,
  );
  const at = dice.int(0, values.length - 1);
  return {
    kind: 'matrix',
    gold: write(values),
    rewrites: [
      variant('brackets', write(values, 'bmatrix')),
      variant('array', `\\left(\\begin{array}{${'c'.repeat(columns)}} ${cells(values)} \\end{array}\\right)`),
      variant('fractions', write(values.map((value) => `\\frac{${2 * value}}{2}`))),
      variant('last line break', `\\begin{pmatrix} ${cells(values)} \\\\ \\end{pmatrix}`),
    ],
    mutations: [
      variant('transposed', write(transposed, 'pmatrix', rows)),
      variant('cell', write(values.with(at, 77))),
      variant('sign', write(values.map((value) => -value))),
      variant(
        'rows swapped',
        write([
          ...values.slice(columns, 2 * columns),
          ...values.slice(0, columns),
          ...values.slice(2 * columns),
        ]),
      ),
      variant('row dropped', write(values.slice(columns))),
      variant('multiple', `2 ${write(values)}`),
    ],
  };
};

const vectors: Generator = (dice) => {
  const values = dice.distinct(dice.int(2, 4), -30, 30);
  const write = (of: readonly number[], kind = 'pmatrix') =>
    `\\begin{${kind}} ${of.join(' \\\\ ')} \\end{${kind}}`;
  return {
    kind: 'vector',
    gold: write(values),
    rewrites: [
      variant('brackets', write(values, 'bmatrix')),
      variant('tight', write(values).replaceAll(' ', '')),
    ],
    mutations: [
      variant('swapped', write([values[1] ?? 0, values[0] ?? 0, ...values.slice(2)])),
      variant('coordinate', write(values.with(0, 77))),
      variant('dropped', write(values.slice(1))),
      variant('added', write([...values, 77])),
      variant('sign', write(values.map((value) => (value === 0 ? 5 : -value)))),
    ],
  };
};

const plusMinus: Generator = (dice) => {
  const [a, b] = [dice.int(1, 20), dice.int(2, 9)];
  const [gold, left, right] = dice.pick<readonly [string, string, string]>([
    [`\\pm ${a}`, `-${a}`, `${a}`],
    [`\\pm ${times(a, '\\sqrt{3}')}`, `-${times(a, '\\sqrt{3}')}`, times(a, '\\sqrt{3}')],
    [`${a} \\pm \\sqrt{${b * b + 1}}`, `${a} - \\sqrt{${b * b + 1}}`, `${a} + \\sqrt{${b * b + 1}}`],
    [
      `\\frac{${a} \\pm \\sqrt{${b * b + 1}}}{2}`,
      `\\frac{${a} - \\sqrt{${b * b + 1}}}{2}`,
      `\\frac{${a} + \\sqrt{${b * b + 1}}}{2}`,
    ],
  ]);
  return {
    kind: 'plus and minus',
    gold,
    rewrites: [
      variant('both', `${right}, ${left}`),
      variant('both, the smaller one first', `${left}, ${right}`),
      variant('minus and plus', gold.replace('\\pm', '\\mp')),
    ],
    mutations: [
      variant('plus only', right),
      variant('minus only', left),
      variant('number', gold.replace(`${a}`, `${a + 1}`)),
      variant('another one', `${left}, ${right}, 77`),
    ],
  };
};

export const collections: readonly Generator[] = [
  tuples,
  sets,
  lists,
  points,
  assignments,
  matrices,
  vectors,
  plusMinus,
];
