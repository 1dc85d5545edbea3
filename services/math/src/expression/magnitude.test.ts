import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareExpressions, compareOrder } from './index.ts';
import { formula } from './testing.ts';

test('numbers too large to be evaluated are told apart by their size', () => {
  const cases: readonly (readonly [string, string, 1 | -1])[] = [
    ['10000000!', '5', 1],
    ['-(10000000!)', '5', -1],
    ['10000000!-3', '10^1000', 1],
    ['((9!)!)!', '3', 1],
    ['binomial(10^9,5*10^8)', '7', 1],
    ['binomial(10^9,10^9-10^6)', '10^1000000', 1],
    ['e^(e^(e^(e^10)))', '3', 1],
    ['exp(-exp(exp(exp(10))))', 'e^(-5)', -1],
    ['e^(-e^(e^(e^10)))', '0', 1],
    ['2^(1/e^(e^(e^10)))', '3', -1],
    ['10000000!', '10000000^10000001', -1],
  ];
  for (const [a, b, order] of cases) {
    const [x, y] = [formula(a), formula(b)];
    assert.equal(compareExpressions(x, y).outcome, 'unequal', `${a} ~ ${b}`);
    assert.equal(compareExpressions(y, x).outcome, 'unequal', `${b} ~ ${a}`);
    assert.equal(compareOrder(x, y), order, `${a} ~ ${b}`);
  }
});

test('numbers of nearly one size stay undecided', () => {
  const cases = [
    ['e^(e^(e^(e^10)))', 'e^(e^(e^(e^10)))+1'],
    ['root(e^(e^(e^10)),e^(e^(e^10)))', '3'],
    ['(e^(e^(e^10)))^(1/e^(e^10))', '3'],
    ['e^(e^(e^10))-e^(e^(e^10))', '0'],
    ['2^(1/e^(e^(e^10)))', '1'],
    ['(10000000!)^(1/10000000!)', '1'],
  ] as const;
  for (const [a, b] of cases) {
    const decision = compareExpressions(formula(a), formula(b));
    assert.equal(decision.outcome, 'undecided', `${a} ~ ${b}: ${decision.outcome} by ${decision.rule}`);
  }
});
