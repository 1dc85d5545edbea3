import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compare } from './compare.ts';
import { read } from './read.ts';

fc.configureGlobal({ seed: 1 });

const same = (gold: string, answer: string) => compare(read(gold), read(answer)).equal;
const key = (gold: string, answer: string) => compare(read(gold), read(answer)).key;

/** The number num/den in one of the ways in which people write it. */
const ways: ((num: number, den: number) => string)[] = [
  (num, den) => `${num}/${den}`,
  (num, den) => `\\frac{${num}}{${den}}`,
  (num, den) => `$\\dfrac{${7 * num}}{${7 * den}}$`,
  (num, den) => `x = ${num}/${den}`,
  (num, den) => `\\frac{${num}.0}{${den}}`,
  (num, den) => `(${num < 0 ? '−' : '+'}${Math.abs(num)} / ${den})`,
  (num, den) => `${num < 0 ? '-' : ''}\\tfrac{${Math.abs(num)}}{${den}}\\text{ units}`,
];
const way = fc.constantFrom(...ways);
const numerator = fc.integer({ min: -1_000_000, max: 1_000_000 });
const denominator = fc.integer({ min: 1, max: 1_000_000 });

function grouped(value: number, separator: string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, separator);
}

describe('compare', () => {
  test('the convention', () => {
    const table: [gold: string, answer: string, equal: boolean][] = [
      ['3/4', '0.75', true],
      ['3/4', '75/100', true],
      ['3/4', '\\frac{3}{4}', true],
      ['1/3', '0.333', false],
      ['1/3', '0.333333333333333333', false],
      ['18', '$18', true],
      ['18', '18 eggs', true],
      ['$18', '18', true],
      ['$18', '18 dollars', true],
      ['$18', '€18', false],
      ['18 cm', '18 m', false],
      ['18 duck eggs', '18 eggs', true],
      ['18 apples', '18 oranges', false],
      ['60', '60%', true],
      ['60%', '60', true],
      ['60%', '60\\%', true],
      ['60%', '0.6', true],
      ['0.6', '60%', true],
      ['60%', '6', false],
      ['60%', '0.6%', false],
      ['60%', '60 cm', false],
      ['5', 'x = 5', true],
      ['x = 5', '5', true],
      ['x = 5', 'y = 5', false],
      ['x+1', 'x + 1', true],
      ['x+1', 'x+2', false],
      ['5', 'x', false],
      ['x', '5', false],
      ['0', '-0', true],
      ['100000000000000000001', '100000000000000000000', false],
      ['1e-50', '1e-60', false],
    ];
    for (const [gold, answer, equal] of table) assert.equal(same(gold, answer), equal, `${gold} ~ ${answer}`);
  });

  test('reflexive', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => same(text, text)));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,/-%$ x{}\\frac') }), (t) => same(t, t)),
    );
  });

  test('symmetric, and classes are equal exactly where answers are', () => {
    const answer = fc.tuple(
      way,
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(answer, answer, ([wayA, numA, denA, percentA], [wayB, numB, denB, percentB]) => {
        const a = wayA(numA, denA) + (percentA ? '%' : '');
        const b = wayB(numB, denB) + (percentB ? '%' : '');
        assert.equal(same(a, b), same(b, a), `${a} ~ ${b}`);
        assert.equal(same(a, b), key(a, a) === key(a, b), `${a} ~ ${b}`);
      }),
    );
  });

  test('every way to write a rational is equal to every other', () => {
    fc.assert(
      fc.property(way, way, numerator, denominator, (a, b, num, den) => same(a(num, den), b(num, den))),
    );
  });

  test('decimals and thousands', () => {
    fc.assert(
      fc.property(
        numerator,
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(',', ' ', '{,}', '\\,'),
        (num, places, by) => {
          const size = Math.abs(num);
          const sign = num < 0 ? '-' : '';
          assert.ok(same(`${num}/${10 ** places}`, (num / 10 ** places).toFixed(places)));
          assert.ok(same(String(num), `${sign}${grouped(size, by)}`));
          assert.ok(same(`${num}/${10 ** places}`, `${num}e-${places}`));
        },
      ),
    );
  });

  test('one changed digit makes another number', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9][0-9]{0,60}$/),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('', '/7', '.5', '%', ' cm'),
        (digits, place, by, rest) => {
          const at = place % digits.length;
          const changed = (Number(digits[at]) + by) % 10;
          const other = digits.slice(0, at) + changed + digits.slice(at + 1);
          assert.equal(same(digits + rest, other + rest), false);
        },
      ),
    );
  });
});
