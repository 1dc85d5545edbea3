import { describe, test } from 'node:test';
import { accepts, rejects } from '../verify.fixture.ts';

describe('ellipses', () => {
  test('are written out', () => {
    accepts([
      ['1+2+\\cdots+n', '\\frac{n(n+1)}{2}'],
      ['1 \\cdot 2 \\cdots n', 'n!'],
      ['2^0 + 2^1 + \\dots + 2^n', '2^{n+1} - 1'],
      ['1 + 3 + \\ldots + (2n-1)', 'n^2'],
      ['a_1 + a_2 + \\dots + a_n', 'a_1 + a_2 + a_3 + \\dots + a_n'],
      ['\\{1, 2, \\ldots, n\\}', '\\{1, 2, 3, \\ldots, n\\}'],
    ]);
    rejects([
      ['1+2+\\cdots+n', '\\frac{n(n-1)}{2}'],
      ['a_1 + a_2 + \\dots + a_n', 'a_1 + a_2 + \\dots + a_{n-1}'],
      ['a_1 + a_2 + \\dots + a_n', 'a_1 a_2 \\cdots a_n'],
      ['\\{1, 2, \\ldots, n\\}', '\\{1, 2, \\ldots, m\\}'],
      ['1, 2, \\ldots', '1, 3, \\ldots'],
      ['1, 2, \\ldots', '1, 2'],
    ]);
  });

  test('of digits repeat them', () => {
    accepts([
      ['0.333\\ldots', '\\frac13'],
      ['0.1212...', '\\frac{4}{33}'],
      ['0.999...', '1'],
    ]);
    rejects([['0.333\\ldots', '0.444\\ldots']]);
  });
});
