import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Expression } from './expression.ts';
import {
  compareExpressions,
  compareOrder,
  compareUpToFactor,
  enclose,
  exactValue,
  keyOf,
  substitute,
} from './index.ts';
import { compare as compareRationals } from './rational.ts';
import { formula } from './testing.ts';

fc.configureGlobal({ seed: 1, numRuns: 150 });

const number = (value: number): Expression => ({ op: 'number', value: { num: BigInt(value), den: 1n } });
const build = (
  op: 'add' | 'multiply' | 'negate' | 'divide' | 'power' | 'root',
  ...args: Expression[]
): Expression => ({
  op,
  args,
});
const call = (name: string, ...args: Expression[]): Expression => ({ op: 'call', name, args });

/** Sums, products, quotients, powers, roots and a few functions of x, y, n and small numbers. */
const { tree } = fc.letrec<{ tree: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: 1, max: 9 }).map(number),
    fc.constantFrom('x', 'y', 'n').map((name): Expression => ({ op: 'symbol', name })),
    fc.constantFrom<Expression>({ op: 'constant', name: 'pi' }, { op: 'constant', name: 'e' }),
  ),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => build('add', a, b)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => build('multiply', a, b)),
    fc.tuple(tie('tree'), tie('leaf')).map(([a, b]) => build('divide', a, b)),
    fc.tuple(tie('tree'), fc.integer({ min: 1, max: 3 })).map(([a, k]) => build('power', a, number(k))),
    tie('tree').map((a) => build('root', a, number(2))),
    tie('leaf').map((a) => call('sin', a)),
    tie('leaf').map((a) => call('f', a)),
    tie('leaf').map((a) => call('ln', build('add', a, number(1)))),
  ),
}));

/** Ways of writing the same. */
const rewrites: ((e: Expression) => Expression)[] = [
  (e) => build('add', e, number(0)),
  (e) => build('negate', build('negate', e)),
  (e) => build('divide', build('multiply', number(6), e), number(6)),
  (e) => build('root', build('power', e, number(3)), number(3)),
  (e) =>
    build(
      'add',
      build('multiply', e, build('power', call('sin', number(1)), number(2))),
      build('multiply', e, build('power', call('cos', number(1)), number(2))),
    ),
  (e) => ('args' in e && (e.op === 'add' || e.op === 'multiply') ? { ...e, args: [...e.args].reverse() } : e),
];

test('a rewrite is equal and has the same key', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom(...rewrites), (e, rewrite) => {
      const other = rewrite(e);
      assert.equal(compareExpressions(e, other).outcome, 'equal');
      assert.equal(keyOf(e), keyOf(other));
      const factor = compareUpToFactor(e, build('multiply', number(-3), other));
      assert.equal(factor.outcome, 'equal', factor.rule);
    }),
  );
});

test('a change is unequal, and so is its key', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom('1/1000000000000000000', 'x/7', 'pi', 'sqrt(y)'), (e, change) => {
      const other = build('add', e, formula(change));
      const decision = compareExpressions(e, other);
      assert.equal(decision.outcome, 'unequal', decision.rule);
      assert.notEqual(keyOf(e), keyOf(other));
    }),
  );
});

test('any two: symmetric, and equal exactly when the keys are', () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const decision = compareExpressions(a, b);
      assert.deepEqual(compareExpressions(b, a).outcome, decision.outcome);
      assert.equal(decision.outcome === 'equal', keyOf(a) === keyOf(b));
      assert.equal(compareUpToFactor(a, b).outcome, compareUpToFactor(b, a).outcome);
    }),
  );
});

test('constants: enclosures hold the value, order follows them', () => {
  const at = new Map([
    ['x', formula('7/5')],
    ['y', formula('sqrt(3)')],
    ['n', number(4)],
  ]);
  const constant = tree
    .map((e) => substitute(e, at))
    .filter((e) => !JSON.stringify(e, (_, v) => (typeof v === 'bigint' ? String(v) : v)).includes('"f"'));
  fc.assert(
    fc.property(constant, constant, (a, b) => {
      const [x, y] = [enclose(a), enclose(b)];
      const order = compareOrder(a, b);
      assert.equal(order, compareOrder(b, a) === undefined ? undefined : -(compareOrder(b, a) as number) + 0);
      if (!x || !y) return;
      assert.ok(compareRationals(x.lo, x.hi) <= 0);
      const fine = enclose(a, 300);
      if (fine) assert.ok(compareRationals(fine.lo, x.hi) <= 0 && compareRationals(fine.hi, x.lo) >= 0);
      if (compareRationals(x.hi, y.lo) < 0) assert.equal(order, -1);
      const exact = exactValue(a);
      if (exact) assert.ok(compareRationals(x.lo, exact) <= 0 && compareRationals(x.hi, exact) >= 0);
    }),
  );
});
