import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { extract, extractGold } from './extract.ts';

function check(table: [text: string, span: string | undefined, how?: string][], run = extract): void {
  for (const [text, span, how] of table) {
    const found = run(text);
    assert.equal(found?.span, span, text);
    if (how !== undefined) assert.equal(found?.how, how, text);
  }
}

describe('extract', () => {
  test('boxes: the last closed one, braces balanced', () => {
    check([
      ['So \\boxed{18}.', '18', 'box'],
      ['\\boxed{1} was wrong, it is \\boxed{2}', '2', 'box'],
      ['\\boxed{\\frac{1}{\\sqrt{2}}} done', '\\frac{1}{\\sqrt{2}}', 'box'],
      ['\\boxed{\\text{a \\} b}}', '\\text{a \\} b}', 'box'],
      ['\\fbox{7}', '7', 'box'],
      ['$\\boxed 5$ and more', '5', 'box'],
      ['\\boxed{x = \\fbox{5}}', '5', 'box'],
      ['the answer is 3, \\boxed{4}, the answer is 5', '4', 'box'],
      ['\\boxed{4} and an empty one \\boxed{}', '4', 'box'],
    ]);
  });

  test('boxes that are listed belong together, repeated ones do not', () => {
    check([
      ['\\boxed{1} and \\boxed{2}', '1, 2', 'box'],
      ['$\\boxed{1}$, $\\boxed{2}$, and $\\boxed{3}$', '1, 2, 3', 'box'],
      ['\\boxed{1} \\quad \\text{or} \\quad \\boxed{2}', '1, 2', 'box'],
      ['\\boxed{5}\n\n\\boxed{5}', '5', 'box'],
      ['\\boxed{5}, \\boxed{5}', '5', 'box'],
    ]);
  });

  test('a text that breaks off in its box has no answer', () => {
    check([
      ['We get 12 and so \\boxed{1', undefined],
      ['the answer is 12. \\boxed{\\frac{1}{2}', undefined],
      ['\\boxed{12}. Again: \\boxed{1', '12', 'box'],
    ]);
  });

  test('marked lines', () => {
    check([
      ['work\n#### 18', '18', 'hashes'],
      ['work\n#### $1,234.50\n', '$1,234.50', 'hashes'],
      ['#### 3\n#### 4', '4', 'hashes'],
      ['#### Step 2\nThe answer is 9', '9', 'answer phrase'],
      ['##### 5\nThe answer is 9', '9', 'answer phrase'],
      ['2 + 2 = <<2+2=4>>4\nA: 4', '4', 'answer line'],
      ['A: -7', '-7', 'answer line'],
      ['<answer> 3/4 </answer>', '3/4', 'answer tag'],
      ['<think>the answer is 5</think>\nA: 6', '6', 'answer line'],
    ]);
  });

  test('answer phrases: the last one, the answer inside its sentence', () => {
    check([
      ['The answer is 18.', '18', 'answer phrase'],
      ['The answer is 5. No, the answer is 6.', '6', 'answer phrase'],
      ['The final answer is $\\frac{3}{4}$. I hope it is correct.', '$\\frac{3}{4}$', 'answer phrase'],
      ['**Answer:** 18', '18', 'answer phrase'],
      ['**Answer: 18**', '18', 'answer phrase'],
      ['**The answer is 18.** Done.', '18', 'answer phrase'],
      ['The answer is **18** eggs.', '18', 'answer phrase'],
      ['Answer: **18 eggs**', '**18 eggs**', 'answer phrase'],
      ['**Final Answer**\n\n$18$', '$18$', 'answer phrase'],
      ['Answer:\n18', '18', 'answer phrase'],
      ['The answer to the question is 3.5 meters.', '3.5 meters', 'answer phrase'],
      ['Final Answer: The largest $n$ is 34.', '34', 'answer phrase'],
      ['The answer is $18 per day.', '$18 per day', 'answer phrase'],
      ['Answer: she sells 18 eggs because the ducks lay well', '18', 'answer phrase'],
      ['The answer is \\[ x = 5 \\] as shown', '\\[ x = 5 \\]', 'answer phrase'],
    ]);
  });

  test('no number is taken out of what says more', () => {
    check([
      ['The answer is 5 or 6.', '5 or 6'],
      ['The answer is 5 times the square root of two.', '5 times the square root of two'],
      ['The answer is 5 less than twice the number.', '5 less than twice the number'],
      ['The answer is $5$ or $6$.', '$5$ or $6$'],
      ['The answer is **5** or **6**.', '**5** or **6**'],
      ['**5** or **6**', '**5** or **6**'],
      ['2**3**4', '2**3**4'],
      ['The answer is 1-1/e, as we know well.', '1-1/e'],
      ['So there are negative 3 of them', 'So there are negative 3 of them'],
    ]);
  });

  test('without any mark: the end of the text', () => {
    check([
      ['18', '18', 'last line'],
      ['so\n\n  1,234 dollars ', '1,234 dollars', 'last line'],
      ['Thus\n\\[\nx = 5\n\\]', 'x = 5', 'formula'],
      ['It must be that $x = 5$.', 'x = 5', 'formula'],
      ['The formula $a+b$ gives 100%.', '100%', 'last number'],
      ['There are\n**18** eggs left', '18', 'bold'],
      ['So she has 16 - 3 - 4 = 9 eggs left.', '9', 'last number'],
      ['He pays 12/4*3 = $<<12/4*3=9>>9 each day', '$9', 'last number'],
      ['3x+4=0', '3x+4=0'],
      ['(1, 2)', '(1, 2)', 'whole text'],
      ['x^2 + 1', 'x^2 + 1'],
      ['I cannot say.\nSorry about that.', undefined],
      ['', undefined],
      [' \n ', undefined],
    ]);
  });

  test('a calculation that breaks off gives none of its numbers', () => {
    check([['First we add\n20/100*41 = $<<20/100*41=8.2', undefined]]);
  });

  test('reference answers: bare, or at the end of a worked solution', () => {
    check(
      [
        ['x^2 + 1', 'x^2 + 1', 'whole text'],
        ['The value is 3', 'The value is 3', 'whole text'],
        ['9 * 2 = $<<9*2=18>>18\n#### 18', '18', 'hashes'],
        ['9 * 2 = 18\nA: 18', '18', 'answer line'],
        ['so $\\boxed{\\frac34}$', '\\frac34', 'box'],
        ['\\boxed{1}, \\boxed{2}', '1, 2', 'box'],
        ['\\boxed{1', undefined],
        ['  ', undefined],
      ],
      extractGold,
    );
  });
});
