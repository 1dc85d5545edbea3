import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extractAnswer, extractGold, mathSegments, tail } from './index.ts';

/** Pieces that open, close or mark something. */
const piece = fc.constantFrom(
  ...`\\boxed{ \\fbox{ \\boxed{1} { } ( ) [ ] $ $$ \\( \\) \\[ \\] \\ \\\\ ** * # #### answer answer: is not 5 1, 1. . ? and or , ;
  <answer> </answer> <think> </think> << >> 答案 是 3 页 。 उत्तर \\begin{align} \\end{align} & = + - / ^ \\text{ \\frac{1}{2} A: Problem: \n
  final because than 1,000 x 3rd … " ✅ ∴ → => ! </b> <b> [answer] [/answer] QED Check: Note: wrong (B) 选 "result": } | > about 1.234,5 die ist`
    .split(/ +/)
    .map((part) => part.trim() || '\n'),
);

test('any text: an answer or none, and the same one again', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.constantFrom('', ' ', '\n')), { maxLength: 60 }), (pieces) => {
      const text = pieces.flat().join('');
      for (const run of [extractAnswer, extractGold]) {
        const found = run(text);
        assert.notEqual(found?.span.trim(), '', text);
        assert.deepEqual(run(text), found);
      }
      let at = 0;
      for (const { start, end } of mathSegments(text)) {
        assert.ok(at <= start && start < end && end <= text.length, text);
        at = end;
      }
    }),
    { numRuns: 400 },
  );
});

test('a box is found after anything that closes nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (before, number) => {
      fc.pre(!before.includes('<') && !before.includes('\\'));
      assert.equal(extractAnswer(`${before}\nSo it is \\boxed{${number}}.`)?.span, String(number));
    }),
  );
});

test('bare numbers are taken whole', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const text = String(number);
      assert.equal(extractAnswer(text)?.span, text);
      assert.equal(extractGold(text)?.span, text);
    }),
  );
});

test('linear time: repeated openers of all kinds', () => {
  const size = 1 << 16;
  const repeated = (part: string): string => part.repeat(Math.ceil(size / part.length));
  for (const part of [
    ...['(', '{', '[', '$', '$ ', '$a', '\\', '\\[', '\\(', '\\begin{align}', '\\boxed{', '\\boxed{1} and '],
    ...[
      '\\boxed{\\boxed{',
      '**',
      '#### ',
      '<answer>',
      '<<',
      '1 ',
      '1, ',
      'a ',
      '(a ',
      '5页',
      '３ ',
      'answer ',
    ],
    ...[
      'the answer is not 5. ',
      'The answer is 5 or 6. ',
      'answer\n',
      '答案是',
      '\n',
      ' ',
      '. ',
      '1. \n',
      '… ',
      ...[
        '5! ',
        '5!! ',
        '✅ ',
        '∴',
        '→ = ',
        'Check: ',
        '\nNote: 5',
        'B is wrong. ',
        '1.234,5 ',
        '</b>',
        '[/answer]',
      ],
      ...[
        'the correct option is (B) ',
        '\n> ',
        ' QED',
        '"result": "',
        '$\\square$ ',
        "8'dir ",
        '5 in a ',
        'no es ',
      ],
      ...['la B', 'or about ', '| a ', '5 (', 'so ', '5 is wrong, '],
    ],
  ]) {
    const text = repeated(part);
    const start = performance.now();
    for (const end of ['', ' the answer is 5', '\\boxed{3}']) {
      extractAnswer(text + end);
      extractGold(text + end);
    }
    // 6 runs; a quadratic one would take many seconds. Wide margin for a busy machine.
    assert.ok(performance.now() - start < 1_000, part);
  }
  assert.equal(extractAnswer(`${'('.repeat(1 << 20)}\n#### 5`)?.span, '5');
  assert.equal(tail('x'.repeat(1 << 20)).length, size);
});
