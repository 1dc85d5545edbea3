import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { detectFormat } from './detect.ts';
import { collect, faults, texts, workspace } from './testing/collect.ts';

const { write } = workspace();
let files = 0;

const good = (id: string) => ({ id, gold: '1', sample: id });
const read = (content: string | Buffer, options = {}) =>
  collect(write(`list-${++files}.json`, content), options);

describe('a JSON list of rows', () => {
  for (const indent of [undefined, 2]) {
    test(`written with indent ${indent}, also compressed`, async () => {
      const rows = [good('a'), { gold: '2', samples: ['x', 'y'] }, good('b')];
      const text = JSON.stringify(rows, undefined, indent);
      for (const content of [text, gzipSync(text), `\ufeff\n ${text}\n`]) {
        const found = await read(content);
        assert.deepEqual(faults(found), []);
        assert.deepEqual(texts(found), { a: ['a'], [`list-${files}:1`]: ['x', 'y'], b: ['b'] });
      }
    });
  }

  test('the format is told from the first row, also where it is long or has come in part', async () => {
    const rows = (field: object) => JSON.stringify([{ ...field, more: 'x'.repeat(2 << 20) }], undefined, 1);
    assert.equal(
      (await detectFormat(write('a.json', rows({ problem: 'p', tests: {} })))).format,
      'codecontests',
    );
    assert.equal(
      (await detectFormat(write('b.json', rows({ instance_id: 'a', repo: 'b', base_commit: 'c' })))).format,
      'swebench',
    );
    assert.equal((await detectFormat(write('c.json', rows({ gold: '1' })))).format, 'jsonl');
    assert.equal((await detectFormat(write('d.json', '[{"problem": "p", "solution": "s"}]'))).format, 'math');
  });

  for (const [name, middle, expected] of [
    [
      'elements of other types',
      '1, null, ["a"], "b"',
      ['2 not_object', '3 not_object', '4 not_object', '5 not_object'],
    ],
    ['no JSON', '{"id": "p", gold: 1}', ['2 invalid_json']],
    ['nothing between commas', '', ['2 invalid_json']],
    ['a comma that is missing', '{"id": "p"} {"id": "q"}', ['2 invalid_json']],
    ['a bracket too many', '{"id": "p"}}', ['2 invalid_json']],
    ['a text without end', '{"id": "p\n}', ['2 invalid_json']],
    ['a row that is not usable', '{"id": "p", "sample": "a"}', ['2 missing_gold']],
    ['a row that is too long', `{"id": "p", "gold": "${'x'.repeat(1000)}"}`, ['2 too_long']],
  ] as const) {
    test(`${name}: the rows before and behind are read`, async () => {
      const [first, last] = [good('first'), good('last')].map((row) => JSON.stringify(row));
      const found = await read(`[${first},${middle},\n${last}]`, { maxLineBytes: 500 });
      assert.deepEqual(texts(found), { first: ['first'], last: ['last'] });
      assert.deepEqual(faults(found), expected);
      for (const row of found.bad) assert.ok(row.message !== '' && row.mend !== '');
    });
  }

  test('bytes that are not UTF-8', async () => {
    const text = JSON.stringify([good('first'), good('\u00e9'), good('last')]);
    const found = await read(Buffer.from(text, 'latin1'));
    assert.deepEqual(faults(found), ['2 bad_utf8']);
    assert.deepEqual(Object.keys(texts(found)), ['first', 'last']);
  });

  test('a first row whose first name is no JSON', async () => {
    const rest = [good('a'), good('b')].map((row) => JSON.stringify(row));
    for (const row of ['{"a\\q": 1}', '{"a\tb": 1}', '{"a\0": 1, "problem": "p"}']) {
      assert.deepEqual(faults(await read(`[${[row, ...rest].join(',')}]`)), ['1 invalid_json']);
      const found = await read([row, ...rest].join('\n'));
      assert.deepEqual(faults(found), ['1 invalid_json']);
      assert.deepEqual([...found.problems.keys()], ['a', 'b']);
    }
  });

  test('an only element that begins with blanks and is too long', async () => {
    const found = await read(`[${' '.repeat(300)}${JSON.stringify(good('a'))}]`, { maxLineBytes: 300 });
    assert.deepEqual(faults(found), ['1 too_long']);
  });

  test('a file that is cut off, at every byte', async () => {
    const text = JSON.stringify([good('a'), good('b')]);
    const whole = text.indexOf('},') + 1;
    for (let end = 1; end < text.length; end++) {
      const found = await read(text.slice(0, end));
      const rows = end === text.length - 1 ? ['a', 'b'] : end >= whole ? ['a'] : [];
      assert.deepEqual([...found.problems.keys()], rows, `cut at ${end}`);
      assert.equal(found.bad.length, 1, `cut at ${end}`);
      assert.match(`${found.bad[0]?.message} ${found.bad[0]?.mend}`, /cut off/);
    }
  });

  test('what follows the list is reported', async () => {
    const found = await read(`${JSON.stringify([good('a')])}\n{"id": "b"}\n`);
    assert.deepEqual([...found.problems.keys()], ['a']);
    assert.deepEqual(faults(found), ['file invalid_json']);
  });

  test('an empty list is an empty file', async () => {
    assert.deepEqual(faults(await read('[]')), ['file empty_file']);
  });
});
