/** Texts that once earned a reward, or lost one, that they should not have. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { verify } from './verify.ts';

/** Reference, right answers, wrong answers. */
const cases: Record<string, readonly (readonly [string, readonly string[], readonly string[]])[]> = {
  'an equation that restates the problem': [
    ['5', ['x = 5', '5 = x'], ['2x + 3 = 13', '3x = x + 10', 'x = 2x - 5', '\\frac{x}{2} = 2.5']],
    ['2x + 1', ['y = 2x + 1'], ['y - 2x - 1 = 0', '2y = 4x + 2']],
  ],
  'a name that is bound on one side only': [['f(x) = 2x^2 - 1', ['f(n) = 2n^2 - 1'], ['f(n) = 2x^2 - 1']]],
  'answers for several cases': [
    [
      '7',
      ['7 \\text{ for all } n', '7, \\text{ where } n \\text{ is an integer, and for all } k'],
      [
        '\\boxed{7 \\text{ if } n \\text{ is even, 8 otherwise}}',
        '\\boxed{7 \\text{ for even } n, 8 \\text{ for odd } n}',
        '\\boxed{7 \\text{ if } n>1, \\text{ and } 8 \\text{ if } n=1}',
      ],
    ],
    ['7 \\text{ if } n>1, \\text{ and } 8 \\text{ if } n=1', [], ['7', '8']],
  ],
  'other names for what is given': [
    [
      '2r',
      ['2r \\text{ where } r > 0'],
      ['2d \\text{ where } d \\text{ is the diameter}', '2d \\text{ where } d > 0'],
    ],
    ['\\pi r^2', [], ['\\pi d^2, d \\in \\mathbb{R}', '\\pi n^2']],
    ['2\\pi t', [], ['2\\pi n', '2\\pi p']],
    ['2\\pi\\sqrt{\\frac{m}{a}}', [], ['2\\pi\\sqrt{\\frac{l}{a}}']],
    ['x + y', [], ['x + z, z \\in \\mathbb{R}']],
  ],
  'parameters of families': [
    ['\\frac{\\pi}{6} + 2\\pi N, N \\in \\mathbb{Z}', ['\\frac{\\pi}{6} + 2\\pi k, k \\in \\mathbb{Z}'], []],
    ['\\alpha + k\\pi', ['\\alpha + n\\pi'], ['\\alpha + 2n\\pi', '\\beta + k\\pi']],
    ['y = Ce^x', ['y = Ke^x, \\text{ where } K \\text{ is a constant}'], ['y = xe^x']],
  ],
  'which measure divides': [['5 \\text{ m/s}', ['5 m per second', '5'], ['5 \\text{ s/m}']]],
  'numbers and verdicts in words': [
    ['25', ['twenty-five', 'Twenty five.'], ['twenty', 'five twenty', 'twenty-fifteen']],
    ['\\frac{2}{3}', ['two thirds', 'two-thirds'], ['two third parts', 'three halves']],
    ['\\frac{3}{2}', ['three halves'], ['three and halves']],
    ['DNE', ['does not exist', 'dne'], ['0', 'DEN', 'exists']],
  ],
  'how a sequence goes on': [
    ['1, 3, \\ldots, 9', ['1, 3, 5, \\ldots, 9'], ['1, \\ldots, 9']],
    ['1, 2, \\ldots, 9', ['1, \\ldots, 9'], ['1, \\ldots, 8']],
  ],
};

for (const [title, rows] of Object.entries(cases)) {
  suite(title, () => {
    for (const [gold, right, wrong] of rows) {
      for (const answer of right)
        test(`${gold} is ${answer}`, () => assert.equal(verify(gold, answer).outcome, 'equal'));
      for (const answer of wrong)
        test(`${gold} is not ${answer}`, () => assert.equal(verify(gold, answer).outcome, 'unequal'));
    }
  });
}
