import { describe, test } from 'node:test';
import fc from 'fast-check';
import { accepts, type Pair, rejects } from '../verify.fixture.ts';

fc.configureGlobal({ seed: 1 });

/** Pairs that are equal, and pairs that are not, by what they are about. */
const tables: Record<string, { equal: Pair[]; unequal: Pair[] }> = {
  integers: {
    equal: [['18', '18.0'], ['007', '7'], ['0', '-0'], ['+5', '5'], ['1,234,567', '1234567'], ['123456789012345678901234567890', '123,456,789,012,345,678,901,234,567,890']],
    unequal: [['18', '19'], ['5', '-5'], ['100000000000000000001', '100000000000000000000'], ['12,34,567', '1234567'], ['3 4', '34']],
  },
  'fractions and decimals': {
    equal: [['3/4', '0.75'], ['\\frac{3}{4}', '\\dfrac{6}{8}'], ['2\\frac13', '7/3'], ['-2\\frac{1}{3}', '-\\frac73'], ['3 1/2', '3.5'], ['0.\\overline{3}', '1/3'], ['0.(3)', '1/3'], ['0.1\\dot{6}', '1/6'], ['1.5e3', '1500'], ['1.5 \\times 10^{-3}', '0.0015'], ['½', '0.5']],
    unequal: [['3/4', '4/3'], ['2\\frac13', '\\frac23'], ['-2\\frac13', '-\\frac53'], ['1/3', '0.3'], ['10^{-20}', '10^{-30}'], ['3 \\times 10^8', '3 \\times 10^9'], ['1.000', '1000'], ['3 \\cdot \\frac12', '3\\frac12']],
  },
  percent: {
    equal: [['50\\%', '0.5'], ['50\\%', '50'], ['60 percent', '60\\%'], ['33\\frac13\\%', '1/3']],
    unequal: [['50\\%', '5'], ['50\\%', '0.5\\%'], ['33\\%', '1/3']],
  },
  surds: {
    equal: [['\\sqrt{18}', '3\\sqrt2'], ['\\frac{1}{\\sqrt2}', '\\frac{\\sqrt2}{2}'], ['\\sqrt{3+2\\sqrt2}', '1+\\sqrt2'], ['√(2)', '\\sqrt2'], ['x\\sqrt{x}', 'x^{3/2}'], ['\\sqrt[3]{-8}', '-2']],
    unequal: [['\\sqrt{3-2\\sqrt2}', '1-\\sqrt2'], ['\\sqrt[3]2', '3\\sqrt2'], ['\\sqrt{10^{12}+1}', '10^6'], ['\\sqrt{x+1}', '\\sqrt{x}+1']],
  },
  powers: {
    equal: [['-2^2', '-4'], ['2^3^2', '512'], ['2^{x+1}', '2 \\cdot 2^x'], ['x^{-1}', '1/x'], ['x**2', 'x^2'], ['9^{9^{9}}+1-1', '9^{9^{9}}'], ['100!/99!', '100']],
    unequal: [['-2^2', '4'], ['2^3^2', '64'], ['a^{b^c}', '(a^b)^c'], ['x^{n+1}', 'x^n+1'], ['9^{9^{9}}', '9^{9^{9}}+1'], ['e^{-50}', 'e^{-60}'], ['-x^2', '(-x)^2']],
  },
  expressions: {
    equal: [['(x+1)^2', 'x^2+2x+1'], ['1/2x', '\\frac x2'], ['2\\frac{ab}{3}', '\\frac{2ab}{3}'], ['\\frac{x^2-1}{x-1}', 'x+1'], ['\\sin 2x', '2\\sin x\\cos x'], ['\\cos(n\\pi)', '\\cos(\\pi n)'], ['\\ln(xy)', '\\ln x + \\ln y'], ['\\log_{10} 100', '2'], ['\\log x', '\\ln x'], ['\\binom52', '10'], ['\\sum_{k=1}^{10} k', '55'], ['\\sum_{k=1}^n k', '\\sum_{j=1}^n j'], ['\\varphi', '\\phi'], ['F(x) + C', 'F(x) + K'], ['\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}', '-2']],
    unequal: [['(x+1)^2', 'x^2+1'], ['1/2x', '\\frac{1}{2x}'], ['f(x+1)', 'f(x)+1'], ['\\sin^2 x', '\\sin x^2'], ['\\sin^{-1} x', '\\frac{1}{\\sin x}'], ['\\log_2 x', '\\log_3 x'], ['(x+1)^2', '(x+1)^2 + 10^{-12}'], ['x', '|x|'], ['x_1', 'x_2'], ["x'", 'x'], ['x', 'X'], ['\\binom52', '\\frac52'], ['n!!', '(n!)!'], ['\\lfloor x \\rfloor', '\\lceil x \\rceil'], ['F(x) + C', 'F(x)'], ['Cx', 'Kx'], ['x - (y - z)', 'x - y - z']],
  },
  'complex numbers': {
    equal: [['2+3i', '3i+2'], ['(1+i)^2', '2i'], ['\\frac1i', '-i'], ['e^{i\\pi}', '-1'], ['|3+4i|', '5'], ['3 \\pm 2i', '3+2i, 3-2i']],
    unequal: [['2+3i', '2-3i'], ['2+3i', '(2,3)'], ['2i', '2'], ['I', 'i']],
  },
  equations: {
    equal: [['x = 5', '5'], ['5 = x', 'x = 5'], ['y = 2x+1', '2x - y + 1 = 0'], ['y = 2x+1', '2x+1'], ['x^2+y^2=4', '\\frac{x^2}{4}+\\frac{y^2}{4}=1'], ['f(x) = 2x', 'f(t) = 2t'], ['f(x,y) = x-y', 'f(a,b) = a-b'], ['f(2) = 3', '3'], ['AB = 5', '5'], ['I = -10e^{-30t}', '-10e^{-30t}']],
    unequal: [['x = 5', 'y = 5'], ['x = 5', 'x = 6'], ['x^2+1=0', 'x^2+2=0'], ['|x| = -1', '|x| = -2'], ['\\sin x = 2', '\\sin x = 3'], ['x = 0', 'x^2 = 0'], ['f(x) = 2x', 'g(x) = 2x'], ['f(2) = 3', 'f(3) = 3'], ['f(x,y) = x-y', 'f(y,x) = x-y'], ['f(x) = xy', 'f(y) = y^2'], ['I = 2', 'I = 3'], ['AB = 5', 'CD = 5'], ["f'(x) = 2", 'f(x) = 2'], ['x^2 = 4', '2']],
  },
  'lists, sets, tuples': {
    equal: [['1, 2', '2, 1'], ['\\{1, 2\\}', '\\{2, 1\\}'], ['\\{1, 2, 2\\}', '1, 2'], ['\\pm 2', '2, -2'], ['1 \\pm \\sqrt2', '1-\\sqrt2, 1+\\sqrt2'], ['(1, \\pm 2)', '(1,2), (1,-2)'], ['(1,2), (3,4)', '(3,4), (1,2)'], ['\\{(1,2)\\}', '(1,2)'], ['(1,234)', '(1, 234)'], ['\\langle 1, 2 \\rangle', '(1, 2)'], ['x = 1 \\text{ or } x = 2', '\\{1, 2\\}'], ['x \\in \\{1, 2\\}', 'x = 1, 2']],
    unequal: [['1, 2', '1, 2, 3'], ['1, 1, 2', '1, 2, 2'], ['(1, 2)', '(2, 1)'], ['(1, 2)', '\\{1, 2\\}'], ['\\pm 2', '2'], ['(1,2), (3,4)', '(1,4), (3,2)'], ['((1,2),3)', '(1,(2,3))'], ['\\{\\{1,2\\},3\\}', '\\{1,2,3\\}'], ['\\{\\emptyset\\}', '\\emptyset'], ['(1,234)', '1234'], ['1, 2', '12'], ['1, 2', '1.2'], ['x = 1, 2', 'y = 1, 2']],
  },
  assignments: {
    equal: [['x = 1, y = 2', 'y = 2, x = 1'], ['x = 1, y = 2', '(1, 2)'], ['(x, y) = (1, 2)', 'x = 1 \\text{ and } y = 2'], ['x_1 = 1, x_2 = 2', '1, 2']],
    unequal: [['x = 1, y = 2', 'x = 2, y = 1'], ['x = 1, y = 2', '(2, 1)'], ['x = 1, y = 2', 'x = 1'], ['x = 1, y = 2', 'a = 1, b = 2'], ['(x, y) = (1, 2)', '(y, x) = (1, 2)']],
  },
  matrices: {
    equal: [['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '\\begin{bmatrix}1&2\\\\3&4.0\\end{bmatrix}'], ['\\begin{pmatrix}1\\\\2\\end{pmatrix}', '(1, 2)'], ['\\frac12\\begin{pmatrix}2&4\\end{pmatrix}', '\\begin{pmatrix}1&2\\end{pmatrix}']],
    unequal: [['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '\\begin{pmatrix}1&3\\\\2&4\\end{pmatrix}'], ['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}'], ['\\begin{pmatrix}1\\\\2\\end{pmatrix}', '\\begin{pmatrix}1&2\\end{pmatrix}'], ['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '(1,2,3,4)']],
  },
  'bases and ratios': {
    equal: [['204_5', '54'], ['101_2', '5'], ['1 : 2', '2 : 4'], ['3 : 2', '3/2'], ['1 : 2 : 3', '2 : 4 : 6']],
    unequal: [['204_5', '204_7'], ['204_5', '204'], ['2516_8', '2516_9'], ['1 : 2', '2 : 1'], ['1 : 2 : 3', '1 : 2'], ['1 : 2', '1, 2']],
  },
  infinity: {
    equal: [['\\infty', 'infinity'], ['\\infty', '+\\infty']],
    unequal: [['\\infty', '-\\infty'], ['\\infty', '10^{100}']],
  },
}; // biome-ignore format: a table

describe('answers', () => {
  for (const [about, { equal, unequal }] of Object.entries(tables)) {
    test(about, () => {
      accepts(equal);
      rejects(unequal);
    });
  }
});

describe('numbers', () => {
  /** The number num/den in one of the ways in which people write it. */
  const ways: ((num: number, den: number) => string)[] = [
    (num, den) => `${num}/${den}`,
    (num, den) => `\\frac{${num}}{${den}}`,
    (num, den) => `$\\dfrac{${7 * num}}{${7 * den}}$`,
    (num, den) => `x = ${num}/${den}`,
    (num, den) => `\\frac{${num}.0}{${den}}`,
    (num, den) => `${num} \\cdot ${den}^{-1}`,
    (num, den) => `${num < 0 ? '−' : ''}${Math.abs(num)} ÷ ${den}`,
  ];
  const way = fc.constantFrom(...ways);

  test('every way to write a rational is equal to every other', () => {
    const [num, den] = [
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
    ];
    fc.assert(fc.property(way, way, num, den, (a, b, n, d) => accepts([[a(n, d), b(n, d)]])));
  });

  test('one changed digit makes another number', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9][0-9]{0,60}$/),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('', '/7', '.5', '\\%', ' cm', 'x', '_{11}', '\\sqrt2', '^\\circ'),
        (digits, place, by, rest) => {
          const at = place % digits.length;
          const changed = (Number(digits[at]) + by) % 10;
          rejects([[digits + rest, digits.slice(0, at) + changed + digits.slice(at + 1) + rest]]);
        },
      ),
    );
  });
});
