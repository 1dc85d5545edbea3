import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Policy, parsePolicy, presets, settings } from './policy.ts';
import { accepts, type Pair, rejects } from './verify.fixture.ts';
import { describePolicies } from './verify.ts';

function parsed(text: string): Policy {
  const policy = parsePolicy(text);
  if ('error' in policy) throw new Error(policy.error);
  return policy;
}

describe('parsePolicy', () => {
  test('one spelling for what means the same', () => {
    assert.deepEqual(parsed(''), presets.strict);
    assert.equal(parsed(' strict , units=required ').name, 'strict,units=required');
    assert.equal(parsed('strict,units=required,case=kept').name, 'strict,case=kept,units=required');
    assert.equal(parsed('strict,units=required,units=optional').name, 'strict');
    assert.equal(parsed('strict,rounding=3').rounding, 3);
    assert.equal(parsed('math-verify').rounding, 6);
  });

  test('what is wrong is said', () => {
    const bad = [
      'lenient',
      'strict,',
      'strict,colour=red',
      'strict,units=maybe',
      'strict,rounding=16',
      'strict,rounding=0 … 15',
      'constructor',
      '__proto__',
      'strict,name=x',
      'x'.repeat(501),
    ];
    for (const text of bad) assert.ok('error' in parsePolicy(text), text);
  });

  test('every preset has every setting', () => {
    for (const { preset, settings: own } of describePolicies()) {
      assert.ok(Object.hasOwn(presets, preset));
      assert.deepEqual(
        own.map(({ name }) => name),
        settings.map(({ name }) => name),
      );
    }
  });
});

describe('settings, both ways', () => {
  const table: [accepting: string, rejecting: string, pairs: Pair[]][] = [
    ['strict', 'strict,rounding=none', [['2/3', '0.667']]],
    ['strict,rounding=1', 'strict', [['2/3', '0.7']]],
    ['strict', 'strict,percent=value', [['50\\%', '50']]],
    ['strict', 'strict,units=required', [['5 cm', '5']]],
    [
      'strict',
      'strict,order=lists',
      [
        ['1, 2', '2, 1'],
        ['1, x', 'x, 1'],
      ],
    ],
    ['qwen', 'strict', [['(1, 2)', '\\{1, 2\\}']]],
    ['strict', 'strict,case=kept', [['\\text{Paris}', '\\text{paris}']]],
    [
      'strict',
      'strict,renaming=none',
      [
        ['f(x) = 2x', 'f(t) = 2t'],
        ['\\frac{\\pi}{6} + k\\pi', '\\frac{\\pi}{6} + n\\pi'],
      ],
    ],
    [
      'strict',
      'strict,equations=whole',
      [
        ['x = 5', '5'],
        ['x > 5', '(5, \\infty)'],
      ],
    ],
    ['strict', 'strict,degrees=value', [['45^\\circ', '45']]],
    ['math-verify', 'strict', [['1,5', '1.5']]],
  ];
  for (const [accepting, rejecting, pairs] of table) {
    test(`${accepting}; not ${rejecting}`, () => {
      accepts(pairs, accepting);
      rejects(pairs, rejecting);
    });
  }
});
