import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, maxIntegerDigits } from '../expression/rational.ts';
import { readNumber } from './quantities.ts';
import { textAnswer } from './text.ts';

/** `3/4`, `5 cm`, `x: 5`; `none` for what is no number with a unit. */
function shown(span: string): string {
  const value = readNumber(span);
  if (value === undefined) return 'none';
  const label = value.label === '' ? '' : `${value.label}: `;
  return `${label}${format(value.number)}${value.units.map((unit) => ` ${unit}`).join('')}`;
}

function check(table: Record<string, string>): void {
  for (const [span, expected] of Object.entries(table)) assert.equal(shown(span), expected, span);
}

describe('read', () => {
  test('integers and decimals', () => {
    check({
      '18': '18',
      '-18': '-18',
      '−18': '-18',
      '+7': '7',
      '- 7': '-7',
      '007': '7',
      '0': '0',
      '-0': '0',
      '18.': '18',
      '18.0': '18',
      '.5': '1/2',
      '-0.75': '-3/4',
      '\\(18\\)': '18',
      '**18**': '18',
      $18$: '18',
      '$$18.$$': '18',
      '１８': '18',
      '1\u200b8': '18',
      '(18)': '18',
      '≈ 3.14': '157/50',
    });
  });

  test('thousands', () => {
    check({
      '1,234,567': '1234567',
      '1 234 567': '1234567',
      '1{,}234': '1234',
      '1\\,234': '1234',
      '11,\\! 111,\\! 100': '11111100',
      '1,234.5': '2469/2',
      '12,34': 'none',
      '1,2345': 'none',
      '0,123': 'none',
      '1, 234': 'none',
      '(1,234)': 'none',
    });
  });

  test('fractions and mixed numbers', () => {
    check({
      '3/4': '3/4',
      '6/8': '3/4',
      '-3/4': '-3/4',
      '\\frac{3}{4}': '3/4',
      '\\dfrac{3}{4}': '3/4',
      '\\tfrac34': '3/4',
      '\\frac{-3}{4}': '-3/4',
      '-\\frac{-3}{-4}': '-3/4',
      '\\frac{1.5}{2}': '3/4',
      '\\frac{1,000}{3}': '1000/3',
      '1 1/2': '3/2',
      '-1 1/2': '-3/2',
      '1\\frac{1}{2}': '3/2',
      '1½': '3/2',
      '3/0': 'none',
      '1/2/3': 'none',
      '1 3/2': 'none',
    });
  });

  test('scientific notation, with bounds', () => {
    check({
      '1.5e3': '1500',
      '1.5E-1': '3/20',
      '1.5 \\times 10^3': '1500',
      '1.5 \\cdot 10^{-1}': '3/20',
      '2×10^{2}': '200',
      '1e99999999': 'none',
      '1e-99999999': 'none',
      '9^{9^{9}}': 'none',
    });
    assert.notEqual(readNumber('1e2000'), undefined);
  });

  test('powers of integers, with bounds', () => {
    check({
      '2^10': '1024',
      '-2^2': '-4',
      '10^{-3}': '1/1000',
      '0^{5}': '0',
      '0^{0}': 'none',
      '9^{999999999999}': 'none',
    });
  });

  test('currencies, percent, units', () => {
    check({
      $18: '18 dollar',
      '\\$18.50': '37/2 dollar',
      '$\\$18$': '18 dollar',
      '-$5': '-5 dollar',
      '$-5': '-5 dollar',
      '€20': '20 euro',
      '20 €': '20 euro',
      'USD 20': '20 dollar',
      '18 dollars': '18 dollar',
      '18 eggs': '18 egg',
      '18 duck eggs per day': '18 duck egg day',
      '50%': '50 %',
      '50\\%': '50 %',
      '50 percent': '50 %',
      '5\\text{ cm}': '5 cm',
      '5\\text{cm}^2': '5 cm^2',
      '5 square centimeters': '5 cm^2',
      '5cm': '5 cm',
      '5 m': '5 m',
      '5 km/h': '5 km hour',
      '5 kilometers per hour': '5 km hour',
      '30^\\circ': '30 degree',
      '30^{\\circ}': '30 degree',
      '30°': '30 degree',
      '3 million people': '3000000 people',
      '18 in total': '18',
      '6-inch': '6 inch',
    });
  });

  test('names', () => {
    check({
      'x = 5': 'x: 5',
      '$x=5$': 'x: 5',
      'x_1 = 5': 'x_{1}: 5',
      '\\theta = 5': '\\theta: 5',
      'f(3) = 5': 'f(3): 5',
      'x = 2+3 = 5': 'x: 5',
      'Total = 5': '5',
      '= 5': '5',
      '2 + 3 = 5': '5',
      '3 \\cdot 60 = 180': '180',
    });
  });

  test('no number is taken out of a damaged or larger expression', () => {
    for (const span of [
      '1-1/e',
      '3x+4=0',
      '5x',
      '5m',
      '2\\pi',
      '2 pi',
      '5-xyz',
      '5-m',
      '5 m - n',
      '5 - x',
      '5 / x',
      '3\\sqrt{2}',
      '5 or 6',
      '5 and 6',
      '1,2,3',
      '5!',
      '5 squared',
      '5 less than 6',
      '0.333...',
      '12_5',
      '101 base 2',
      '3:45',
      '\\frac{3}{4',
      '\\frac{3}{}',
      '{5',
      '\\text{5',
      '5}',
      '5 + i',
      '1/2 + 1/3',
      '3/4/2020',
      '5th',
      '2x = 4',
      'x^2 = 4',
      '2^{x}',
      '2^{0.5}',
      '2^{3^{4}}',
      '1e',
      '--5',
      'x = y',
    ]) {
      assert.equal(readNumber(span), undefined, span);
    }
  });

  test('text in one spelling', () => {
    const same: [string, string][] = [
      ['\\left( x + 1 \\right)', '(x+1)'],
      ['\\dfrac{x}{2}', '\\frac x2'],
      ['\\sqrt2', '\\sqrt{2}'],
      ['x^2', 'x^{2}'],
      ['x²', 'x^2'],
      ['10^-3 x', '10^{-3}x'],
      ['a \\cdot b', 'a*b'],
      ['x \\le 3', 'x ≤ 3'],
      ['\\text{Yes}', 'yes'],
      ['New York', 'new  york'],
      ['(1, 2)', '(1,2)'],
      ['$(1,2)$', '(1,2).'],
      ['{x}', 'x'],
      ['2\\,\\pi\\, r', '2\\pi r'],
      ['\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}', '\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}'],
    ];
    for (const [a, b] of same) assert.equal(textAnswer(a).key, textAnswer(b).key, `${a} ~ ${b}`);
    const different: [string, string][] = [
      ['x^2', 'x2'],
      ['x^{10}', 'x^{1}0'],
      ['x_1', 'x_2'],
      ['1 2', '12'],
      ['1\u00002', '12'],
      ['\\sqrt{2}x', '\\sqrt{2x}'],
      ['\\frac{1}{2x}', '\\frac{1}{2}x'],
      ['(1,2)', '[1,2]'],
      ['\\{1,2\\}', '(1,2)'],
      ['', '0'],
    ];
    for (const [a, b] of different) assert.notEqual(textAnswer(a).key, textAnswer(b).key, `${a} !~ ${b}`);
  });

  test('size limits: longer numbers are compared as they are written', () => {
    assert.notEqual(readNumber('9'.repeat(maxIntegerDigits)), undefined);
    assert.equal(readNumber('9'.repeat(maxIntegerDigits + 1)), undefined);
    assert.equal(readNumber(`0.${'3'.repeat(2_000)}`), undefined);
    assert.equal(shown(`2.${'0'.repeat(5_000)}`), '2');
  });
});
