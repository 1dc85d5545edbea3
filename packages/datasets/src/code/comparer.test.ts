import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judging } from './judging.ts';

const of = (sentence: string) =>
  judging(`A problem.\n\nInput\n\nOne number n.\n\nOutput\n\n${sentence}\n`, []);
describe('comparers', () => {
  for (const [sentence, comparer] of [
    ['Your answer is right if its absolute or relative error does not exceed 10^{-6}.', 'floats(1e-6)'],
    ['The absolute or relative error of the answer must be at most 10^{ - 9}.', 'floats(1e-9)'],
    ['The answer is accepted if the relative or absolute error is less than 1e-4.', 'floats(1e-4)'],
    ['Print the answer with an absolute error of at most 10-5.', 'floats(abs=1e-5,rel=0)'],
    ['The relative error of your output must not exceed 0.001.', 'floats(abs=0,rel=0.001)'],
    ['Print the result with a precision of 10^−7.', 'floats(1e-7)'],
    ['The answer should have at least 4 digits after the decimal point.', 'floats(1e-4)'],
    ['Print the answer with at least six digits after the decimal point.', 'floats(1e-6)'],
    ['The answer must be accurate to 5 decimal places.', 'floats(1e-5)'],
    ['An error below 10 - 4 is allowed.', 'floats(1e-4)'],
    ['The answer must be within 1e-9 of the exact one.', 'floats(1e-9)'],
    ['Yours, a, is accepted beside b of the jury if |a - b| / max(1, b) \\le 10^{-6}.', 'floats(1e-6)'],
    ['A relative error of up to 10^{-7} is tolerated.', 'floats(abs=0,rel=1e-7)'],
    ['You can print each letter in any case.', 'tokens(case=fold)'],
    ['The answer may be written in any case.', 'tokens(case=fold)'],
    ['Print YES (case-insensitive) or NO.', 'tokens(case=fold)'],
    ['The case of letters does not matter.', 'tokens(case=fold)'],
    ['Print the difference 10-6 modulo 10^9 + 7.', undefined],
    ['Print the minimum possible error.', undefined],
    ['Print the result with a precision of two digits, for example 0.67.', undefined],
    ['Print how probable it is that the result differs from 0.5 by more than x.', undefined],
    ['Print the ratio with exactly 4 digits after the decimal point.', undefined],
    ['Print a word of at least twenty decimal digits without a point.', undefined],
    ['The answer is the number of points within 0.05 of the first one.', undefined],
    ['Print the pairs with |a - b| of at most 0.001.', undefined],
    ['Every vertex has a weight of at most 10^{-6}.', undefined],
    ['In any case, print the sum.', undefined],
  ] as const) {
    test(sentence, () => assert.equal(of(sentence).comparer, comparer));
  }
});
