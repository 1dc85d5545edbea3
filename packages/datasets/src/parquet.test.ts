import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { collect, faults, texts, workspace } from './testing/collect.ts';
import { type Column, parquetFile } from './testing/parquet.ts';

const { write } = workspace();

const nested: Column[] = [
  { name: 'problem_id', kind: 'integer', values: [7, 8, 9, 10, 11] },
  { name: 'question', kind: 'text', values: ['a?', 'b?', 'ç?', null, 'e?'] },
  { name: 'answer', kind: 'text', values: ['1', '2', '3', '4', '5'] },
  { name: 'samples', kind: 'texts', values: [['x', 'y'], ['é'], [], null, ['p', null, 'q']] },
  { name: 'unrelated', kind: 'text', values: ['.', '.', '.', '.', '.'] },
];

describe('Parquet', () => {
  for (const codec of ['none', 'gzip', 'zstd'] as const) {
    test(`nested samples, row groups of 2, compression ${codec}`, async () => {
      const read = await collect(write(`nested-${codec}.parquet`, parquetFile(nested, 2, codec)));
      assert.deepEqual(texts(read), { 7: ['x', 'y'], 8: ['é'], 9: [], 10: [], 11: ['p', 'q'] });
      assert.deepEqual(
        read.candidates.get('11')?.map(({ index }) => index),
        [0, 2],
      );
      assert.deepEqual(read.problems.get('9'), {
        id: '9',
        dataset: `nested-${codec}`,
        prompt: 'ç?',
        mathAnswer: { gold: '3', policy: '' },
      });
      assert.deepEqual(faults(read), ['3 empty_samples', '5 wrong_type']);
    });
  }

  test('a row per candidate', async () => {
    const columns: Column[] = [
      { name: 'id', kind: 'text', values: ['p', 'p', 'q'] },
      { name: 'gold', kind: 'integer', values: [1, 1, 2] },
      { name: 'completion', kind: 'text', values: ['a', 'b', 'c'] },
      { name: 'index', kind: 'integer', values: [4, 5, 0] },
      { name: 'tokens', kind: 'integer', values: [10, null, 30] },
    ];
    const read = await collect(write('rows.parquet', parquetFile(columns, 10)));
    assert.deepEqual(read.candidates.get('p'), [
      { text: 'a', index: 4, tokens: 10 },
      { text: 'b', index: 5 },
    ]);
    assert.deepEqual(read.batches, [
      ['p', [4, 5]],
      ['q', [0]],
    ]);
    assert.deepEqual(faults(read), []);
  });

  test('text that is not UTF-8 is a bad row, never U+FFFD', async () => {
    const columns: Column[] = [
      { name: 'gold', kind: 'text', values: ['1', Buffer.from([0x31, 0xff]), '3'] },
      { name: 'samples', kind: 'texts', values: [['a', Buffer.from([0xc3])], ['b'], ['c']] },
    ];
    const read = await collect(write('latin.parquet', parquetFile(columns, 10)));
    assert.deepEqual(texts(read), { 'latin:0': ['a'], 'latin:2': ['c'] });
    assert.deepEqual(faults(read), ['1 bad_utf8', '2 bad_utf8']);
  });

  test('a damaged row group loses no other; a file that is cut off is reported', async () => {
    const file = parquetFile(nested, 2, 'gzip');
    const damaged = Buffer.from(file);
    damaged.fill(0xff, 30, 60);
    const read = await collect(write('damaged.parquet', damaged));
    assert.deepEqual([...read.problems.keys()], ['9', '10', '11']);
    assert.equal(faults(read)[0], '1 bad_parquet');
    const cut = await collect(write('cut.parquet', file.subarray(0, 200)));
    assert.deepEqual(faults(cut), ['file bad_parquet']);
  });
});
