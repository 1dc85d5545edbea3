import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAnswer } from './answer/read.ts';
import { classOf } from './classes.ts';

const nameOf = (text: string) => classOf(readAnswer(text));

describe('classes', () => {
  test('of simple answers can be read', () => {
    const table: Record<string, string> = {
      '0.75': 'num:3/4',
      '\\frac{6}{8}': 'num:3/4',
      '75\\%': 'num:3/4',
      '5 cm': 'num:1/20 m',
      '101_2': 'num:5',
      '[1, 2)': 'set:[1,2)',
      '\\{2, 1\\}': 'set:1∪2',
      '(2, 1)': 'tuple:(num:2,num:1)',
      '1:2:3': 'ratio:2:3',
      Odd: 'text:odd',
    };
    for (const [text, name] of Object.entries(table)) assert.equal(nameOf(text), name, text);
  });

  test('the same for answers that are exactly equal', () => {
    const groups = [
      ['1/2', '0.5', '\\frac12', '50\\%', '.5', '\\frac{2}{4}'],
      ['x + 1', '1 + x', '\\frac{x^2 - 1}{x - 1}', '\\frac{2x+2}{2}'],
      ['(1,2)', '(1.0, 2)'],
      ['1, 2', '2, 1', '\\{1, 2\\}', '1 \\text{ and } 2'],
      ['x = 2y', '2y - x = 0', '3x = 6y'],
      ['2 hours', '120 minutes'],
    ];
    for (const texts of groups) {
      const [first, ...others] = texts.map(nameOf);
      for (const other of others) assert.equal(other, first, texts.join('; '));
    }
  });

  test('another for answers that differ, also by convention only', () => {
    const texts = [
      '1/3',
      '0.333',
      '50',
      '50\\%',
      '5 cm',
      '5',
      '5 m',
      'x',
      'y',
      'x_1',
      'x = 5',
      'x > 5',
      'x \\ge 5',
      '1, 2',
      '1, 1, 2',
      '(2, 1)',
      '(1, 2)',
      '[1, 2]',
      '\\emptyset',
      '0',
      'x^2+1=0',
      'x^2+2=0',
      '3 : 2',
      'no',
      '\\infty',
      '-\\infty',
      '3 PM',
      '3 AM',
    ];
    const names = texts.map(nameOf);
    assert.equal(new Set(names).size, names.length, names.sort().join('\n'));
  });

  test('long ones are hashed, and stay apart', () => {
    const long = Array.from({ length: 300 }, (_, at) => at).join(', ');
    const [a, b] = [nameOf(long), nameOf(`${long}, 300`)];
    assert.match(a, /^set#\d+-[0-9a-z]+$/);
    assert.notEqual(a, b);
  });
});
