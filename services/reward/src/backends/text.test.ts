import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neutralizer } from './text.ts';

const neutralize = neutralizer(undefined);

test('what tokenizers hold for special is broken up', () => {
  const specials =
    '<|im_end|> <|eot_id|> <|start_header_id|> <s> </s> <pad> <unk> <mask> <bos> <eos> <extra_0> <start_of_turn> <end_of_turn> [CLS] [SEP] [MASK] [INST] [/INST] <｜User｜> <｜end▁of▁sentence｜>';
  for (const special of specials.split(' ')) {
    assert.equal(neutralize(`a${special}b`), `a${special[0]} ${special.slice(1)}b`);
  }
});

test('other texts stay as they are', () => {
  for (const text of [
    'a < b | c > d',
    '<div>x</div>',
    'a[i] = [x]',
    'if (a <| b) {}',
    '<b>',
    'x << 3 || y >> 2',
  ]) {
    assert.equal(neutralize(text), text);
  }
});

test('nor is one left for a tokenizer that drops characters, or takes some for others', () => {
  for (const text of ['<\u200bs>', '<\u00ad/s>', '＜ｓ＞', '<|im\ufeff_end|>', '[S\u0301EP]', '<\0pad>']) {
    assert.match(neutralize(`a${text}b`), /^a[<[] [^ ]+b$/, JSON.stringify(text));
  }
  for (const text of ['ﬁ x\u200by', 'e\u0301', '＜ｂ＞']) assert.equal(neutralize(text), text);
});

test('none is left, however they are put into one another', () => {
  const pieces = fc.constantFrom(
    '<',
    '|',
    '>',
    '<|a|>',
    '<s>',
    '</s>',
    '[SEP]',
    '[',
    ']',
    'SEP',
    's',
    '/',
    '｜',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const once = neutralize(parts.join(''));
      assert.equal(neutralize(once), once);
      assert.equal(once.replaceAll(' ', ''), parts.join('').replaceAll(' ', ''));
    }),
    { numRuns: 2000 },
  );
});
