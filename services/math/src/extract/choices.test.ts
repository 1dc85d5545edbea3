import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choiceIn, refutedAfter } from './choices.ts';
import { extractAnswer } from './index.ts';

test('the letter that is chosen', () => {
  for (const text of [
    '选D',
    '应选D。',
    '所以选D项。',
    'D选项正确。',
    '因此选项D正确。',
    '答えはDです。',
    '정답은 D입니다.',
    '따라서 정답은 D번이다.',
    'उत्तर D है।',
    "Cevap D'dir.",
    'Doğru cevap D şıkkıdır.',
    'La bonne réponse est la D.',
    'La respuesta correcta es la opción D.',
    'A alternativa correta é D.',
    'Правильный вариант: D',
    "I'd go with D.",
    'A is wrong, so it is D.',
    'B is incorrect. D is correct.',
    'It is neither A nor B, so it is D.',
    'D\n\nExplanation: the area is 14.',
    'Antwort D ist richtig.',
  ]) {
    assert.equal(extractAnswer(text)?.span, 'D', text);
  }
  assert.equal(extractAnswer('The correct choice is (D) $14$.')?.span, '(D) $14$');
  assert.equal(extractAnswer('**D) 14 cm**')?.span, 'D) 14 cm');
});

test('the letter that is denied', () => {
  for (const text of [
    'D is not the answer',
    'D is wrong',
    'Option D is incorrect.',
    "I don't think it's D.",
    'It cannot be D.',
    "D can't be right.",
    'I would rule out D.',
    'D选项错误。',
    '不能选D。',
    'La respuesta no es D.',
    'Die Antwort ist nicht D.',
  ]) {
    assert.equal(choiceIn(text), undefined, text);
    assert.notEqual(extractAnswer(text)?.span, 'D', text);
  }
});

test('refutedAfter: what takes an answer back', () => {
  for (const after of [
    ' is wrong',
    ' is not the answer.',
    ', but that is incorrect.',
    ' değil.',
    'ではない。',
    ' नहीं है',
  ]) {
    assert.ok(refutedAfter(after), after);
  }
  for (const after of ['', ' is not prime', ' is right', ' apples are not bad'])
    assert.ok(!refutedAfter(after), after);
});
