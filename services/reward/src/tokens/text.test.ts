import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Family, families, golden } from './testing/golden.ts';
import { parts, Texts, type TokenizerJson } from './text.ts';

const texts = new Map(
  families.map((family) => {
    const { tokenizer } = golden(family);
    return [family, new Texts(tokenizer, new Set(tokenizer.added_tokens.map(({ content }) => content)))];
  }),
);
const encode = (family: Family, text: string, first = true) =>
  (texts.get(family) as Texts).encode(text, first);

/** Texts of all scripts, with what tokenizers treat in ways of their own. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<|eot_id|>',
        '<s>',
        '</s>',
        '[SEP]',
        '<unk>',
        '<0x0A>',
        '▁',
        'Ġ',
        '  ',
        '\n',
        '\r\n',
        '\0',
        ' a',
      ),
    ),
  )
  .map((list) => list.join(''));

for (const family of families) {
  const { tokenizer, texts: known, ids } = golden(family);
  suite(family, () => {
    test('ids are those of the original', () => {
      known.forEach((text, i) => {
        assert.deepEqual(encode(family, text), ids[i], JSON.stringify(text));
      });
    });

    test('no text becomes a special token', () => {
      const unknown = ['<unk>', '[UNK]'];
      const special = tokenizer.added_tokens.filter(({ content }) => !unknown.includes(content));
      const closed = new Set(special.map(({ id }) => id));
      for (const { content } of tokenizer.added_tokens) {
        for (const text of [content, `a${content}`, `${content} b`, content.repeat(3)]) {
          assert.ok(!encode(family, text).some((id) => closed.has(id)), text);
        }
      }
      fc.assert(fc.property(anyText, (text) => !encode(family, text).some((id) => closed.has(id))));
    });
  });
}

for (const family of ['llama3', 'gpt2', 'llama2', 'mistral'] as const) {
  const { tokenizer } = golden(family);
  const vocab = new Map(
    Object.entries(tokenizer.model.vocab as Record<string, number>).map(([k, v]) => [v, k]),
  );
  const bytes = family === 'llama3' || family === 'gpt2';
  const decoder = bytes
    ? { type: 'ByteLevel' }
    : { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] };
  const library = parts({ decoder: { ...decoder, trim_offsets: false } });
  const decode = (ids: readonly number[]) =>
    ids.length === 0 ? '' : (library.decoder?.(ids.map((id) => vocab.get(id) ?? '')) ?? '');

  test(`${family}: ids of a text decode to it`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const wanted = bytes ? text.toWellFormed() : text.toWellFormed().replaceAll(' ', '▁');
        assert.equal(decode(encode(family, text.toWellFormed(), false)), wanted);
      }),
    );
  });
}

test('only the first text gets what the tokenizer puts before one', () => {
  for (const family of ['llama2', 'mistral', 'unigram'] as const) {
    assert.deepEqual(encode(family, 'the', true), encode(family, ' the', false));
    assert.notDeepEqual(encode(family, 'the', false), encode(family, 'the', true));
  }
  assert.deepEqual(encode('llama3', 'the', false), encode('llama3', 'the', true));
});

test('long texts take time by their length', { timeout: 60_000 }, () => {
  // Quadratic time would take minutes.
  for (const family of families) {
    for (const unit of ['a', ' ', 'ab', '7', '🙂', '\u0301', ' \n', '<s>']) {
      assert.ok(encode(family, unit.repeat(50_000)).length <= 250_000);
    }
  }
  for (const family of ['qwen', 'bert'] as const) encode(family, '\u0301\u0316'.repeat(200_000));
});

test('it stops where there are enough', () => {
  const ids = (texts.get('llama3') as Texts).encode('the answer '.repeat(10_000), true, 20);
  assert.ok(ids.length > 20 && ids.length < 40);
});

suite('parts of tokenizers', () => {
  const base = golden('llama3').tokenizer;
  const words = (change: Partial<Record<keyof TokenizerJson, unknown>>, ...made: string[]): TokenizerJson => {
    const vocab = Object.fromEntries(['?', ...made].map((word, id) => [word, id]));
    const model = { type: 'WordLevel', vocab, unk_token: '?' };
    return {
      ...base,
      added_tokens: [],
      post_processor: null,
      normalizer: null,
      model,
      ...change,
    } as TokenizerJson;
  };
  const ids = (json: TokenizerJson, text: string, closed: string[] = []) =>
    new Texts(json, new Set(closed)).encode(text, true);

  test('digits and words are those of Unicode', () => {
    const digits = words({ pre_tokenizer: { type: 'Digits', individual_digits: true } }, 'a', '1', '٢', '½');
    assert.deepEqual(ids(digits, 'a1٢½'), [1, 2, 3, 4]);
    const white = words({ pre_tokenizer: { type: 'Whitespace' } }, 'é', '!', 'é\ufeff');
    assert.deepEqual(ids(white, ' é\u0085é !'), [1, 1, 2]);
  });

  test('punctuation', () => {
    const isolated = words({ pre_tokenizer: { type: 'Punctuation', behavior: 'Isolated' } }, 'a', '.', '..');
    assert.deepEqual(ids(isolated, 'a..'), [1, 2, 2]);
    const contiguous = words(
      { pre_tokenizer: { type: 'Punctuation', behavior: 'Contiguous' } },
      'a',
      '.',
      '..',
    );
    assert.deepEqual(ids(contiguous, 'a..'), [1, 3]);
  });

  test('what is not supported is refused', () => {
    const pre_tokenizer = {
      type: 'Split',
      pattern: { String: '-' },
      behavior: 'MergedWithNext',
      invert: false,
    };
    assert.throws(
      () => ids(words({ pre_tokenizer }), 'a'),
      /Split with behavior MergedWithNext is not supported/,
    );
  });

  test('a character map that is cut off is refused', () => {
    const normalizer = { type: 'Precompiled', precompiled_charsmap: 'AAQAAAAM' };
    assert.throws(() => ids(words({ normalizer }), 'a'), /character map is cut off/);
  });

  test('a special token that is a word of the model is none of a text', () => {
    const json = words({ pre_tokenizer: { type: 'WhitespaceSplit' } }, '<s>', 'a');
    assert.deepEqual(ids(json, '<s> a'), [1, 2]);
    assert.deepEqual(ids(json, '<s> a', ['<s>']), [0, 2]);
  });

  test('a special token that merges would make is none of a text', () => {
    const vocab = { '<': 0, s: 1, '>': 2, '<s': 3, '<s>': 4 };
    const model = { type: 'BPE', vocab, merges: ['< s', '<s >'], ignore_merges: true };
    const json = words({ pre_tokenizer: null, model });
    assert.deepEqual(ids(json, '<s>'), [4]);
    assert.deepEqual(ids(json, '<s>', ['<s>']), [3, 2]);
  });

  test('merges go by rank, then from the left', () => {
    const vocab = { a: 0, b: 1, aa: 2, ab: 3, aab: 4 };
    const model = { type: 'BPE', vocab, merges: ['a a', 'a b', 'aa b'] };
    assert.deepEqual(ids(words({ pre_tokenizer: null, model }), 'aaaab'), [2, 4]);
    assert.deepEqual(ids(words({ pre_tokenizer: null, model }), 'aab'), [4]);
    assert.deepEqual(ids(words({ pre_tokenizer: null, model }), 'abaaa'), [3, 2, 0]);
  });

  test('unknown characters in a row are one where the model says so', () => {
    const model = (fuse_unk: boolean) => ({
      type: 'BPE',
      vocab: { '?': 0, a: 1 },
      merges: [],
      unk_token: '?',
      fuse_unk,
    });
    assert.deepEqual(ids(words({ pre_tokenizer: null, model: model(true) }), 'xyaz'), [0, 1, 0]);
    assert.deepEqual(ids(words({ pre_tokenizer: null, model: model(false) }), 'xyaz'), [0, 0, 1, 0]);
  });

  test('unigram falls back to bytes', () => {
    const bytes = Array.from(
      { length: 256 },
      (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`,
    );
    const vocab = ['?', 'a', ...bytes].map((piece) => [piece, -1]);
    const model = { type: 'Unigram', vocab, unk_id: 0, byte_fallback: true };
    assert.deepEqual(ids(words({ pre_tokenizer: null, model }), 'aé'), [1, 2 + 0xc3, 2 + 0xa9]);
  });
});
