import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expression } from './expression.ts';
import {
  compareExpressions,
  compareOrder,
  compareUpToFactor,
  enclose,
  exactValue,
  keyOf,
  structureOf,
} from './index.ts';
import { formula } from './testing.ts';

/** Far above what a call takes: the machine may be busy with other work. */
const limit = 400;

function nest(levels: number, wrap: (e: Expression, level: number) => Expression): Expression {
  let e = formula('x');
  for (let level = 0; level < levels; level++) e = wrap(e, level);
  return e;
}

function wide(count: number, part: (k: number) => string): Expression {
  return { op: 'add', args: Array.from({ length: count }, (_, k) => formula(part(k))) };
}

const two = formula('2');
const long = '7'.repeat(19_000);
const cases: readonly (readonly [string, Expression])[] = [
  ...[
    '9^9^9^9',
    '2^(2^40)',
    '10000000!',
    '((9!)!)!',
    'binomial(10^9,5*10^8)',
    'sum(k,1,10^9,k)',
    'product(k,1,10^6,k)',
    'sum(k,1,2000,1/k)',
    'sum(k,1,2000,sin(k)*e^(-k))',
    'sum(k,1,2000,k!)',
    'sum(k,1,1000,sum(j,1,1000,1/(k+j)))',
    '(1+x)^100000+sqrt(x)',
    'e^(e^(e^(e^10)))',
    'e^(10^12)',
    'sin(10^400)',
    '(1+sqrt(2))^10000',
    'log(7^1000,7)',
    'gcd(10^6000+7,10^5999+3)',
    'floor(10^400*pi)',
    `${long}*${long}`,
    `sqrt(${long})`,
    `root(${long},100)`,
    `1/${long}+1/3`,
    `(${long})^(1/4095)`,
  ].map((text) => [text.slice(0, 40), formula(text)] as const),
  ['nested roots', nest(95, (e) => ({ op: 'root', args: [{ op: 'add', args: [e, two] }, two] }))],
  ['nested sines', nest(190, (e) => ({ op: 'call', name: 'sin', args: [e] }))],
  ['tower', nest(190, (e) => ({ op: 'power', args: [two, e] }))],
  ['squares', nest(190, (e, level) => ({ op: 'power', args: [level === 0 ? formula('3') : e, two] }))],
  ['factorials', nest(190, (e, level) => ({ op: 'factorial', args: [level === 0 ? formula('3') : e] }))],
  [
    'nested sums',
    nest(100, (body, k) => ({ op: 'sum', variable: `k${k}`, from: two, to: formula('5'), body })),
  ],
  ['deep', nest(100_000, (e) => ({ op: 'negate', args: [e] }))],
  ['ones', wide(19_000, () => '1')],
  ['harmonic', wide(4_000, (k) => `1/${k + 1}`)],
  ['roots', wide(4_000, (k) => `sqrt(${k + 2})`)],
  ['sines', wide(4_000, (k) => `sin(${k + 2})`)],
  ['symbols', wide(4_000, (k) => `x_${k}^2`)],
  ['factorials', wide(2_000, (k) => `${4000 + k}!`)],
];

test('no expression takes long', () => {
  for (const [name, e] of cases) {
    const calls: Record<string, () => unknown> = {
      compare: () => compareExpressions(e, formula('x+sqrt(7)')),
      rewritten: () => compareExpressions(e, { op: 'add', args: [formula('0'), e] }),
      factor: () => compareUpToFactor(e, formula('x')),
      key: () => keyOf(e),
      order: () => compareOrder(e, two),
      value: () => exactValue(e),
      enclose: () => enclose(e),
      structure: () => structureOf(e),
    };
    for (const [call, run] of Object.entries(calls)) {
      const start = performance.now();
      run();
      const took = performance.now() - start;
      assert.ok(took < limit, `${call} of ${name} took ${took.toFixed(0)} ms`);
    }
  }
});

test('what is beyond the limits is undecided, not wrong', () => {
  const deep = nest(300, (e) => ({ op: 'negate', args: [e] }));
  assert.deepEqual(compareExpressions(deep, deep), { outcome: 'undecided', rule: 'size' });
  assert.equal(keyOf(deep), undefined);
  const [a, b] = [formula(`sqrt(${long})`), formula(`sqrt(${long}+1)`)];
  assert.equal(compareExpressions(a, b).outcome, 'undecided');
});

test('the same call gives the same answer', () => {
  const pairs = [
    ['sum(k,1,2000,sin(k))', '8'],
    ['e^x', 'x^e'],
    ['f(g(x))', 'f(x)'],
  ] as const;
  for (const [a, b] of pairs) {
    const first = compareExpressions(formula(a), formula(b));
    assert.deepEqual(compareExpressions(formula(a), formula(b)), first);
    assert.equal(keyOf(formula(a)), keyOf(formula(a)));
  }
});
