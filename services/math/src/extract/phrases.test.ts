import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerPhrase } from './phrases.ts';

function check(table: Record<string, string | undefined>): void {
  for (const [text, expected] of Object.entries(table)) assert.equal(answerPhrase(text), expected, text);
}

test('the last phrase, the answer inside its sentence', () => {
  check({
    'The answer is 18.': '18',
    'The answer is 5. No, the answer is 6.': '6',
    'The final answer is $\\frac{3}{4}$. I hope so.': '$\\frac{3}{4}$',
    '**Answer:** 18': '18',
    '**Answer: 18**': '18',
    '**The answer is 18.** Done.': '18',
    'The answer is **18** eggs.': '18',
    'Answer: **18 eggs**': '18 eggs',
    'The answer is `18`.': '18',
    '**Final Answer**\n\n$18$': '$18$',
    '### Answer\n18': '18',
    'Answer:\n18': '18',
    'Ans = 18': '18',
    'Answer \\[ 9 \\]': '\\[ 9 \\]',
    'Answer $ 9 $': '$ 9 $',
    'The answer to the question is 3.5 meters.': '3.5 meters',
    'Final Answer: The largest $n$ is 34.': '34',
    'The answer is $18 per day.': '$18 per day',
    'Answer: she sells 18 eggs because the ducks lay well': '18',
    'The answer is \\[ x = 5 \\] as shown': '\\[ x = 5 \\]',
    'The answer is $\\frac{1}{2}$, which is 0.5.': '$\\frac{1}{2}$',
    'The answer is x = 3, y = 4': 'x = 3, y = 4',
    'the answer is the set {1, 2, 3}': '{1, 2, 3}',
    'Answer in minutes: 30 + 15 = 45 minutes, as planned': '45 minutes',
    'The answers are:\n1. $x=1$\n2. $x=2$': '$x=1$, $x=2$',
    '18 is the answer. Note that 7 is odd.': '18',
    'The answer is approximately $3.14$.': '$3.14$',
    'Answer: $\\frac{3}{4}$ (or 0.75)': '$\\frac{3}{4}$',
    'The answer is 0.333...': '0.333...',
    'The answer to question 5 is 7.': '7',
    'The answer for $n=5$ is $7$.': '$7$',
    '{"answer": "x = \\\\pi", "sure": true}': 'x = \\pi',
    '{"answer": 5}': '5',
    'Answer choices: 5 or 6. The answer is 5.': '5',
  });
});

test('letters and words', () => {
  check({
    'I think the correct answer is C': 'C',
    'The answer: D, it makes no sense for it to be A or B': 'D',
    'The answer is C because 5 > 3.': 'C',
    'Answer: (B) 12 cm': '(B) 12 cm',
    'The answer is Evelyn.': 'Evelyn',
    'The answer is no solution.': 'no solution',
    'The answer is Monday, March 5.': 'Monday, March 5',
    'The answer is 4. Your answer is correct.': '4',
    'The answer is simple.': undefined,
  });
});

test('what is said not to be the answer', () => {
  check({
    'The answer cannot be 5.': undefined,
    "The answer isn't 5.": undefined,
    'The answer is not 5.': undefined,
    'The answer is not 5 but 6.': '6',
    'The answer is 6, not 5.': '6',
    'The answer is 6 rather than 5.': '6',
    'The answer is 4. The wrong answer is 5.': '4',
    'If the answer is 5, we are done.': undefined,
    'Is the answer 5?': undefined,
    'réponse est C non A': 'C',
    "La réponse n'est pas 5.": undefined,
    'Die Antwort ist nicht 5.': undefined,
    '答案是6，不是5。': '6',
  });
});

test('no number is taken out of what says more', () => {
  check({
    'The answer is 5 or 6.': '5 or 6',
    'The answer is 5 times the square root of two.': '5 times the square root of two',
    'The answer is 5 less than twice the number.': '5 less than twice the number',
    'The answer is $5$ or $6$.': '$5$ or $6$',
    'The answer is **5** or **6**.': '5 or 6',
    'The answer is 1-1/e, as we know well.': '1-1/e',
    'The answer is $18 and $20.': '$18 and $20',
    'The answer is 5 +': undefined,
  });
});

test('other languages', () => {
  check({
    '所以答案是18。': '18',
    '答案为 $\\frac{1}{2}$。': '$\\frac{1}{2}$',
    答案为18只: '18',
    '答: 7': '7',
    '答えは5です。': '5',
    '정답은 5입니다.': '5',
    'La réponse est 42.': '42',
    'La réponse finale est $x = 3$.': '$x = 3$',
    'Die Antwort lautet: 12 Meter.': '12 Meter',
    'Die Antwort ist 3,5.': '3,5',
    'Por lo tanto, la respuesta es 12.': '12',
    'A resposta é 15.': '15',
    'La risposta è 8.': '8',
    'Ответ: 5': '5',
    'الجواب هو 13.': '13',
    'उत्तर 5 है।': '5',
    'Jawabannya adalah 7.': '7',
    'Cevap: 7': '7',
    'Vậy đáp án là 7.': '7',
  });
});

test('remarks inside the sentence, vague and hypothetical answers', () => {
  check({
    'The answer is $\\frac{3}{7}$ or approximately $0.43$.': '$\\frac{3}{7}$',
    'The answer is 2.65, rounded to two decimals.': '2.65',
    'Answer: 14, Confidence: 95%': '14',
    "The answer is 14 (I'm 90% sure).": '14',
    'Answer: 14 eggs (9 + 5)': '14 eggs',
    'Ans. 14': '14',
    'Answer => 14': '14',
    'Final answer - 14': '14',
    '(Answer: 14)': '14',
    'The answer is negative 14.': '-14',
    '**Final answer:**\n\n> 14': '14',
    'The answer is anything but 14.': undefined,
    'The answer is close to 14.': undefined,
    'The answer would be 14 if it were larger.': undefined,
    'The answer is 14? Hm.': undefined,
    '答えは14ではありません。': undefined,
    '정답은 14가 아닙니다.': undefined,
    'उत्तर 14 नहीं है।': undefined,
    'Đáp án không phải là 14.': undefined,
    'The answer is the square of 14.': 'the square of 14',
  });
});
