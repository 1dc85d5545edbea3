import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from './decide.ts';

const integral = (of: unknown, from: unknown, to: unknown) => [
  'Integrate',
  ['Function', of, 'x'],
  ['Limits', 'x', from, to],
];
const sum = (of: unknown, from: unknown, to: unknown) => ['Sum', of, ['Limits', 'k', from, to]];
const limit = (of: unknown, at: unknown) => ['Limit', ['Function', of, 'x'], at];
const infinity = 'PositiveInfinity';
const power = (base: unknown, exponent: unknown) => ['Power', base, exponent];
const half = ['Rational', 1, 2];

const cases: Record<'equal' | 'different' | 'undecided', [gold: unknown, answer: unknown][]> = {
  equal: [
    [integral(power('x', 2), 0, 1), ['Rational', 1, 3]],
    [integral(['Divide', 1, ['Add', 1, power('x', 2)]], 'NegativeInfinity', infinity), 'Pi'],
    [integral(power('x', 2), 0, 'a'), ['Divide', power('a', 3), 3]],
    [sum(power('k', 3), 1, 20), 44_100],
    [sum('k', 1, 'n'), ['Divide', ['Multiply', 'n', ['Add', 'n', 1]], 2]],
    [sum(['Divide', 1, ['Factorial', 'k']], 0, infinity), 'ExponentialE'],
    [['Product', 'k', ['Limits', 'k', 1, 10]], 3_628_800],
    [limit(['Divide', ['Sin', 'x'], 'x'], 0), 1],
    [limit(['Divide', ['Subtract', 1, ['Cos', 'x']], power('x', 2)], 0), half],
    [
      ['D', power('x', 3), 'x'],
      ['Multiply', 3, power('x', 2)],
    ],
    [
      ['Sin', ['Multiply', 2, 'x']],
      ['Multiply', 2, ['Sin', 'x'], ['Cos', 'x']],
    ],
    [power(['Add', 'x', 1], 2), ['Add', power('x', 2), ['Multiply', 2, 'x'], 1]],
  ],
  different: [
    [integral(power('x', 2), 0, 1), half],
    [sum(power('k', 3), 1, 20), 44_101],
    [limit(['Divide', ['Sin', 'x'], 'x'], 0), 0],
    [sum(['Divide', 1, ['Factorial', 'k']], 0, infinity), 'Pi'],
    [
      ['Add', ['Sqrt', 2], ['Complex', 0, 1]],
      ['Add', ['Sqrt', 2], ['Complex', 0, 2]],
    ],
  ],
  undecided: [
    // Its numbers are near, and prove nothing.
    [sum(['Divide', 1, power('k', 2)], 1, infinity), ['Rational', 16_449_340_668_482, 10_000_000_000_000]],
    [
      ['Add', 'x', 1],
      ['Add', 'x', 1, power(10, -12)],
    ],
    // Its numbers may be far off.
    [limit(['Divide', ['Abs', 'x'], 'x'], 0), 1],
    [limit(['Divide', ['Abs', 'x'], 'x'], 0), 2],
    [integral(['Divide', 1, 'x'], -1, 1), 0],
    // Domains: equal for positive x only.
    [['Sqrt', power('x', 2)], 'x'],
    [['Factorial', ['Factorial', 9]], 1],
    // Not to be asked.
    [['Random'], ['Random']],
    [['Assign', 'x', 1], 1],
    [{ num: `1${'0'.repeat(300)}` }, 1],
    [`x${'y'.repeat(50)}`, 'x'],
    [['Add', ...Array.from({ length: 600 }, () => 1)], 600],
  ],
};

describe('decide', () => {
  for (const [finding, pairs] of Object.entries(cases)) {
    for (const [gold, answer] of pairs) {
      const [a, b] = [JSON.stringify(gold), JSON.stringify(answer)];
      test(`${finding}: ${a.slice(0, 70)}, ${b.slice(0, 40)}`, () => {
        const decided = decide({ gold: a, answer: b });
        assert.equal(decided.finding, finding, decided.rule);
        assert.equal(decide({ gold: b, answer: a }).finding, finding);
      });
    }
  }

  test('what is no MathJSON', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '[[1]]',
      'null',
      '{"sym":1}',
      '"😀"',
      `${'["Sin",'.repeat(100)}1${']'.repeat(100)}`,
    ]) {
      assert.equal(decide({ gold: text, answer: '1' }).finding, 'undecided');
    }
  });

  test('one question leaves nothing behind for the next', () => {
    const ask = { gold: JSON.stringify(['Sqrt', power('n', 2)]), answer: '"n"' };
    assert.equal(decide(ask).finding, 'undecided');
    decide({ gold: JSON.stringify(sum('k', 1, 'n')), answer: '["Factorial","n"]' });
    assert.equal(decide(ask).finding, 'undecided');
  });
});
