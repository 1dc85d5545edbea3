import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judging } from './judging.ts';

describe('interactive', () => {
  for (const text of [
    'This is an interactive problem.',
    'Guess the number. This problem is interactive: ask questions.',
    'Find p.\n\nInteraction\n\nBegin by reading n. Then print a question and flush.',
    'After each question do not forget to flush the output.',
    'In this interactive task you look for a treasure.',
    'It is a reactive problem.',
    'Your program talks to an interactive judge.',
    'Remember to flush after every line.',
    'Print a question, end its line, and flush it.',
    'The output must be flushed.',
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
    'The plumber lets the water run, so that the pipes must be flushed. He cannot flush it himself.',
    'It is an interactive museum. A reactive metal is a problem.',
    'Alice asks the judge for a query. He flushes the toilet.',
  ]) {
    test(`not: ${text}`, () => assert.equal(judging(text, []).unsupported, undefined));
  }
});
