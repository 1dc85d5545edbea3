import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { detectFormat } from './detect.ts';
import { readSamples } from './read.ts';
import { collect, faults, texts, workspace } from './testing/collect.ts';

const { folder, write } = workspace();
let files = 0;

const good = (id: string) => `{"id": "${id}", "gold": "1", "sample": "${id}"}`;

/** Reads the lines between two good rows; both must come through. */
async function between(...lines: (string | Buffer)[]) {
  const parts = [good('first'), ...lines, good('last'), ''].flatMap((line, i) =>
    i === 0 ? [Buffer.from(line)] : [Buffer.from('\n'), Buffer.from(line)],
  );
  const read = await collect(write(`hostile-${++files}.jsonl`, Buffer.concat(parts)));
  assert.deepEqual(texts(read).first, ['first']);
  assert.deepEqual(texts(read).last, ['last']);
  for (const row of read.bad) {
    assert.match(row.code, /^[a-z0-9_]+$/);
    assert.ok(row.file.endsWith(`hostile-${files}.jsonl`) && row.message !== '' && row.mend !== '');
  }
  return read;
}

describe('bad rows end nothing', () => {
  for (const [name, line, code] of [
    ['truncated JSON', '{"id": "p", "gold": "1", "sam', 'invalid_json'],
    ['a raw NUL', '{"id": "p", "gold": "1", "sample": "a\0b"}', 'invalid_json'],
    ['not an object', '["p", "1"]', 'not_object'],
    ['null', 'null', 'not_object'],
    ['bytes that are not UTF-8', Buffer.from([123, 34, 0xe9, 34, 58, 49, 125]), 'bad_utf8'],
    ['an encoded surrogate', Buffer.from([123, 34, 0xed, 0xa0, 0x80, 34, 58, 49, 125]), 'bad_utf8'],
    ['no gold', '{"id": "p", "sample": "a"}', 'missing_gold'],
    ['empty gold', '{"id": "p", "gold": " ", "sample": "a"}', 'missing_gold'],
    ['gold null', '{"id": "p", "gold": null, "sample": "a"}', 'missing_gold'],
    ['gold of a wrong type', '{"id": "p", "gold": true, "sample": "a"}', 'wrong_type'],
    ['gold that JSON cannot hold', '{"id": "p", "gold": 12345678901234567890, "sample": "a"}', 'wrong_type'],
    ['gold beyond all numbers', '{"id": "p", "gold": 1e999, "sample": "a"}', 'wrong_type'],
    ['samples as a text', '{"id": "p", "gold": "1", "samples": "a"}', 'wrong_type'],
    ['an id of a wrong type', '{"id": {}, "gold": "1", "sample": "a"}', 'wrong_type'],
    ['an empty id', '{"id": "", "gold": "1", "sample": "a"}', 'bad_id'],
    ['an id of a million', `{"id": "${'x'.repeat(1e6)}", "gold": "1", "sample": "a"}`, 'bad_id'],
    ['an id with half a character', '{"id": "\\ud800", "gold": "1", "sample": "a"}', 'bad_id'],
    ['a prompt of a wrong type', '{"id": "p", "gold": "1", "prompt": ["a"]}', 'wrong_type'],
  ] as const) {
    test(name, async () => {
      const read = await between(line);
      assert.deepEqual(faults(read), [`2 ${code}`]);
      assert.deepEqual([...read.problems.keys()], ['first', 'last']);
    });
  }

  test('a bad sample costs only itself, and keeps its place', async () => {
    const read = await between('{"id": "p", "gold": "1", "samples": ["a", 5, null, {"text": 1}, [], "b"]}');
    assert.deepEqual(faults(read), Array(4).fill('2 wrong_type'));
    assert.deepEqual(read.candidates.get('p'), [
      { text: 'a', index: 0 },
      { text: 'b', index: 5 },
    ]);
  });

  for (const [name, row] of Object.entries({
    'a negative index': { sample: 'a', index: -1 },
    'an index that is no integer': { sample: 'a', index: 0.5 },
    'an index beyond 32 bits': { sample: 'a', index: 2 ** 32 },
    'tokens as an object': { sample: 'a', tokens: { toString: 1 } },
    'a sample of a wrong type': { sample: 3 },
  })) {
    test(`${name} leaves a problem without candidates`, async () => {
      const read = await between(JSON.stringify({ id: 'p', gold: '1', ...row }));
      assert.deepEqual(faults(read), ['2 wrong_type']);
      assert.deepEqual(read.candidates.get('p'), []);
    });
  }

  test('an empty list of samples is reported, its problem is kept', async () => {
    const read = await between('{"id": "p", "gold": "1", "samples": []}');
    assert.deepEqual(faults(read), ['2 empty_samples']);
    assert.deepEqual(read.candidates.get('p'), []);
  });

  test('there is no index after the last', async () => {
    const read = await between(
      '{"id": "p", "gold": "1", "samples": [{"text": "a", "index": 4294967295}, "b"]}',
    );
    assert.deepEqual(faults(read), ['2 bad_index']);
  });

  test('names that objects inherit are ordinary data', async () => {
    const read = await between(
      '{"__proto__": {"gold": "1"}, "id": "p", "sample": "a"}',
      '{"id": "__proto__", "gold": "1", "sample": "a", "constructor": 1}',
      '{"id": "constructor", "gold": "1", "samples": [{"__proto__": {"text": "a"}}, {"text": "b"}]}',
    );
    assert.deepEqual(faults(read), ['2 missing_gold', '4 wrong_type']);
    assert.deepEqual(read.candidates.get('__proto__'), [{ text: 'a', index: 0 }]);
    assert.deepEqual(read.candidates.get('constructor'), [{ text: 'b', index: 1 }]);
  });

  test('deep nesting', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const read = await between(
      `{"id": "p", "gold": "1", "sample": "a", "more": ${deep}}`,
      `{"id": "q", "custom": {"kind": "deep", "json": ${deep}}, "sample": "a"}`,
      `{"id": "r", "problem": {"mathAnswer": ${deep}}, "sample": "a"}`,
    );
    assert.deepEqual(faults(read), ['3 bad_problem', '4 bad_problem']);
  });

  test('what is data stays data', async () => {
    const read = await between(
      '{"id": "p", "gold": "1", "samples": ["a\\u0000b", "\\ud83d", "\\ud83d\\ude00", ""]}',
    );
    assert.deepEqual(faults(read), []);
    assert.deepEqual(texts(read).p, ['a\0b', '\ud83d', '\u{1f600}', '']);
  });
});

describe('lines', () => {
  test('blank lines, carriage returns, a byte order mark and a missing end are no faults', async () => {
    const path = write('odd.jsonl', `\ufeff\r\n \t\r\n${good('a')}\r\n\n${good('b')}`);
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(texts(read), { a: ['a'], b: ['b'] });
    const direct = write('bom.jsonl', `\ufeff${good('a')}\n`);
    assert.deepEqual(texts(await collect(direct)), { a: ['a'] });
  });

  test('a line that is too long is left out, whatever its place', async () => {
    const long = (n: number) => `{"gold": "${'x'.repeat(n)}"}`;
    const path = write('long.jsonl', [long(500), good('a'), long(200_000), good('b'), long(500)].join('\n'));
    const read = await collect(path, { maxLineBytes: 100, format: 'jsonl' });
    assert.deepEqual(faults(read), ['1 too_long', '3 too_long', '5 too_long']);
    assert.match(read.bad[1]?.message ?? '', /200012 bytes/);
    assert.deepEqual(texts(read), { a: ['a'], b: ['b'] });
  });

  test('lines are found wherever chunks end', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => good(`é${'y'.repeat(i % 97)}${i}`));
    const read = await collect(write('chunks.jsonl', rows.join('\n')));
    assert.equal(read.problems.size, 3000);
    assert.deepEqual(faults(read), []);
  });

  test('the last line of a file that is cut off says so', async () => {
    const read = await collect(write('cut.jsonl', `${good('a')}\n${good('b').slice(0, 20)}`));
    assert.deepEqual(faults(read), ['2 invalid_json']);
    assert.match(read.bad[0]?.mend ?? '', /cut off/);
  });
});

describe('bad files', () => {
  for (const [name, content, code] of [
    ['empty', '', 'empty_file'],
    ['blank', '\n \n', 'empty_file'],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 'not_text'],
    ['UTF-16', Buffer.from('{"id": 1}', 'utf16le'), 'not_text'],
    ['Latin-1', Buffer.from('r\xe9ponse', 'latin1'), 'not_text'],
    ['prose', 'Once upon a time\n', 'unknown_format'],
  ] as const) {
    test(name, async () => {
      const bad = write(`bad-${++files}.jsonl`, content);
      const last = write(`good-${files}.jsonl`, good('last'));
      const read = await collect([bad, last]);
      assert.deepEqual(texts(read), { last: ['last'] });
      assert.deepEqual(faults(read), [`file ${code}`]);
      assert.equal(read.bad[0]?.file, bad);
    });
  }

  test('an object over many lines is one fault, whatever the format', async () => {
    const object = JSON.stringify(JSON.parse(good('a')), undefined, 2);
    for (const content of [object, `${object}\n${object}\n`, object.replaceAll('\n', '\r\n')]) {
      const path = write(`spread-${++files}.jsonl`, content);
      for (const options of [{}, { format: 'jsonl' }, { format: 'swebench' }] as const) {
        const read = await collect(path, options);
        assert.deepEqual(faults(read), ['file invalid_json']);
        assert.match(read.bad[0]?.mend ?? '', /on one line.*JSON list/);
      }
      await assert.rejects(detectFormat(path), { code: 'invalid_json' });
    }
  });

  test('a first line that is a brace alone, and rows behind it', async () => {
    const read = await collect(write('brace.jsonl', `{\n${good('a')}\n`));
    assert.deepEqual(faults(read), ['1 invalid_json']);
    assert.deepEqual(texts(read), { a: ['a'] });
  });

  test('a file that is not there ends the run before anything is read', async () => {
    const path = write('there.jsonl', good('a'));
    const reading = readSamples([path, `${folder}/missing.jsonl`], { onBadRow: () => {} });
    await assert.rejects(reading.next(), (error) => {
      assert.ok(error instanceof AssayError);
      assert.equal(error.code, 'no_such_file');
      assert.match(error.message, /missing\.jsonl/);
      return error.mend !== undefined;
    });
    write('empty-folder/notes.txt', 'x');
    await assert.rejects(collect(`${folder}/empty-folder`), { code: 'no_files' });
  });
});

describe('strict', () => {
  test('ends at the first bad row, with the same words', async () => {
    const path = write('strict.jsonl', `${good('a')}\n{\n${good('b')}\n`);
    const { bad } = await collect(path);
    await assert.rejects(collect(path, { strict: true }), (error) => {
      assert.ok(error instanceof AssayError);
      assert.equal(error.code, 'invalid_json');
      assert.equal(error.mend, bad[0]?.mend);
      return error.message.startsWith(`${path}:2: ${bad[0]?.message}`);
    });
  });

  test('is what one gets without listening', async () => {
    const path = write('unheard.jsonl', `${good('a')}\n{\n`);
    await assert.rejects(readSamples([path]).next(), { code: 'invalid_json' });
    assert.notEqual((await readSamples([path], { strict: false }).next()).value, undefined);
  });
});
