import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainAgainst, readGold } from '../judge.ts';
import { type Policy, parsePolicy } from '../policy.ts';

const strict = parsePolicy('strict') as Policy;

function judge(gold: string, answer: string): string {
  const read = readGold(gold, strict);
  assert.ok(read, gold);
  return explainAgainst(read, answer).judgement.status;
}

/** Reference answer, the same in another form, another answer that looks like it. */
const forms: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  'unit with a power after an expression': [
    ['8\\sqrt{5} \\text{ cm}^{2}', '8\\sqrt{5}', '8\\sqrt{5} \\text{ cm}^{3}'],
    ['7 \\text{ mph}', '7 miles per hour', '7 miles per minute'],
    ['31^{\\circ} \\mathrm{C}', '31', '31^{\\circ} \\mathrm{F}'],
  ],
  'what a parameter ranges over': [
    [
      '$x=\\frac{\\pi}{5}+k \\pi$, $k \\in \\mathbb{Z}$',
      '\\frac{\\pi}{5} + m\\pi',
      '\\frac{\\pi}{5} + 2m\\pi',
    ],
    ['$x=3k\\pi(k \\in \\mathbf{Z})$', '3n\\pi, n \\in \\mathbb{Z}', '3n\\pi, n \\in \\mathbb{N}'],
    ['f(x) = kx, k \\in \\mathbb{R}', 'f(x) = cx', 'f(x) = cx^3'],
  ],
  systems: [
    ['\\begin{cases} x=4 \\\\ y=9 \\end{cases}', '(4, 9)', '(9, 4)'],
    ['\\left\\{\\begin{array}{l} a=4 \\\\ b=9 \\end{array}\\right.', 'a=4, b=9', 'a=9, b=4'],
    ['u=1, v=5, \\text{ or } u=5, v=1', '(1,5), (5,1)', '(1,5), (5,5)'],
    ['a = b = 6', 'a = 6, b = 6', 'a = 6'],
    [
      '\\frac{x}{2} = \\frac{y-1}{3} = z',
      '\\frac{x}{2} = \\frac{y-1}{3} = z',
      '\\frac{x}{2} = \\frac{y-1}{5} = z',
    ],
  ],
  'names of values': [
    ['f^{-1}(x) = 4x - 1', '4x - 1', '4x + 1'],
    ['\\frac{dy}{dx} = 6x', '6x', '3x^2'],
    ['x_1=7, x_2=-2', 'x = -2 \\text{ or } x = 7', 'x = 2 \\text{ or } x = 7'],
    ['P(X = 3) = \\frac{1}{5}', '0.2', 'P(X = 2) = \\frac{1}{5}'],
    ['M \\cap N = \\{4\\}', '\\{4\\}', 'M \\cup N = \\{4\\}'],
    ['f(x) = x + 6', 'y = x + 6', 'x = y + 6'],
    ['\\pi r^2 = \\pi \\cdot 5^2 = 25\\pi', '25\\pi', '5\\pi'],
  ],
  'captions and parts': [
    ['\\text{vertex: } (3,-7)', '(3, -7)', '\\text{focus: } (3, -7)'],
    ['\\text{center } (0,1), \\text{ radius } 6', '(0,1), 6', '(0,1), 36'],
    ['(1) 8; (2) 5', '8, 5', '5, 8'],
    ['(i) 8; (ii) 5', '(i) 8 (ii) 5', '(i) 5 (ii) 8'],
  ],
  vectors: [
    ['6\\mathbf{i} - 5\\mathbf{j}', '(6, -5)', '(6, 5)'],
    ['2 \\hat{i} + \\hat{k}', '\\langle 2, 0, 1 \\rangle', '\\langle 2, 1 \\rangle'],
  ],
  'sets of reals': [
    ['\\{x|x<-4或x>1\\}', '(-\\infty,-4) \\cup (1,\\infty)', '(-4,1)'],
    [
      '\\{x \\mid x \\neq \\pm 3\\}',
      '(-\\infty,-3) \\cup (-3,3) \\cup (3,\\infty)',
      '(-\\infty,3) \\cup (3,\\infty)',
    ],
    ['all real numbers', '(-\\infty, \\infty)', 'all real numbers except 0'],
  ],
  words: [
    ['\\text{The series diverges}', 'divergent', 'converges'],
    ['the line x + y = 7', 'line $x + y = 7$', 'the line x - y = 7'],
    ['n \\equiv -2 \\pmod{9}', 'n \\equiv -2 \\pmod 9', 'n \\equiv 2 \\pmod{9}'],
    ['BCD', 'B, C, D', 'B, C'],
    ['4th', '4', '14th'],
    ['May 9', '\\text{May 9}', 'May 8'],
    ['y = c_1 e^{3x} + c_2', 'y = C_1 e^{3x} + C_2', 'y = C_1 e^{2x} + C_2'],
  ],
};

for (const [name, rows] of Object.entries(forms)) {
  describe(name, () => {
    for (const [gold, same, other] of rows) {
      test(gold, () => {
        assert.equal(judge(gold, same), 'CORRECT', same);
        assert.notEqual(judge(gold, other), 'CORRECT', other);
      });
    }
  });
}

test('operators in texts count', () => {
  assert.notEqual(
    judge(
      'g(x) = \\begin{cases} x, & x>0 \\\\ -x, & x<0 \\end{cases}',
      'g(x) = \\begin{cases} x, & x>0 \\\\ x, & x<0 \\end{cases}',
    ),
    'CORRECT',
  );
  assert.notEqual(judge('\\{(x,y) \\mid y > x\\}', '\\{(x,y) \\mid y < x\\}'), 'CORRECT');
  assert.notEqual(judge('p \\wedge q', 'p \\vee q'), 'CORRECT');
});

test('capacitors are no constants of integration', () => {
  assert.notEqual(judge('\\frac{C_1}{C_1+C_2}', '\\frac{C_2}{C_1+C_2}'), 'CORRECT');
});
