import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Extraction, extractAnswer, extractGold } from './index.ts';

type Row = [text: string, span: string | undefined, how?: Extraction['how']];

function check(table: Row[], run = extractAnswer): void {
  for (const [text, span, how] of table) {
    const found = run(text);
    assert.equal(found?.span, span, text);
    if (how !== undefined) assert.equal(found?.how, how, text);
  }
}

describe('extractAnswer', () => {
  test('a sentence inside the box, results in JSON', () => {
    check([
      ['\\boxed{\\text{The answer is } 14}', '14', 'box'],
      ['\\boxed{x = 5 \\text{ or } x = 6}', 'x = 5 \\text{ or } x = 6', 'box'],
      ['\\boxed{\\textbf{(C)}\\ 12}', '\\textbf{(C)}\\ 12', 'box'],
      ['\\boxed{\\text{No answer}}', '\\text{No answer}', 'box'],
      ['{"work": "9 + 5", "result": 14}', '14', 'answer line'],
      ['\\[&\\]', '&'],
      ['14\n\nExplanation: 9 + 5 = 14, and 14 = 2 · 7.', '14'],
    ]);
  });

  test('marked lines', () => {
    check([
      ['work\n#### 18', '18', 'hashes'],
      ['work\n#### $1,234.50\n', '$1,234.50', 'hashes'],
      ['#### 3\n#### 4', '4', 'hashes'],
      ['#### Step 2\nThe answer is 9', '9', 'answer phrase'],
      ['##### 5\nThe answer is 9', '9', 'answer phrase'],
      ['#### Final Answer: 9', '9', 'answer phrase'],
      ['2 + 2 = <<2+2=4>>4\nA: 4', '4', 'answer line'],
      ['A: -7', '-7', 'answer line'],
    ]);
  });

  test('answer tags, also where a stop sequence took the closing one', () => {
    check([
      ['<answer> 3/4 </answer>', '3/4', 'answer tag'],
      ['<answer>The answer is 42.</answer>', '42', 'answer tag'],
      ['\\boxed{3} or rather <answer>4</answer>', '4', 'answer tag'],
      ['<answer>so \\boxed{3}</answer>', '3', 'box'],
      ['well\n<answer>42', '42', 'answer tag'],
    ]);
  });

  test('a final answer after the box has the last word, a remark has not', () => {
    check([
      ['\\boxed{4}. Final Answer: The final answer is $5$. I hope it is correct.', '$5$', 'answer phrase'],
      ['Final Answer: The final answer is $5$. I mean \\boxed{4}', '4', 'box'],
      ['\\boxed{4}. The final answer is simple.', '4', 'box'],
      ['the answer is 3, \\boxed{4}, the answer is 5', '4', 'box'],
      ['\\boxed{12 $ and $13}. Final Answer: The final answer is "$12 $ and $13 $".', '$12 $ and $13 $'],
    ]);
  });

  test('a text that breaks off in its box has no answer', () => {
    check([
      ['We get 12 and so \\boxed{1', undefined],
      ['the answer is 12. \\boxed{\\frac{1}{2}', undefined],
      ['so \\boxed{5$ it is.', undefined],
      ['\\boxed{12}. Again: \\boxed{1', '12', 'box'],
    ]);
  });

  test('without any mark: the end of the text', () => {
    check([
      ['18', '18', 'last line'],
      ['so\n\n  1,234 dollars ', '1,234 dollars', 'last line'],
      ['Thus\n\\[\nx = 5\n\\]', 'x = 5', 'formula'],
      ['It must be that $x = 5$.', 'x = 5', 'formula'],
      ['The formula $a+b$ gives 100%.', '100%', 'sentence'],
      ['There are\n**18** eggs left', '18', 'bold'],
      ['So she has 16 - 3 - 4 = 9 eggs left.', '9', 'sentence'],
      ['He pays 12/4*3 = $<<12/4*3=9>>9 each day', '$9', 'sentence'],
      ['3x+4=0', '3x+4=0'],
      ['(1, 2)', '(1, 2)', 'whole text'],
      ['x^2 + 1', 'x^2 + 1'],
      ['"18"', '18'],
      ['I cannot say.\nSorry about that.', undefined],
      ['', undefined],
      [' \n ', undefined],
    ]);
  });

  test('text after the answer: remarks, the next turn, the next problem', () => {
    check([
      ['So she has 18 eggs.\n\nLet me know if that helps!', '18'],
      ['The answer is 5.\n\nProblem: And of 6?\nThe answer is 6.', '5'],
      ['A: 5\n\nQ: What is 3+3?\nA: 6', '5'],
      ['The answer is 5<|im_end|>\n<|im_start|>user\nthe answer is 6', '5'],
      ['<|im_start|>assistant\nThe answer is 5<|im_end|>', '5'],
      ['The final answer is 5. I hope it is correct. Note that 7 is odd.', '5'],
      ['<think>the answer is 5</think>\nA: 6', '6', 'answer line'],
      ['<think>the answer is 5', '5', 'answer phrase'],
    ]);
  });

  test('digits and signs of other scripts', () => {
    check([
      ['答案：１２', '12'],
      ['الجواب هو ١٣.', '13'],
      ['उत्तर: १८', '18'],
      ['所以点是（1，2）。', '(1, 2)'],
      ['\\boxed{٣٫٥}', '3.5'],
    ]);
  });
});

test('extractGold: bare, or at the end of a worked solution', () => {
  check(
    [
      ['x^2 + 1', 'x^2 + 1', 'whole text'],
      ['The value is 3', 'The value is 3', 'whole text'],
      ['$10$ and $12$', '$10$ and $12$', 'whole text'],
      ['2 dollars and 5 cents', '2 dollars and 5 cents', 'whole text'],
      ['Yes, because 5 is odd', 'Yes, because 5 is odd', 'whole text'],
      ['9 * 2 = $<<9*2=18>>18\n#### 18', '18', 'hashes'],
      ['9 * 2 = 18\nA: 18', '18', 'answer line'],
      ['so $\\boxed{\\frac34}$', '\\frac34', 'box'],
      ['\\boxed{1}, \\boxed{2}', '1, 2', 'box'],
      ['Ann, and the answer is\nC Charlie', 'C Charlie'],
      // Reference answers do not break off: here only the brace is missing.
      ['so \\boxed{x = 1 \\text{ or } x = 2', 'x = 1 \\text{ or } x = 2', 'box'],
      ['so \\boxed{\\frac{1}{2', undefined],
      ['  ', undefined],
    ],
    extractGold,
  );
});

describe('second thoughts', () => {
  for (const [text, span] of [
    ['The answer is 5. Wait, no, it is 6.', '6'],
    ["\\boxed{5}\n\nHmm, wait. Let me recompute. It's 6.", '6'],
    ['\\boxed{5}\n\nCorrection: the answer is 6.', '6'],
    ['The answer is 5 (or 6).', '5 or 6'],
    ['\\boxed{5}\n\nActually, the problem speaks of 3 boxes.', '5'],
    ['\\boxed{12}. Wait, is that right? Yes, it is.', '12'],
    ['So x = 6. Let me verify: 6 - 1 = 5. ✓', 'x = 6'],
  ] as const) {
    test(text, () => assert.equal(extractAnswer(text)?.span, span));
  }
});
