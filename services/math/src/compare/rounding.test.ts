import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accepts, rejects } from '../verify.fixture.ts';
import { verify } from '../verify.ts';

describe('rounding', () => {
  test('shown: a decimal of three digits stands for the fraction that it rounds', () => {
    accepts([
      ['1/3', '0.333'],
      ['2/3', '0.667'],
      ['-2/3', '-0.667'],
      ['600/7', '85.7'],
      ['1/7', '0.142857'],
      ['1/6', '16.67\\%'],
      ['1/3', '33.3\\%'],
    ]);
    rejects([
      ['1/3', '0.33'],
      ['1/3', '0.334'],
      ['2/3', '0.666'],
      ['1/6', '16.6\\%'],
      ['2/3', '67\\%'],
      ['1/4', '0.251'],
      ['0.667', '0.6667'],
      ['0.50', '0.5001'],
      ['1.4', '\\sqrt2'],
      ['1.416', '\\sqrt2'],
      ['1.25', '\\frac{1251}{1000}'],
      ['1000000', '1000001'],
      ['0', '0.0001'],
    ]);
  });

  test('shown: a decimal in the reference stands for an irrational number, one in the answer does not', () => {
    const exact = [
      ['1.414', '\\sqrt2'],
      ['18.85', '6\\pi'],
      ['-14.14 \\text{ cm}', '-10\\sqrt{2}'],
      ['x = 2.236', 'x = \\sqrt{5}'],
      ['(1.414, 1)', '(\\sqrt2, 1)'],
    ] as const;
    for (const [gold, answer] of exact) {
      assert.equal(verify(gold, answer).outcome, 'equal', `${gold} ~ ${answer}`);
      assert.equal(verify(answer, gold).outcome, 'unequal', `${answer} ~ ${gold}`);
    }
  });

  test('none', () => {
    rejects(
      [
        ['1/3', '0.3333'],
        ['1/6', '16.67\\%'],
      ],
      'strict,rounding=none',
    );
    accepts(
      [
        ['1/4', '0.25'],
        ['0.50', '1/2'],
      ],
      'strict,rounding=none',
    );
  });

  test('so many decimals', () => {
    accepts(
      [
        ['\\pi', '3.14'],
        ['2/3', '0.67'],
        ['\\sqrt2', '1.41421'],
      ],
      'strict,rounding=2',
    );
    rejects(
      [
        ['\\pi', '3.15'],
        ['10', '11'],
        ['1/3', '1/3+1/1000'],
        ['e^{-50}', 'e^{-60}'],
      ],
      'strict,rounding=2',
    );
    accepts([['\\frac{\\sqrt2}{2}', '0.707107']], 'math-verify');
    rejects([['\\frac{\\sqrt2}{2}', '0.7071']], 'math-verify');
  });

  test('relative', () => {
    accepts(
      [
        ['100', '100.001'],
        ['\\frac{\\sqrt2}{2}', '0.70711'],
      ],
      'strict,rounding=relative',
    );
    rejects(
      [
        ['100', '100.1'],
        ['0', '0.00001'],
        ['10^{-20}', '10^{-30}'],
      ],
      'strict,rounding=relative',
    );
  });
});
