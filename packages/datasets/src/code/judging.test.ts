import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judging } from './judging.ts';

const testsOf = (...pairs: [string, string][]) =>
  pairs.map(([input, output]) => ({ input: Buffer.from(input), output: Buffer.from(output) }));

describe('another output than the stored one is shown for the same input', () => {
  const statement =
    'Draw a tree.\n\nExample\n\nInput\n\n\n3 1\n\n\nOutput\n\n\n1 2\n1 3\n\nNote\n\nThe first one is a path.\n';
  for (const [name, text, pairs, expected] of [
    ['another', statement, [['3 1\n', '2 1\n2 3\n']], true],
    ['the same in other lines', statement, [['3  1', '1 2 1 3']], undefined],
    ['none for this input', statement, [['4 1\n', '2 1\n2 3\n']], undefined],
    ['a longer one', statement, [['3 1\n', '1 2\n1 3\n2 3\n']], true],
    [
      'the same, and prose behind it',
      statement.replace('\nNote\n', ''),
      [['3 1\n', '1 2\n1 3\n']],
      undefined,
    ],
    ['numbers that were rounded', 'Input\n1\nOutput\n0.33333\n', [['1', '0.3333333']], undefined],
    ['numbers that differ', 'Input\n1\nOutput\n0.5\n', [['1', '0.3333333']], true],
    ['other letters', 'Input\n1\nOutput\nYES\n', [['1', 'Yes']], undefined],
    [
      'two tests that differ',
      '',
      [
        ['1', '2'],
        ['1\n', '3'],
      ],
      true,
    ],
    [
      'two tests that differ, the longer output first',
      '',
      [
        ['1', '2 3'],
        ['1', '2'],
      ],
      true,
    ],
    [
      'two tests that differ, the longer output last',
      '',
      [
        ['1', '2'],
        ['1', '2 3'],
      ],
      true,
    ],
    [
      'the same lines with other ends',
      '',
      [
        ['a b\r\nc \r\n', '2'],
        ['a b\nc\n\n', '3'],
      ],
      true,
    ],
    [
      'inputs that differ within their lines',
      '',
      [
        ['a b\n', '1'],
        ['a  b\n', '2'],
        ['\na b\n', '3'],
      ],
      undefined,
    ],
    [
      'the very input of the example, and one with other spaces',
      'Input\n\n\na b\n\nOutput\n\n1\n',
      [
        ['a b\n', '1'],
        ['a  b\n', '2'],
      ],
      undefined,
    ],
    [
      'a line that begins as a heading',
      'Input\n2\nOutput\n3\nsampled 3\n',
      [['2', '3 sampled 3']],
      undefined,
    ],
    ['a heading behind the output', 'Input\n2\nOutput\n5\nSample 2\n3\n', [['2', '5 Sample']], true],
    [
      'two tests that agree',
      '',
      [
        ['1', '2'],
        ['1\n', '2\n'],
      ],
      undefined,
    ],
  ] as [string, string, [string, string][], true | undefined][]) {
    test(name, () => assert.equal(judging(text, testsOf(...pairs)).multiAnswer, expected));
  }
});

test('length changes nothing, also where expressions have much to search', () => {
  for (const words of [
    'print any one ',
    'if several as any ',
    '10 ^ {',
    'print if any answers could ',
    'a-1',
    'which one print ',
    'order of a ',
    'print flush it',
    'the answer within |a - b| 0.0',
    'there are many other ',
  ]) {
    assert.deepEqual(judging(words.repeat(40_000), []), judging(words.repeat(1000), []));
  }
});

test('white space changes nothing, however long', () => {
  const long = Buffer.from(`1${' '.repeat(2_000_000)}2`);
  assert.deepEqual(judging('', [{ input: long, output: long }]), {});
});
