import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidy } from './tidy.ts';

function check(table: Record<string, string>): void {
  for (const [text, expected] of Object.entries(table)) assert.equal(tidy(text).trim(), expected, text);
}

test('an exclamation mark at the end of a sentence is no factorial', () => {
  check({
    'Therefore, the sum is 31!': 'Therefore, the sum is 31.',
    'She saves $31! Well done!': 'She saves $31. Well done!',
    'The answer is: 31!!!': 'The answer is: 31.',
    'Total: 31!': 'Total: 31.',
  });
});

test('a factorial stays one', () => {
  for (const text of [
    '7!',
    'x = 7!',
    'The answer is 7!',
    'So it equals 7!',
    'There are 7! ways.',
    'The number of permutations is 7!',
    'We get $7!$ of them!',
    'Since 7!/5! = 42, we take 3!',
  ]) {
    check({ [text]: text });
  }
});

test('emoji, ticks, arrows, QED; crosses stay', () => {
  check({
    'The answer is 9 🎉': 'The answer is 9',
    '✅ 9': '9',
    '9 ✓': '9',
    '❌ 9': '❌ 9',
    '→ 9': '9',
    '=> x = 9': 'x = 9',
    '∴ x = 9. QED': 'x = 9.',
    'So it is 9. ∎': 'So it is 9.',
    'So it is $9$. $\\blacksquare$': 'So it is $9$.',
    '$\\therefore x = 9$': '$ x = 9$',
    '3x = 27 ∴ x = 9': '3x = 27 ⇒ x = 9',
    '🍎 = 9': '🍎 = 9',
    '$\\square$': '$\\square$',
    'p → q': 'p → q',
  });
});

test('tags that format, suffixes that are glued to numbers', () => {
  check({
    '<b>9</b>': '**9**',
    '<p>It is <strong>9</strong></p>': 'It is **9**',
    'x<sup>2</sup> + a<sub>1</sub>': 'x^{2} + a_{1}',
    '<final_answer>9</final_answer>': '<answer>9</answer>',
    '[ANSWER] 9 [/ANSWER]': 'Answer:  9',
    'a < b and b > c': 'a < b and b > c',
    "Cevap 9'dur.": 'Cevap 9.',
    '9টি আপেল': '9 টি আপেল',
  });
});
