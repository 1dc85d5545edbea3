import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { AssayError } from '@assay/contract';
import { readTableRows, type TableOptions } from './table-rows.ts';
import { jsonl, workspace } from './testing/collect.ts';
import { parquetFile } from './testing/parquet.ts';

const { folder, write } = workspace();

const read = async (paths: string | string[], options?: TableOptions) =>
  Array.fromAsync(readTableRows([paths].flat(), options));

async function cells(name: string, content: string | Uint8Array, options?: TableOptions) {
  return (await read(write(name, content), options)).map(({ fields }) => fields);
}

describe('CSV', () => {
  for (const [name, text] of [
    ['plain', 'a,b\n1,x\n2,\n'],
    ['no end of the last line', 'a,b\n1,x\n2,'],
    ['carriage returns', 'a,b\r\n1,x\r\n2,\r\n'],
    ['old carriage returns', 'a,b\r1,x\r2,\r'],
    ['a byte order mark, spaces in the header', '\uFEFFa, b \n1,x\n2,\n'],
    ['semicolons', 'a;b\n1;x\n2;\n'],
    ['tabs', 'a\tb\n1\tx\n2\t\n'],
    ['quotes', '"a","b"\n"1","x"\n"2",""\n'],
    ['empty lines', '\n\na,b\n\n1,x\n\n2,\n\n'],
  ] as const) {
    test(name, async () => {
      const rows = await read(write('plain.csv', text));
      assert.deepEqual(
        rows.map(({ fields }) => fields),
        [
          { a: '1', b: 'x' },
          { a: '2', b: null },
        ],
      );
      assert.ok(rows.every(({ texts, name }) => texts && name.endsWith('plain')));
    });
  }

  test('quoted cells hold delimiters, quotes and lines, and a row is where it ends', async () => {
    const rows = await read(write('quoted.csv', 'a,b\n"x, ""y""\nz",1\n"=1+1",2\n'));
    assert.deepEqual(
      rows.map(({ line, fields }) => [line, fields]),
      [
        [3, { a: 'x, "y"\nz', b: '1' }],
        [4, { a: '=1+1', b: '2' }],
      ],
    );
  });

  test('a column may have any name', async () => {
    const [row] = await cells('proto.csv', '__proto__,constructor,\n1,2,3\n');
    assert.deepEqual(Object.entries(row ?? {}), [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['', '3'],
    ]);
  });

  test('what was quoted is read back, whatever it is', async () => {
    const alphabet = ['"', ',', ';', '\t', '\n', '\r\n', ' ', 'é', '𝕏', '=', '\\', '\0', 'a'];
    let state = 1;
    const next = (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const text = () => Array.from({ length: 1 + next(6) }, () => alphabet[next(alphabet.length)]).join('');
    const rows = Array.from({ length: 500 }, () => ({ a: text(), b: text() }));
    const quoted = rows.map((row) => Object.values(row).map((cell) => `"${cell.replaceAll('"', '""')}"`));
    const csv = `${['a,b', ...quoted.map((row) => row.join(','))].join('\n')}\n`;
    assert.deepEqual(await cells('any.csv', csv), rows);
  });

  test('an apostrophe in front of a formula is taken away, and no other', async () => {
    const [row] = await cells('guard.csv', "a,b,c,d\n'=1+1,''@x,'tis,=1\n");
    assert.deepEqual(row, { a: '=1+1', b: "'@x", c: "'tis", d: '=1' });
  });

  test('packed, without a name that tells, and by standard options', async () => {
    const text = 'a,b\n1,x\n';
    for (const bytes of [gzipSync(text), zstdCompressSync(text)]) {
      assert.deepEqual(await cells('packed', bytes), [{ a: '1', b: 'x' }]);
    }
    assert.deepEqual(await cells('list-like', '[a],b\n1,x\n', { format: 'csv' }), [{ '[a]': '1', b: 'x' }]);
  });
});

describe('other formats', () => {
  test('JSON Lines, a list, Parquet: with their types', async () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: null },
    ];
    assert.deepEqual(await cells('t.jsonl', jsonl(...rows)), rows);
    assert.deepEqual(await cells('t.json', JSON.stringify(rows, null, 2)), rows);
    const columns = [
      { name: 'a', kind: 'integer', values: [1, 2] },
      { name: 'b', kind: 'text', values: ['x', null] },
    ] as const;
    const bytes = parquetFile(
      columns.map((column) => ({ ...column, values: [...column.values] }) as never),
      1,
    );
    assert.deepEqual(
      await cells('t.parquet', bytes),
      [
        { a: 1n, b: 'x' },
        { a: 2n, b: undefined },
      ].map(({ a, b }) => ({ a, b: b ?? null })),
    );
    assert.deepEqual(await cells('t2.parquet', bytes, { columns: (name) => name === 'a' }), [
      { a: 1n },
      { a: 2n },
    ]);
    const lines = await read(`${folder}/t.parquet`);
    assert.deepEqual(
      lines.map(({ line, texts }) => [line, texts]),
      [
        [1, false],
        [2, false],
      ],
    );
  });

  test('a folder is its tables in the order of their names', async () => {
    write('tables/b.csv', 'a\n2\n');
    write('tables/a.jsonl', '{"a": 1}\n');
    write('tables/c.tsv.gz', gzipSync('a\n3\n'));
    write('tables/notes.txt', 'no table');
    const rows = await read(`${folder}/tables`);
    assert.deepEqual(
      rows.map(({ name, fields }) => [name, fields.a]),
      [
        ['a', 1],
        ['b', '2'],
        ['c', '3'],
      ],
    );
  });
});

describe('what cannot be used is named with its file and line', () => {
  const torn = gzipSync(Array.from({ length: 5000 }, (_, i) => `a${i},${i * 7919}\n`).join(''));
  for (const [name, content, code, where] of [
    ['empty.csv', '', 'empty_file', ''],
    ['blank.csv', '\n \n', 'empty_file', ''],
    ['few.csv', 'a,b\n1,2\n3\n', 'invalid_csv', ':3'],
    ['many.csv', 'a,b\n1,2,3\n', 'invalid_csv', ':2'],
    ['open.csv', 'a,b\n1,"2\n3,4\n', 'invalid_csv', ':\\d'],
    ['inside.csv', 'a,b\n1,2"3\n', 'invalid_csv', ':2'],
    ['behind.csv', 'a,b\n1,"2"3\n', 'invalid_csv', ':2'],
    ['twice.csv', 'a,b,a\n1,2,3\n', 'invalid_csv', ':1'],
    ['latin.csv', Buffer.from('a,b\n1,\xe9\n', 'latin1'), 'bad_utf8', ''],
    ['utf16.csv', Buffer.from('a,b\n1,2\n', 'utf16le'), 'not_text', ''],
    ['torn.csv.gz', torn.subarray(0, torn.length / 2), 'bad_compression', ''],
    ['torn.jsonl', '{"a": 1}\n{"a":', 'invalid_json', ':2'],
    ['torn.json', '[{"a": 1}, {"a":', 'invalid_json', ':2'],
    ['pretty.json', '{\n  "a": 1\n}\n', 'invalid_json', ''],
    ['torn.parquet', 'PAR1 and no more', 'bad_parquet', ''],
  ] as const) {
    test(name, async () => {
      const error = await read(write(name, content)).then(
        () => assert.fail('it was read'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof AssayError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, new RegExp(`^\\S*${name}${where}.*: .+\\n {2}\\S`));
    });
  }

  test('a row that never ends is not held', async () => {
    const path = write('endless.csv', `a,b\n1,"${'x'.repeat(70 << 20)}`);
    await assert.rejects(read(path), /invalid_csv|endless\.csv:2: .*record/i);
  });
});
