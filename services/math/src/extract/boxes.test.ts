import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastBoxes } from './boxes.ts';

function check(table: Record<string, string[] | 'broken' | undefined>): void {
  for (const [text, expected] of Object.entries(table)) {
    const found = lastBoxes(text);
    assert.deepEqual(typeof found === 'object' ? found.boxes : found, expected, text);
  }
}

test('the last closed box, braces balanced', () => {
  check({
    'no brackets': undefined,
    'So \\boxed{18}.': ['18'],
    '\\boxed{1} was wrong, it is \\boxed{2}': ['2'],
    '\\boxed{\\frac{1}{\\sqrt{2}}} done': ['\\frac{1}{\\sqrt{2}}'],
    '\\boxed{\\text{a \\} b}}': ['\\text{a \\} b}'],
    '\\fbox{7}': ['7'],
    '$\\boxed 5$ and more': ['5'],
    '\\boxed{x = \\fbox{5}}': ['5'],
    '\\boxed{4} and an empty one \\boxed{}': ['4'],
    'Put your answer in \\boxed{answer}. So \\boxed{4}': ['4'],
    '\\boxed{4}. As told, in \\boxed{\\text{answer}}.': ['4'],
    'not \\boxed{5}': undefined,
    '\\boxed{4} is begun by \\boxed{5': ['4'],
    '\\boxed{5': 'broken',
    '\\boxed{5\n\n}': 'broken',
  });
});

test('spellings that programs leave: doubled backslashes, a backspace, signs of formulas inside', () => {
  check({
    '\\\\boxed{\\\\frac{1}{2}}': ['\\frac{1}{2}'],
    '\boxed{7}': ['7'],
    '\\boxed{12 $ and $13}': ['12  and 13'],
    '\\boxed{\\$18}': ['\\$18'],
    '\\boxed{$18}': ['$18'],
  });
});

test('boxes of one answer', () => {
  check({
    '\\boxed{1} and \\boxed{2}': ['1', '2'],
    '$\\boxed{1}$, $\\boxed{2}$, and $\\boxed{3}$': ['1', '2', '3'],
    '\\boxed{1} \\quad \\text{or} \\quad \\boxed{2}': ['1', '2'],
    '\\boxed{(1,2)} \\text{ for part (a) and } \\boxed{(3,4)}': ['(1,2)', '(3,4)'],
    '\\(\\boxed{1}\\); \\(\\boxed{2}\\)': ['1', '2'],
    '\\boxed{1} und \\boxed{2}': ['1', '2'],
    '\\boxed{1} 和 \\boxed{2}': ['1', '2'],
    '(a) \\boxed{3} (b) \\boxed{4}': ['3', '4'],
    '1. $x=\\boxed{1}$\n2. $y=\\boxed{2}$': ['x = 1', 'y = 2'],
    '$y_1 = \\boxed{2x}$ and $y_2 = \\boxed{3x}$': ['y_1 = 2x', 'y_2 = 3x'],
    '$x = \\boxed{1}$ or $x = \\boxed{2}$': ['1', '2'],
    'x is \\boxed{1} and y is \\boxed{2}': ['x = 1', 'y = 2'],
  });
});

test('boxes with more than a list between them: only the last counts', () => {
  check({
    '\\boxed{1} and then thus \\boxed{2} and \\boxed{3}': ['2', '3'],
    '\\boxed{1}. So the answer is \\boxed{2}': ['2'],
    '\\boxed{1} is too small and \\boxed{2}': ['2'],
    '\\boxed{5}\n\n\\boxed{6}': ['6'],
    'not \\boxed{5} but \\boxed{6}': ['6'],
    '\\boxed{5}, \\boxed{5}': ['5'],
    'We have \\boxed{5}. Again: \\boxed{5}': ['5'],
  });
});

test('a unit right after the box belongs to it, other words do not', () => {
  check({
    '$\\boxed{28}$ pct': ['28 pct'],
    'or $\\boxed{20}$ percent.': ['20 percent'],
    '\\boxed{20}\\%': ['20\\%'],
    '\\boxed{5}\\text{ cm}': ['5\\text{ cm}'],
    '\\boxed{5}\\text{ in}': ['5\\text{ in}'],
    '\\boxed{30}^\\circ': ['30^\\circ'],
    '\\boxed{5}\\text{ cm} and \\boxed{6}\\text{ cm}': ['5\\text{ cm}', '6\\text{ cm}'],
    '\\boxed{5} in total': ['5'],
    '\\boxed{5} eggs': ['5'],
    '\\boxed{5} square units': ['5'],
    '\\boxed{\\text{Ann}} miles': ['\\text{Ann}'],
    '\\boxed{5\\text{ m}} percent': ['5\\text{ m}'],
  });
});

test('two quantities in one sentence are both the answer', () => {
  check({
    'The width is \\boxed{3} and the length is \\boxed{7}': ['3', '7'],
    'The width is \\boxed{3} and the final answer is \\boxed{7}': ['7'],
    'The width is \\boxed{3}. The length is \\boxed{7}': ['7'],
  });
});
