import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareOrder, enclose, exactValue, keyOf, structureOf, substitute, symbolsOf } from './index.ts';
import { compare, format } from './rational.ts';
import { formula } from './testing.ts';

test('order of constants', () => {
  const cases: readonly (readonly [string, string, -1 | 0 | 1 | undefined])[] = [
    ['1/3', '0.333', 1],
    ['exp(pi*sqrt(163))', '262537412640768744', -1],
    ['sqrt(2)+sqrt(3)', 'sqrt(5+2*sqrt(6))', 0],
    ['-infinity', '-10^100', -1],
    ['infinity', 'infinity', 0],
    ['3', 'infinity', -1],
    ['i', '1', undefined],
    ['x', '1', undefined],
    ['e^pi', 'pi^e', 1],
    ['1/0', '1', undefined],
    ['sin(pi)', '0', 0],
  ];
  for (const [a, b, order] of cases) {
    assert.equal(compareOrder(formula(a), formula(b)), order, `${a} ? ${b}`);
    const reverse = order === undefined ? undefined : 0 - order;
    assert.equal(compareOrder(formula(b), formula(a)), reverse, `${b} ? ${a}`);
  }
});

test('exact values', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['1/2+1/3', '5/6'],
    ['sqrt(4/9)', '2/3'],
    ['8^(2/3)', '4'],
    ['(1/4)^(-3/2)', '8'],
    ['binomial(10,3)-5!', '0'],
    ['7!!', '105'],
    ['permutations(6,2)', '30'],
    ['log(1000,10)', '3'],
    ['cos(pi/3)', '1/2'],
    ['sqrt(2)*sqrt(8)', '4'],
    ['sum(k,1,100,k)', '5050'],
    ['sqrt(2)', undefined],
    ['pi', undefined],
    ['x', undefined],
    ['1/0', undefined],
    ['0^0', undefined],
    ['i^2', '-1'],
    ['mod(17,5)', '2'],
  ];
  for (const [text, value] of cases) {
    const found = exactValue(formula(text));
    assert.equal(found && format(found), value, text);
  }
});

test('enclosures', () => {
  const found = enclose(formula('pi'), 64);
  assert.ok(found);
  const near = { num: 314159265358979323846n, den: 10n ** 20n };
  assert.ok(compare(found.lo, near) <= 0 || compare(found.hi, near) >= 0);
  assert.ok(
    Number(
      ((found.hi.num * found.lo.den - found.lo.num * found.hi.den) << 64n) / (found.lo.den * found.hi.den),
    ) <= 3,
  );
  assert.deepEqual(enclose(formula('1/3')), { lo: { num: 1n, den: 3n }, hi: { num: 1n, den: 3n } });
  for (const text of ['x', 'i', '1/0', 'infinity', 'sum(k,1,infinity,1/k^2)', 'sin(pi)']) {
    assert.equal(enclose(formula(text)), undefined, text);
  }
});

test('keys: small rationals are written out', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['0.75', '3/4'],
    ['-sqrt(9)', '-3'],
    ['x/(2*x)', '1/2'],
    ['sin(1)^2+cos(1)^2', '1'],
    ['-infinity', '-inf'],
    ['2^100000/2^99998', '4'],
  ];
  for (const [text, key] of cases) assert.equal(keyOf(formula(text)), key);
  assert.equal(keyOf(formula('1/0')), undefined);
  const longer = [
    '2^61+4',
    '5',
    'sqrt(2)',
    'sqrt(2)+10^(-60)',
    'e^(9^9^9)',
    'e^(9^9^8)',
    '1/2004!',
    '1/2005!',
  ];
  assert.equal(new Set(longer.map((text) => keyOf(formula(text)))).size, longer.length);
  assert.equal(keyOf(formula('pi*x')), keyOf(formula('x*arctan(1)*4')));
});

test('free symbols and substitution', () => {
  const e = formula('x + sum(k, 1, n, k*y) + integral(t, t)');
  assert.deepEqual([...symbolsOf(e)].sort(), ['n', 'x', 'y']);
  const caught = substitute(formula('sum(k, 1, 3, k*y)'), new Map([['y', formula('k')]]));
  assert.deepEqual([...symbolsOf(caught)], ['k']);
  const value = substitute(caught, new Map([['k', formula('2')]]));
  assert.equal(keyOf(value), '12');
  assert.equal(keyOf(substitute(formula('x^2+x'), new Map([['x', formula('3')]]))), '12');
});

test('structure: commuting parts are sorted, bound variables renamed', () => {
  const pairs: readonly (readonly [string, string, boolean])[] = [
    ['x+y', 'y+x', true],
    ['x-y', 'y-x', false],
    ['x*y*2', '2*y*x', true],
    ['limit(x,0,f(x,y))', 'limit(t,0,f(t,y))', true],
    ['limit(x,0,f(x,y))', 'limit(y,0,f(x,y))', false],
    ['integral(x,0,1,limit(y,x,y))', 'integral(y,0,1,limit(x,y,x))', true],
    ['integral(x,x)', 'integral(y,y)', false],
    ['gcd(a,b)', 'gcd(b,a)', true],
    ['log(a,b)', 'log(b,a)', false],
  ];
  for (const [a, b, equal] of pairs)
    assert.equal(structureOf(formula(a)) === structureOf(formula(b)), equal, a);
});
