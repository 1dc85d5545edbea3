import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mathSegments, withoutDollars } from './segments.ts';

test('formulas with delimiters; amounts of money are none', () => {
  const table: Record<string, string[]> = {
    '$x$ and $$y$$ and \\(z\\) and \\[w\\]': ['x', 'y', 'z', 'w'],
    'a $5$ b': ['5'],
    '$12 $ and $13 $': ['12 ', '13 '],
    '$5 and $6': [],
    '$18 per day and $20 a week': [],
    'how many $? just about 1$': [],
    '$4 + $2 = $6': [],
    '$30 off, so the cost is 100-30=$70': [],
    '$125 miles$': ['125 miles'],
    '$x=1$ or $x=2$': ['x=1', 'x=2'],
    '$\\text{if } x \\text{ is real}$': ['\\text{if } x \\text{ is real}'],
    'costs \\$5 and \\$6': [],
    '$ \\frac{1}{2} \\$ = 3 $': [' \\frac{1}{2} \\$ = 3 '],
    'a \\begin{align*} x &= 1 \\end{align*} b': [' x &= 1 '],
    $a: [],
    '\\[a': [],
  };
  for (const [text, expected] of Object.entries(table)) {
    assert.deepEqual(
      mathSegments(text).map(({ inner }) => inner),
      expected,
      text,
    );
  }
});

test('withoutDollars', () => {
  assert.equal(withoutDollars('$5$ or $6$'), '5 or 6');
  assert.equal(withoutDollars('$5'), '$5');
});
