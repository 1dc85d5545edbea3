import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judging } from './judging.ts';

const of = (sentence: string) =>
  judging(`A problem.\n\nInput\n\nOne number n.\n\nOutput\n\n${sentence}\n`, []);
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
    'If there are two or more arrangements, any of them is right.',
    'Should it be done in several ways, you can print whichever you like.',
    'You may choose any of them.',
    'There are often many answers, and it does not matter which.',
    'It does not matter which path you print.',
    'Which one of the trees you print does not matter.',
    'Print an example of a word that fits.',
    'Construct one such tree.',
    'Give an example of such a graph.',
    'The solution may not be unique.',
    'Print the chosen stones in no particular order.',
    'The problem has a special checker.',
    'Other answers may be right as well.',
    'Of course there are many other possible answers.',
    'Multiple answers are possible.',
    'The checker will accept any plan that reaches the goal.',
    'Print any such point with an accuracy of at least 10^-6.',
    'Print the number of edges, then print the edges in any order.',
    'Print the number of edges and then the edges themselves in any order.',
    'The order of the lines is arbitrary.',
    'The order of the pairs is not important.',
    'The order of the edges in your answer does not matter.',
    'The order of the stones you print is unimportant.',
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
    'He may carry different loads to any of the houses.',
    'Many birds can sit on any of the wires.',
    'If there are several tests, any of them fits on a line.',
    'Any answer with an error of at most 10^-5 will be accepted.',
    'The checker accepts any answer within 1e-6 of the right one.',
    'Print the number of ways to lay the cards in any order.',
    'Print one number: the number of words that have these letters in any order.',
    'Find the order such that every guest is pleased, and print who comes last.',
    'For all test cases, what you print will be accepted if it is right.',
    'It does not matter which way he turns, but print how far he gets.',
    'There are no other solutions.',
    'If there are other solutions that are valid, print the smallest one.',
    'Print A or B, whichever is larger.',
    'Two sets are the same if the order of the pairs does not matter.',
    'The order of the stones is arbitrary.',
    'The machine accepts coins of any value.',
  ]) {
    test(sentence, () => assert.equal(of(sentence).multiAnswer, undefined));
  }
});
