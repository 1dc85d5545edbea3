import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromEnd } from './ending.ts';

function check(table: Record<string, string | undefined>): void {
  for (const [text, expected] of Object.entries(table)) assert.equal(fromEnd(text)?.span, expected, text);
}

test('the number or formula that the last sentence gives', () => {
  check({
    'so the number is 10 which is 1,000.99m²': '1,000.99m²',
    "not it's not 10 it's 1,000.99m²": '1,000.99m²',
    'Thus $x <= 2$ is what we wanted.': 'x <= 2',
    'The domain is the interval $(0, 1)$, since $x$ is at most 1.': '(0, 1)',
    'The pair $(x, y)$ that solves the system is $(7, 6)$.': '(7, 6)',
    'Here is a zero matrix: $\\begin{pmatrix}0\\end{pmatrix}$': '\\begin{pmatrix}0\\end{pmatrix}',
    'So the area is 5 cm.': '5 cm',
    'So the chance is 20 percent of all.': '20 percent',
    'The result is $5$ cm.': '5 cm',
    'Therefore the value is \\frac{3}{4}.': '\\frac{3}{4}',
    'So x > 3.': 'x > 3',
    'So 5! is 120.': '120',
    'So the time is 4:30 \\text{ p.m.}.': '4:30 \\text{ p.m.}',
    'It costs $18 and she has $20, so she has $2 left.': '$2',
    'In all there are 16 x 3 = 48 kilograms in 3 bags.': '48 kilograms',
    'He needs $40 / $4 = 10 times to pay.': '10',
    'Total: 2,74 $ in all': '2,74 $',
    "It's 5.": '5',
    '**Solution:** x = 5': 'x = 5',
    'So the minimum is $\\frac{1}{4}$ attained at $x=1$.': '\\frac{1}{4}',
    'The maximum is 10 and occurs at x = 3.': '10',
    '3 is the remainder when 100 is divided by 7.': '3',
    'So it covers 180 miles in 3 hours.': '180 miles',
    "It can't be 5, so it is 6.": '6',
    'It is 6 and not 5.': '6',
  });
});

test('lists, pairs and calculations stay whole', () => {
  check({
    'So we get 3, 4 and 5.': '3, 4 and 5',
    'So x is 3 or 4.': '3 or 4',
    'The solutions are $x=1$ and $x=2$.': '$x=1$ and $x=2$',
    'So the point is (1, 2).': '(1, 2)',
    'So the interval is [0, 1).': '[0, 1)',
    'The sets are {1, 2} and {3}.': '{1, 2} and {3}',
    'The values are 1, 2, ..., 10.': '1, 2, ..., 10',
    'The polynomial is x^2 + 3x + 2.': 'x^2 + 3x + 2',
    'The area is 2 \\pi r.': '2 \\pi r',
    '**5** or **6**': '5 or 6',
    'a = 5\nb = 6': 'a = 5, b = 6',
    'It takes 3 days 4 hours.': '3 days 4 hours',
    'The derivative is cos x.': 'cos x',
    'The function is f(x) = sin(x) + 2.': 'f(x) = sin(x) + 2',
    '2**3**4': '2**3**4',
  });
});

test('bare answers with words are no sentences', () => {
  for (const text of [
    '28 percent',
    'No solution',
    'f(x) = 2 for x > 0',
    'all real numbers except $0$',
    '19, 46, and 82',
    'Ann: 3, Bob: 4',
    'Sequence 1: 1, 2, 3 and Sequence 2: 4, 5, 6',
  ]) {
    check({ [text]: text });
  }
});

test('no number is taken out of what says more', () => {
  check({
    'So there are negative 3 of them': 'So there are negative 3 of them',
    'She bought 3 apples and 4 pears.': 'She bought 3 apples and 4 pears.',
    'So the chance is 1 in 5.': 'So the chance is 1 in 5.',
    'x is any real number greater than 2': 'x is any real number greater than 2',
    'Since 5 is odd, there are none.': 'Since 5 is odd, there are none.',
    'The wrong answer is 5.': 'The wrong answer is 5.',
    'First we add\n20/100*41 = $': undefined,
    'Line\nand then we have 5 and': undefined,
    'Step 1: do this.\nStep 2: do that.': undefined,
  });
});

test('display formulas: the last row of a calculation, all rows of a system', () => {
  check({
    'So\n$$\n\\begin{aligned} A &= 3 \\\\ &= \\frac{1}{2} \\end{aligned}\n$$': '\\frac{1}{2}',
    '\\begin{align*} x &= 1+2 \\\\ &= 3 \\end{align*}': '3',
    'We solve:\n\\begin{align} x &= 1 \\\\ y &= 2 \\end{align}': 'x  = 1 ,  y  = 2',
    'Then\n\\[ \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix} \\]':
      '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}',
  });
});

test('a formula longer than the window is not cut', () => {
  const long = `${'x + '.repeat(2_000)}x`;
  check({ [`So\n\\[ ${long} \\]`]: long });
});

test('multiple choice', () => {
  check({
    "It's not A because that is odd, therefore I think it's B": 'B',
    'B。 不是 A': 'B',
    'Therefore, option B is correct.': 'B',
    'I choose (C).': 'C',
    '故选: C': 'C',
    'Thus, the correct choice is \\textbf{(D)}.': 'D',
  });
});

test('other languages', () => {
  check({
    '所以总共有3 + 10 = 13只鸟。': '13',
    '因此多 **3页**。': '3页',
    '所以他一共花了3万元。': '所以他一共花了3万元。',
    'Donc, il a 79 g de cire.': '79 g',
    'Таким образом, всего 15 яблок.': '15',
    '그래서 총 13마리입니다.': '13',
    'इसलिए, दुकान में अब 67 कमीजें हैं।': '67',
  });
});

test('an answer that is taken back, or only compared, is none', () => {
  for (const text of [
    '14 is wrong.',
    '14 is not the answer.',
    'I got 14, but that is incorrect.',
    'El resultado no es 14.',
    'Het is niet 14.',
    'Es sind mehr als 14.',
    "C'est moins de 14.",
    '超过14。',
    'x is not equal to 14.',
    'I doubt that it is 14.',
    'She has 14 fewer apples than him.',
  ]) {
    assert.notEqual(fromEnd(text)?.span, '14', text);
  }
  check({ 'It is 9.\nNo: 9 is wrong.': undefined, 'I got 14, but that is wrong. It is 9.': '9' });
});

test('the exact value before the rounded one', () => {
  check({
    'The chance is $\\frac{3}{7}$, or about $42.9\\%$.': '\\frac{3}{7}',
    'The chance is 3/7 or roughly 0.43.': '3/7',
    'The length is 2.65, rounded to 2 decimal places.': '2.65',
    'The chance is 3/4 (75%).': '3/4',
  });
});

test('numbers beside the answer', () => {
  check({
    'So there are 14 eggs in 3 baskets.': '14',
    'She will have 14 eggs after 5 days.': '14',
    'It takes 14 minutes to fill 2 tanks.': '14 minutes',
    'So x = 14 with 95% confidence.': 'x = 14',
    '2x = 28, so x = 14': 'x = 14',
    '2 × 7 = 14(个)': '14',
    '14 (fourteen)': '14',
    '### 14': '14',
    '| Eggs | 3 |\n| **Total** | **14** |': '14',
    '- Ann: 5\n- Total: 14': '14',
  });
});

test('sentences of few words', () => {
  check({
    'Así que quedan 14 manzanas.': '14',
    'Marie a 14 pommes.': '14',
    'Получаем $x = 14$.': 'x = 14',
    'это 14%.': '14%',
    'Cela représente 14 %.': '14 %',
    "D'où $x = 14$.": 'x = 14',
    共14人: '14',
  });
});

test('remarks after the answer, and texts that give up', () => {
  check({
    'So she has 14 apples, which is 2 more than Tom.': '14',
    'So it is 14 to the nearest 10.': '14',
    'I cannot solve this problem. The number 14 stands in the question.\nSorry.': undefined,
    'Not enough information.\nWe only know 14.': undefined,
    'I could not find the answer at first, but now I have it: 14.': '14',
  });
});
