import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maxTokens } from './lexer.ts';
import { tokenize } from './tokens.ts';
import { Unreadable } from './unreadable.ts';

/** Types of the tokens, with the text where that is something else. */
const shown = (text: string) =>
  tokenize(text)
    .tokens.map((token) => (token.type === token.text ? token.type : `${token.type}:${token.text}`))
    .join(' ');

describe('tokenize', () => {
  test('splits LaTeX, Unicode and plain text alike', () => {
    const table: Record<string, string> = {
      '2x+1': 'number:2 letter:x + number:1',
      '\\frac{1}{2}': 'command:frac { number:1 } { number:2 }',
      '\\left( x \\right)': '( letter:x )',
      'x ≤ 3': 'letter:x ≤ number:3',
      'x <= 3': 'letter:x ≤ number:3',
      'x\\leq3': 'letter:x ≤ number:3',
      '−５': '- number:5',
      '٣': 'number:3',
      'x²': 'letter:x ^: { number:2 }',
      '10⁻³': 'number:10 ^: { - number:3 }',
      'x₁₂': 'letter:x _: { number:12 }',
      '√2': 'command:sqrt number:2',
      '½': 'command:frac { number:1 } { number:2 }',
      '\\{1\\}': '⦃:{ number:1 ⦄:}',
      'x**2': 'letter:x ^ number:2',
      '\\text{5 cm}': 'text:5 cm',
      '\\text{x}': 'letter:x',
      '\\text{cats and dogs}': 'text:cats word:and text:dogs',
      '\\mathbb{R}': 'double:R',
      '1 \\\\ 2': 'number:1 row:\\\\ number:2',
      '1, \\ldots': 'number:1 , …',
    };
    for (const [text, tokens] of Object.entries(table)) assert.equal(shown(text), tokens, text);
  });

  test('thousands separators belong to the number', () => {
    const table: Record<string, string> = {
      '1,234,567': 'number:1234567',
      '1 234': 'number:1234',
      '1{,}234': 'number:1234',
      '1\\,234': 'number:1234',
      '11,\\! 111': 'number:11111',
      '1,23': 'number:1 , number:23',
      '0,123': 'number:0 , number:123',
      '1, 234': 'number:1 , number:234',
      '1.5.2': 'number:1.5 number:.2',
    };
    for (const [text, tokens] of Object.entries(table)) assert.equal(shown(text), tokens, text);
    assert.deepEqual(tokenize('1,234').tokens[0]?.groups, ['1', '234']);
    assert.equal(tokenize('1\\,234').tokens[0]?.groups, undefined);
  });

  test('mends what was damaged, and says so', () => {
    const table: [text: string, mended: string, repair: string][] = [
      ['\\\\frac{1}{2}', '\\frac{1}{2}', 'doubled backslashes'],
      ['\frac{1}{2}', '\\frac{1}{2}', 'eaten backslashes'],
      ['x = \text{odd}', 'x = \\text{odd}', 'eaten backslashes'],
      ['rac{1}{2}', '\\frac{1}{2}', 'eaten backslashes'],
      ['x<sup>2</sup>', 'x^{2}', 'html'],
      ['\\sqrt{2', '\\sqrt{2}', 'missing braces'],
    ];
    for (const [text, mended, repair] of table) {
      const { source, repairs } = tokenize(text);
      assert.equal(source, mended);
      assert.deepEqual(repairs, [repair], text);
    }
    assert.deepEqual(tokenize('\\begin{pmatrix}1\\\\2\\end{pmatrix}').repairs, []);
    assert.deepEqual(tokenize('1}{2').repairs, []);
  });

  test('has bounds', () => {
    const tooMuch = [
      'x+'.repeat(maxTokens),
      '\\text{1'.repeat(50) + '}'.repeat(50),
      '\\mathrm{1'.repeat(50) + '}'.repeat(50),
      '\\text{'.repeat(5_000),
    ];
    for (const text of tooMuch) assert.throws(() => tokenize(text), Unreadable);
  });
});
