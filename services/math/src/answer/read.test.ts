import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accepts, rejects } from '../verify.fixture.ts';
import type { Answer } from './answer.ts';
import { readAnswer } from './read.ts';

describe('readAnswer', () => {
  test('kinds', () => {
    const table: Record<string, Answer['kind']> = {
      '18': 'value',
      '1,234': 'value',
      'x^2 + 1': 'value',
      '\\begin{vmatrix} 1 & 2 \\\\ 3 & 4 \\end{vmatrix}': 'value',
      'x = 5': 'equation',
      'f(x) = 2x': 'equation',
      'x^2 + y^2 = 1': 'equation',
      'x > 5': 'range',
      '|x| > 5': 'range',
      '\\mathbb{R}': 'range',
      'x \\ne 2': 'range',
      'x + y < 1': 'inequality',
      '1, 2': 'list',
      '\\pm 2': 'list',
      '\\{1, 2\\}': 'set',
      '\\emptyset': 'set',
      '(1, 2)': 'tuple',
      '\\begin{pmatrix} 1 & 2 \\end{pmatrix}': 'matrix',
      '3 : 2': 'ratio',
      '3 PM': 'ratio',
      odd: 'text',
      '\\text{no solution}': 'text',
      '(B) 24': 'text',
      '1 +': 'text',
    };
    for (const [text, kind] of Object.entries(table)) assert.equal(readAnswer(text).answer.kind, kind, text);
  });

  test('2 + 3 = 5 is 5; x = 2 + 3 = 5 is x = 5', () => {
    accepts([
      ['2 + 3 = 5', '5'],
      ['x = 2 + 3 = 5', 'x = 5'],
      ['\\frac{22}{7} \\approx 3.14', '\\frac{22}{7}'],
    ]);
  });

  test('notes bind names, or say conditions', () => {
    assert.deepEqual(readAnswer('2t + 1 \\text{ for some integer } t').bound, ['t']);
    assert.equal(readAnswer('2t + 1 \\text{ for some integer } t').condition, '');
    assert.notEqual(readAnswer('2 \\text{ if } n \\text{ is even}').condition, '');
    accepts([
      ['2t + 1 \\text{ for some integer } t', '2s + 1 \\text{ where } s \\text{ is an integer}'],
      ['\\frac{\\pi}{6} + 2\\pi k, \\; k \\in \\mathbb{Z}', '\\frac{\\pi}{6} + 2\\pi n'],
      ['x = k\\pi \\; (k \\in \\mathbb{Z})', 'x = n\\pi'],
    ]);
    rejects([
      ['2 \\text{ if } n \\text{ is even}', '2 \\text{ if } n \\text{ is odd}'],
      ['x^2 + 1 \\text{ for } x > 0', 'x^2 + 1 \\text{ for } x < 0'],
      ['2t + 1 \\text{ for some integer } t', '3t + 1 \\text{ for some integer } t'],
    ]);
  });

  test('what was mended is said', () => {
    assert.deepEqual(readAnswer('\\frac{1}{2').repairs, ['missing braces']);
    assert.deepEqual(readAnswer('\\\\frac{1}{2}').repairs, ['doubled backslashes']);
    accepts([
      ['\frac{1}{2}', '1/2'],
      ['\\\\frac{1}{2}', '1/2'],
      ['\\frac{1}{2', '1/2'],
      ['x<sup>2</sup>', 'x^2'],
      ['５', '5'],
      ['\text{odd}', 'odd'],
    ]);
  });

  test('what is no formula is text, and no number is taken from it', () => {
    const { answer, unread } = readAnswer('about 5 of the 6');
    assert.equal(answer.kind, 'text');
    assert.notEqual(unread, undefined);
    rejects([
      ['y = 3\\cos t', '3'],
      ['\\foo{5}', '5'],
      ['5 +', '5'],
    ]);
  });
});

describe('words', () => {
  test('numbers in words', () => {
    accepts([
      ['2', 'two'],
      ['Twelve', '12'],
    ]);
    rejects([['two', '3']]);
  });

  test('case, articles and stops', () => {
    accepts([
      ['yes', 'Yes.'],
      ['\\text{Yes}', 'yes'],
      ['odd', '\\text{Odd}'],
      ['the circle', 'Circle'],
      ['no solution', 'No real solutions'],
      ['undefined', 'does not exist'],
    ]);
    rejects([
      ['yes', 'no'],
      ['no', 'on'],
      ['odd', 'even'],
      ['Monday', 'Tuesday'],
      ['no solution', '0'],
      ['\\text{no solution}', '\\text{infinitely many solutions}'],
      ['\\text{cat}', '\\text{act}'],
    ]);
  });

  test('choices', () => {
    accepts([
      ['B', '(B)'],
      ['B', '\\text{(B)}'],
      ['B', '\\textbf{(B)}\\ 24'],
      ['24', '\\textbf{(B)}\\ 24'],
      ['B', 'B. twenty'],
      ['(B) 24', '(B)'],
      ['A, C', 'C and A'],
    ]);
    rejects([
      ['B', 'A'],
      ['B', '(A) B'],
      ['(B) 24', '(C) 24'],
      ['(B) 24', '25'],
      ['B', 'A. B is wrong'],
      ['A', 'A, B'],
      ['A', 'a'],
    ]);
  });

  test('times of day', () => {
    accepts([
      ['3:45 PM', '3:45 p.m.'],
      ['3:45 PM', '15:45'],
      ['3 PM', '3:00 pm'],
      ['3:45 PM', '3:45'],
      ['10:00 \\text{ a.m.}', '10:00 AM'],
    ]);
    rejects([
      ['3:45 PM', '3:45 AM'],
      ['3:45 PM', '4:45 PM'],
      ['12:30', '12:31'],
      ['3:45', '345'],
    ]);
  });

  test('congruences', () => {
    accepts([['n \\equiv 1 \\pmod 3', 'n ≡ 1 (mod 3)']]);
    rejects([
      ['n \\equiv 1 \\pmod 3', 'n \\equiv 2 \\pmod 3'],
      ['n \\equiv 1 \\pmod 3', '1'],
    ]);
  });
});
