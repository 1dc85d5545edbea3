import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutAftermath } from './aftermath.ts';

test('remarks after the answer are cut off', () => {
  for (const remark of [
    '\nConfidence: 85%',
    ' Confidence: 8/10',
    '\n\n**Confidence:** 0.9',
    '\n\nNote: two of the 30 were broken.',
    '\n*Note:* prices from 2019.',
    "\n\nLet's check: 9 + 5 = 14, so it works.",
    '\nCheck: 9 + 5 = 14 and 14 - 5 = 9.',
    '\n\nVerification: 2(9) = 18.',
    '\nHope this helps! I have 2 more ideas.',
    '\n\nBest regards,\nMath Bot 3000',
    '\n验算:9+5=14',
  ]) {
    assert.equal(withoutAftermath(`So there are 9 pears.${remark}`), 'So there are 9 pears.', remark);
  }
});

test('what concludes or corrects is more than a remark', () => {
  for (const text of [
    'It is 4.\nCheck: 4 + 5 = 9, not 14. So it is 9.',
    'It is 4.\nNote: the total is 9.',
    "It is 4. Let's verify: 4 + 5 ≠ 14",
    'Note: there are 9 of them.',
    'We add.\nCheck: 9',
  ]) {
    assert.equal(withoutAftermath(text), text);
  }
});
