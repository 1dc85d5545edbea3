import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Expression, OperationNode } from '../expression/expression.ts';
import { readExpression } from './ask.ts';
import { decide } from './decide.ts';
import { askOf } from './mathjson.ts';

const number = (num: bigint, den = 1n): Expression => ({ op: 'number', value: { num, den } });
const symbol = (name: string): Expression => ({ op: 'symbol', name });
const of = (op: OperationNode['op'], ...args: Expression[]): Expression => ({ op, args });
const call = (name: string, ...args: Expression[]): Expression => ({ op: 'call', name, args });
const infinity: Expression = { op: 'constant', name: 'infinity' };
const [zero, one, two, three] = [0n, 1n, 2n, 3n].map((value) => number(value)) as [
  Expression,
  Expression,
  Expression,
  Expression,
];
const x = symbol('x');
const k = symbol('k_{1}');

const integral = (body: Expression, from: Expression, to: Expression): Expression => ({
  op: 'integral',
  variable: 'x',
  from,
  to,
  body,
});
const sum = (body: Expression, from: Expression, to: Expression): Expression => ({
  op: 'sum',
  variable: 'k_{1}',
  from,
  to,
  body,
});
const limit = (body: Expression, from: Expression): Expression => ({
  op: 'limit',
  variable: 'x',
  from,
  body,
});

const square = (of_: Expression) => of('power', of_, two);

describe('askOf', () => {
  const equal: [string, Expression, Expression][] = [
    ['integral', integral(square(x), zero, one), number(1n, 3n)],
    [
      'improper integral',
      integral(of('divide', one, of('add', one, square(x))), of('negate', infinity), infinity),
      { op: 'constant', name: 'pi' },
    ],
    [
      'antiderivative',
      { op: 'integral', variable: 'x', body: square(x) },
      of('divide', of('power', x, three), three),
    ],
    ['finite sum', sum(square(k), one, number(10n)), number(385n)],
    [
      'sum with an open end',
      sum(k, one, symbol('n')),
      of('divide', of('multiply', symbol('n'), of('add', symbol('n'), one)), two),
    ],
    ['series', sum(of('divide', one, of('factorial', k)), zero, infinity), { op: 'constant', name: 'e' }],
    ['product', { op: 'product', variable: 'j', from: one, to: number(5n), body: symbol('j') }, number(120n)],
    ['limit', limit(of('divide', call('sin', x), x), zero), one],
    [
      'limit at infinity',
      limit(of('divide', of('add', x, one), of('root', of('add', square(x), one), two)), infinity),
      one,
    ],
  ];
  for (const [name, gold, answer] of equal) {
    test(name, () => {
      const ask = askOf(gold, answer);
      assert.ok(
        ask !== undefined &&
          readExpression(ask.gold) !== undefined &&
          readExpression(ask.answer) !== undefined,
      );
      assert.deepEqual(decide(ask).finding, 'equal', JSON.stringify(ask));
      const other = askOf(gold, of('add', answer, number(1n, 100n)));
      assert.notEqual(other && decide(other).finding, 'equal');
    });
  }

  const tower = of('power', number(9n), of('power', number(9n), of('power', number(9n), number(9n))));
  let deep: Expression = x;
  for (let depth = 0; depth < 100; depth++) deep = of('negate', deep);
  let sums = one;
  for (let depth = 0; depth < 10; depth++) sums = sum(sums, one, three);
  const refused: Record<string, Expression> = {
    'no sum, product, integral or limit': square(x),
    'an unknown function': sum(call('f', k), one, two),
    'a function of objects': sum(call('constructor', k), one, two),
    'an ellipsis': sum({ op: 'opaque', text: '\\ldots', args: [] }, one, two),
    'a logarithm without base': sum(call('log', k), one, two),
    'a cube root': integral(of('root', x, three), zero, one),
    tower: sum(tower, one, two),
    'a large exponent': sum(of('power', of('add', x, k), number(100_000n)), one, two),
    'a large factorial': sum(of('factorial', number(100_000n)), one, two),
    'a factorial of a factorial': sum(of('factorial', of('factorial', number(9n))), one, two),
    'a large number': sum(number(10n ** 80n), one, two),
    'many terms': sum(k, one, number(10n ** 9n)),
    'many terms, written as a power': sum(k, one, of('power', number(10n), number(9n))),
    'a limit without a point': { op: 'limit', variable: 'x', body: x },
    'one bound': { op: 'integral', variable: 'x', to: one, body: x },
    'sums in sums': sums,
    'deep nesting': sum(deep, one, two),
    'many nodes': sum(of('add', ...Array.from({ length: 2_000 }, () => k)), one, two),
  };
  for (const [name, refusal] of Object.entries(refused)) {
    test(`not asked: ${name}`, () => {
      assert.equal(askOf(refusal, one), undefined);
    });
  }
});
