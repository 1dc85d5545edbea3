import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judging } from './judging.ts';

const of = (sentence: string) =>
  judging(`A problem.\n\nInput\n\nOne number n.\n\nOutput\n\n${sentence}\n`, []);
const testsOf = (...pairs: [string, string][]) =>
  pairs.map(([input, output]) => ({ input: Buffer.from(input), output: Buffer.from(output) }));

describe('several answers', () => {
  for (const sentence of [
    'If there are several answers, print any.',
    'If there are multiple valid arrangements, you may output any of them.',
    'In case there is more than one such path, any of them will do: print any one of them.',
    'If many solutions exist, any valid one is fine.',
    'Output any suitable subset.',
    'You can print the chosen numbers in any order.',
    'Return the pairs in any order.',
    'The answer may be given in arbitrary order.',
    'Any sequence of at most n moves will be accepted.',
    'Print a valid colouring of the vertices.',
    'Help him find any such array.',
    'Note that the answer is not always unique.',
    'Print two integers, one of them being x; if several pairs fit, print one of them.',
    'Print an array that could be the original one.',
    'Find a permutation of the stones such that no two neighbours have the same weight.',
  ]) {
    test(sentence, () => assert.equal(of(sentence).multiAnswer, true));
  }
});

describe('one answer', () => {
  for (const sentence of [
    'Print the number of pairs.',
    'The input consists of multiple test cases.',
    'If there are multiple answers, print the smallest one.',
    'If there are several such strings, output the lexicographically smallest.',
    'Print YES if any of the numbers is even, and NO otherwise.',
    'You may rearrange the cards in any order before the game begins.',
    'The edges are given in any order.',
    'A permutation has the integers from 1 to n in arbitrary order.',
    'Print UNIQUE if there is one way, NONE if he cannot make any, and MULTIPLE otherwise.',
    'In one move you can choose any two different cells and swap them.',
    'You may print every letter in any case.',
    'There are no multiple edges between any pair of cities.',
    'Find a permutation such that its cost is minimal, and print the cost.',
  ]) {
    test(sentence, () => assert.equal(of(sentence).multiAnswer, undefined));
  }
});

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

describe('comparers', () => {
  for (const [sentence, comparer] of [
    ['Your answer is right if its absolute or relative error does not exceed 10^{-6}.', 'floats(1e-6)'],
    ['The absolute or relative error of the answer must be at most 10^{ - 9}.', 'floats(1e-9)'],
    ['The answer is accepted if the relative or absolute error is less than 1e-4.', 'floats(1e-4)'],
    ['Print the answer with an absolute error of at most 10-5.', 'floats(abs=1e-5,rel=0)'],
    ['The relative error of your output must not exceed 0.001.', 'floats(abs=0,rel=0.001)'],
    ['Print the result with a precision of 10^−7.', 'floats(1e-7)'],
    ['The answer should have at least 4 digits after the decimal point.', 'floats(1e-4)'],
    ['You can print each letter in any case.', 'tokens(case=fold)'],
    ['Print YES (case-insensitive) or NO.', 'tokens(case=fold)'],
    ['The case of letters does not matter.', 'tokens(case=fold)'],
    ['Print the difference 10-6 modulo 10^9 + 7.', undefined],
    ['Print the minimum possible error.', undefined],
    ['Every vertex has a weight of at most 10^{-6}.', undefined],
    ['In any case, print the sum.', undefined],
  ] as const) {
    test(sentence, () => assert.equal(of(sentence).comparer, comparer));
  }
});

describe('interactive', () => {
  for (const text of [
    'This is an interactive problem.',
    'Guess the number. This problem is interactive: ask questions.',
    'Find p.\n\nInteraction\n\nBegin by reading n. Then print a question and flush.',
    'After each question do not forget to flush the output.',
    'Call fflush(stdout) after each line, or System.out.flush() in Java.',
    'The interactor answers with a number; flush after each of your lines.',
  ]) {
    test(text, () => {
      const found = judging(text, []);
      assert.match(found.unsupported ?? '', /^interactive problem without an interactor/);
      assert.deepEqual(Object.keys(found), ['unsupported']);
    });
  }
  for (const text of [
    'This is not an interactive problem, unlike the easy version of it.',
    'A royal flush beats all other hands. Answer q queries on hands.',
    'The museum has an interactive map. Two people interact if they are neighbours.',
    'Print the strength of the interaction between the two particles.',
    'Alice asks the judge for a query. He flushes the toilet.',
  ]) {
    test(`not: ${text}`, () => assert.equal(judging(text, []).unsupported, undefined));
  }
});

test('length changes nothing, also where expressions have much to search', () => {
  for (const words of [
    'print any one ',
    'if several as any ',
    '10 ^ {',
    'print if any answers could ',
    'a-1',
  ]) {
    assert.deepEqual(judging(words.repeat(40_000), []), judging(words.repeat(1000), []));
  }
});
