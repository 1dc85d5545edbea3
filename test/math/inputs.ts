/** Hostile and half-sensible texts for the fuzzer, each from a seed. */
import { Dice } from './draft.ts';
import { type Generated, generate } from './generate.ts';

/** One case: three texts that may or may not have to do with each other. */
export interface Case {
  readonly texts: readonly [string, string, string];
  /** All three are answers as such, without a text around them. */
  readonly bare: boolean;
}

const pieces = [
  '\\frac',
  '\\frac{',
  '}{',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '\\{',
  '\\}',
  '\\left',
  '\\right',
  '\\left(',
  '\\right)',
  '\\sqrt',
  '\\sqrt{',
  '\\sqrt[3]{',
  '^',
  '_',
  '^{',
  '_{',
  '+',
  '-',
  '\\cdot',
  '\\times',
  '/',
  '\\div',
  '=',
  '<',
  '>',
  '\\le',
  '\\ge',
  '\\ne',
  '\\in',
  '\\cup',
  '\\cap',
  '\\setminus',
  '\\mid',
  '|',
  ',',
  ';',
  ':',
  '.',
  '\\pm',
  '\\mp',
  '!',
  '%',
  '\\%',
  '$',
  '$$',
  '\\(',
  '\\)',
  '\\[',
  '\\]',
  '\\boxed{',
  '\\text{',
  '\\text{ and }',
  '\\text{ or }',
  ' and ',
  ' or ',
  '\\begin{pmatrix}',
  '\\end{pmatrix}',
  '\\begin{cases}',
  '\\end{cases}',
  '&',
  '\\\\',
  '\\infty',
  '\\pi',
  'e',
  'i',
  'x',
  'y',
  'n',
  'f(x)',
  'f',
  '\\sin',
  '\\cos',
  '\\tan',
  '\\ln',
  '\\log',
  '\\log_',
  '\\exp',
  '\\sum_{k=1}^',
  '\\prod_{k=1}^',
  '\\int_0^1',
  '\\lim_{x\\to 0}',
  '\\binom',
  '\\gcd',
  '\\lfloor',
  '\\rfloor',
  '^\\circ',
  '\\circ',
  '\\overline{',
  '\\dot{',
  '\\mathbb{R}',
  '\\emptyset',
  '\\ldots',
  '\\dots',
  '\\quad',
  '\\,',
  '~',
  ' ',
  '\n',
  '\t',
  '0',
  '1',
  '2',
  '3',
  '7',
  '10',
  '12',
  '0.5',
  '.5',
  '1,234',
  '99999999999999999999',
  '-1',
  '1e9',
  '\\$',
  '€',
  ' cm',
  '\\text{ cm}',
  '\\mathrm{',
  '^2',
  '²',
  '√',
  'π',
  '∞',
  '−',
  '≤',
  '∪',
  '·',
  '½',
  '٣',
  '五',
  'A',
  '(B)',
  'The answer is ',
  'Answer: ',
  'final answer',
  '#### ',
  '**',
  '</think>',
  '<answer>',
  '\\displaystyle',
  '\\dx',
  'dx',
  'a_1',
  "f'",
  '\u0000',
  '\ud800',
  '\u202e',
  '\ufeff',
  'yes',
  'no',
  'x=',
  'y=',
  'a:b',
  '3:4',
  '_{5}',
  '_5',
  '101_2',
] as const;

/** Texts that are small to write and large to work out, by a size. */
const bombs: readonly ((size: number, dice: Dice) => string)[] = [
  (n) => `${'9^{'.repeat(n)}9${'}'.repeat(n)}`,
  (n) => `${'('.repeat(n)}9${')!'.repeat(n)}`,
  (n) => `10^{${n}}!`,
  (n) => `\\binom{10^{${n % 40}}}{5\\cdot 10^{${n % 39}}}`,
  (n) => `(1+x)^{${n}0000} + 1`,
  (n) => `(x+y+z)^{${n}}`,
  (n) => `\\sum_{k=1}^{10^{${n % 30}}} k^{${n}}`,
  (n) => `\\prod_{k=1}^{10^{${n % 30}}} (1+\\frac{1}{k})`,
  (n) => Array.from({ length: n }, (_, k) => `\\frac{1}{2^{${k}}}`).join('+'),
  (n) => Array.from({ length: n }, (_, k) => `\\sqrt{${k}}`).join('+'),
  (n) => Array.from({ length: n }, () => '\\pm 1').join(' '),
  (n) => Array.from({ length: n }, (_, k) => `(${k}, ${k + 1})`).join(' \\cup '),
  (n) => `\\{${Array.from({ length: n }, (_, k) => n - k).join(', ')}\\}`,
  (n) => `\\{${Array.from({ length: n }, (_, k) => `\\sqrt{${k}}+${k}x`).join(', ')}\\}`,
  (n) => Array.from({ length: n }, (_, k) => k).join(' < '),
  (n) => `${'\\frac{1}{'.repeat(n)}x${'}'.repeat(n)}`,
  (n) => `${'\\sqrt{'.repeat(n)}2${'}'.repeat(n)}`,
  (n) => `${'\\sqrt{1+'.repeat(n)}x${'}'.repeat(n)}`,
  (n) => `${'\\sin('.repeat(n)}x${')'.repeat(n)}`,
  (n) => `${'e^{'.repeat(n)}1${'}'.repeat(n)}`,
  (n) => `${'f('.repeat(n)}x${')'.repeat(n)}`,
  (n) => `${'-'.repeat(n)}1`,
  (n) => '!'.repeat(n),
  (n) => `5${'!'.repeat(n)}`,
  (n) => `${'('.repeat(n)}1${')'.repeat(n)}`,
  (n) => `${'{'.repeat(n)}1${'}'.repeat(n)}`,
  (n) => `${'|'.repeat(n)}x${'|'.repeat(n)}`,
  (n) => `${'\\left('.repeat(n)}1${'\\right)'.repeat(n)}`,
  (n) => '7'.repeat(n * 8),
  (n) => `0.${'7'.repeat(n * 8)}`,
  (n) => `0.\\overline{${'7'.repeat(n)}1}`,
  (n) => `1.5 \\times 10^{${'9'.repeat(Math.ceil(n / 8))}}`,
  (n) => `1e${'9'.repeat(Math.ceil(n / 8))}`,
  (n) => 'x'.repeat(n),
  (n) => `${'x^'.repeat(n)}2`,
  (n) => Array.from({ length: n }, (_, k) => `x_{${k}}`).join(' + '),
  (n) => Array.from({ length: n }, (_, k) => `(x - ${k})`).join(''),
  (n) => `\\boxed{${'\\boxed{'.repeat(n)}1${'}'.repeat(n)}}`,
  (n) => '\\boxed{'.repeat(n),
  (n) => `${'$'.repeat(n)}1`,
  (n) => '$1$ and '.repeat(n),
  (n) => `${'The answer is '.repeat(n)}1`,
  (n) => `${'1, '.repeat(n)}1`,
  (n) => `\\begin{pmatrix} ${'1 & '.repeat(n)} 1 ${'\\\\ 1'.repeat(n)} \\end{pmatrix}`,
  (n) => `${'\\begin{pmatrix} '.repeat(n)}1${' \\end{pmatrix}'.repeat(n)}`,
  (n) => `e^{\\pi\\sqrt{163}} - 262537412640768744 + 10^{-${n}}`,
  (n) => `\\cos(10^{${n % 400}})`,
  (n) => `\\tan(\\frac{\\pi}{2} + 10^{-${n % 400}})`,
  (n) => `\\log_{2}${'('.repeat(n)}3${')'.repeat(n)}`,
  (n) => `2^{2^{${n}}} \\bmod 7`,
  (n) => `\\gcd(10^{${n}}, 2^{${n}})`,
  (n) => `x_{${'a_{'.repeat(n)}1${'}'.repeat(n)}}`,
  (n) => `${'\\text{a'.repeat(n)}${'}'.repeat(n)}`,
  (n) => `${' '.repeat(n * 8)}1`,
  (n) => `1${'\n'.repeat(n * 8)}`,
  (n) => `${'\\frac'.repeat(n)}12`,
  (n) => `\\int_0^1 ${'x^{'.repeat(n)}2${'}'.repeat(n)} dx`,
  (n) => Array.from({ length: n }, (_, k) => `x_{${k}} = ${k}`).join(', '),
  (n) => `${'\\lfloor '.repeat(n)}1.5${' \\rfloor'.repeat(n)}`,
  (n) => `(\\sqrt{2}+\\sqrt{3})^{${n}}`,
  (n) => `(1+i)^{${n}}`,
  (n) => `\\frac{(1+\\sqrt{5})^{${n}} - (1-\\sqrt{5})^{${n}}}{2^{${n}}\\sqrt{5}}`,
];

/** Cases by number: the same for the same seed and number, whatever went before. */
export class Inputs {
  readonly #seed: number;
  readonly #golds: readonly Generated[];

  constructor(seed: number) {
    this.#seed = seed;
    this.#golds = generate(seed, 6);
  }

  at(number: number): Case {
    const dice = new Dice(this.#seed + Math.imul(number + 1, 0x9e3779b1));
    const { gold, rewrites, mutations } = dice.pick(this.#golds);
    const shape = dice.int(0, 9);
    if (shape <= 2) {
      // Near answers: damaged ones beside whole ones.
      const of = () => dice.pick([gold, ...bareOf(rewrites), ...bareOf(mutations)]);
      return {
        texts: [of(), damaged(dice, of()), dice.chance(0.5) ? of() : damaged(dice, of())],
        bare: true,
      };
    }
    if (shape === 3) {
      const near = () => dice.pick([...rewrites, ...mutations]).text;
      return { texts: [gold, near(), damaged(dice, near())], bare: false };
    }
    if (shape === 4)
      return { texts: [spliced(dice, gold, this.#other(dice)), gold, this.#other(dice)], bare: true };
    if (shape === 5) return { texts: [fragments(dice), fragments(dice), gold], bare: false };
    if (shape === 6)
      return { texts: [grammatical(dice, 4), grammatical(dice, 4), grammatical(dice, 3)], bare: true };
    if (shape === 7) return { texts: [bytes(dice), fragments(dice), gold], bare: false };
    if (shape === 8) {
      const one = bomb(dice);
      return { texts: [one, dice.chance(0.5) ? `${one} + 1` : damaged(dice, one), gold], bare: false };
    }
    const formula = grammatical(dice, 5);
    return { texts: [formula, damaged(dice, formula), `(${formula}) + 0`], bare: true };
  }

  #other(dice: Dice): string {
    return dice.pick(this.#golds).gold;
  }
}

function bareOf(variants: Generated['rewrites']): string[] {
  return variants.map(({ text }) => text).filter((text) => !/[$\n]|\\\[|\\\(|boxed|answer/i.test(text));
}

/** A few characters dropped, doubled, changed or moved. */
function damaged(dice: Dice, text: string): string {
  let result = text;
  for (let edits = dice.int(1, 3); edits > 0; edits--) {
    const at = dice.int(0, result.length);
    const [before, after] = [result.slice(0, at), result.slice(at)];
    const length = dice.int(1, 4);
    result = dice.pick([
      () => before + after.slice(length),
      () => before + after.slice(0, length) + after,
      () => before + dice.pick(pieces) + after,
      () => before + dice.pick(pieces) + after.slice(length),
      () => after + before,
    ])();
  }
  return result;
}

function spliced(dice: Dice, a: string, b: string): string {
  return a.slice(0, dice.int(0, a.length)) + b.slice(dice.int(0, b.length));
}

function fragments(dice: Dice): string {
  return Array.from({ length: dice.int(1, 30) }, () => dice.pick(pieces)).join(dice.pick(['', ' ']));
}

function bytes(dice: Dice): string {
  const most = dice.pick([0x7f, 0x7f, 0xff, 0x2fff, 0xffff]);
  return Array.from({ length: dice.int(1, 300) }, () => String.fromCharCode(dice.int(0, most))).join('');
}

function bomb(dice: Dice): string {
  const size = Math.floor(2 ** (dice.int(0, 120) / 10));
  const one = dice.pick(bombs)(size, dice);
  return dice.chance(0.3) ? `\\boxed{${one}}` : one;
}

/** A formula that means something. */
function grammatical(dice: Dice, depth: number): string {
  if (depth === 0 || dice.chance(0.15)) {
    return dice.pick([
      'x',
      'y',
      'n',
      '\\pi',
      'e',
      'i',
      '2',
      '3',
      '10',
      '0',
      '1',
      '-1',
      '0.5',
      '\\sqrt{2}',
      '\\frac{1}{3}',
      `${dice.int(0, 999)}`,
    ]);
  }
  const part = () => grammatical(dice, depth - 1);
  return dice.pick([
    () => `${part()} + ${part()}`,
    () => `${part()} - (${part()})`,
    () => `(${part()})(${part()})`,
    () => `${part()} \\cdot (${part()})`,
    () => `\\frac{${part()}}{${part()}}`,
    () => `(${part()})^{${dice.int(-3, 5)}}`,
    () => `(${part()})^{${part()}}`,
    () => `\\sqrt{${part()}}`,
    () => `\\sqrt[3]{${part()}}`,
    () => `\\${dice.pick(['sin', 'cos', 'tan', 'ln', 'exp', 'arctan'])}(${part()})`,
    () => `|${part()}|`,
    () => `\\lfloor ${part()} \\rfloor`,
    () => `(${dice.int(0, 12)})!`,
    () => `\\binom{${dice.int(0, 12)}}{${dice.int(0, 12)}}`,
    () => `\\sum_{k=1}^{${dice.int(1, 9)}} (k + ${part()})`,
  ])();
}
