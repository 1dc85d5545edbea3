import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { detectFormat } from './detect.ts';
import { collect, faults, workspace } from './testing/collect.ts';
import { parquetFile } from './testing/parquet.ts';

const { folder, write } = workspace();

/** Rows that do not compress away. */
const rows = Array.from({ length: 20_000 }, (_, i) => `{"id":${i},"gold":"1","sample":"${Math.sin(i)}"}\n`);
const plain = Buffer.from(rows.join(''));
const halves = [plain.subarray(0, 123_456), plain.subarray(123_456)] as const;
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);

describe('compression, whatever the name', () => {
  for (const [name, bytes] of [
    ['plain', plain],
    ['gzip', gzipSync(plain)],
    ['gzip with padding', Buffer.concat([gzipSync(plain), Buffer.alloc(100)])],
    ['gzip in members', Buffer.concat(halves.map((half) => gzipSync(half)))],
    ['zstd', zstdCompressSync(plain)],
    ['zstd in frames', Buffer.concat(halves.map((half) => zstdCompressSync(half)))],
    [
      'zstd with a skippable frame',
      Buffer.concat([skippable, ...halves.map((half) => zstdCompressSync(half))]),
    ],
    [
      'zstd in small frames',
      Buffer.concat(rows.slice(0, 500).map((row) => zstdCompressSync(Buffer.from(row)))),
    ],
  ] as const) {
    test(name, async () => {
      const read = await collect(write(`${name}.dat`, bytes));
      assert.deepEqual(faults(read), []);
      assert.equal(read.problems.size, name.includes('small') ? 500 : rows.length);
    });
  }

  for (const [name, bytes] of [
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
  ] as const) {
    test(`${name} that is cut off or damaged: rows before it are kept`, async () => {
      const damaged = Buffer.from(bytes);
      const most = Math.floor(bytes.length * 0.75);
      damaged.fill(0xff, most, most + 1000);
      for (const broken of [bytes.subarray(0, most), damaged]) {
        const read = await collect(write(`broken.${name}`, broken));
        // Only the checksum at the end of gzip tells: what follows the damage may come out as rows of garbage.
        assert.equal(faults(read).at(-1), 'file bad_compression');
        if (broken !== damaged) assert.equal(read.bad.length, 1);
        assert.ok(read.bad[0]?.file.endsWith(`broken.${name}`));
        assert.ok(read.problems.size > rows.length / 2, `${read.problems.size} rows`);
        for (let i = 0; i < read.problems.size; i++) assert.ok(read.problems.has(String(i)));
      }
    });

    test(`${name} that is nothing but its magic`, async () => {
      const read = await collect(write(`magic.${name}`, bytes.subarray(0, 6)));
      assert.deepEqual(faults(read), ['file bad_compression']);
    });
  }
});

describe('detectFormat', () => {
  const gsm = '{"question": "q", "answer": "#### 1"}\n';
  for (const [name, content, format, compression] of [
    ['a.txt', gsm, 'gsm8k', 'none'],
    ['a.gz', gzipSync(gsm), 'gsm8k', 'gzip'],
    ['b', '{"question": "q", "ground_truth": "A: 1", "m": {"solution": "A: 1"}}', 'gsm8k', 'none'],
    ['c', zstdCompressSync(Buffer.from('{"problem": "p", "solution": "s"}')), 'math', 'zstd'],
    ['d', '\n{"question": "q", "answer": "1"}', 'jsonl', 'none'],
    ['e', '{"cut off', 'jsonl', 'none'],
    ['f', `{"samples": ["${'x'.repeat(3 << 20)}"], "question": "q", "answer": "#### 1"}`, 'jsonl', 'none'],
    ['g', parquetFile([{ name: 'id', kind: 'text', values: ['1'] }], 1), 'parquet', 'none'],
    ['h', 'gt_answer: 1\nsamples:\n- a\n', 'llmonk', 'none'],
    ['i.yaml', '{samples: [a], gt_answer: 1}', 'llmonk', 'none'],
    ['j.yml.gz', gzipSync('---\nsamples: []\n'), 'llmonk', 'gzip'],
  ] as const) {
    test(`${name} is ${format}`, async () => {
      const found = await detectFormat(write(`detect/${name}`, content));
      assert.deepEqual([found.format, found.compression], [format, compression]);
      assert.notEqual(found.why, '');
    });
  }

  test('says what is wrong', async () => {
    await assert.rejects(detectFormat(write('none', '')), { code: 'empty_file' });
    await assert.rejects(detectFormat(join(folder, 'missing')), { code: 'no_such_file' });
    await assert.rejects(detectFormat(write('cut.gz', gzipSync(gsm).subarray(0, 10))), {
      code: 'bad_compression',
    });
  });
});

describe('folders and pipes', () => {
  test('a folder is its data files in the order of their names', async () => {
    write('shards/b.jsonl', '{"gold": "1", "sample": "b"}');
    write('shards/a.jsonl.gz', gzipSync('{"gold": "1", "sample": "a"}'));
    write('shards/c.yaml', 'gt_answer: 1\nsamples:\n- c\n');
    write('shards/README.md', '# not data');
    write('shards/.hidden.jsonl', '{');
    const read = await collect(join(folder, 'shards'));
    assert.deepEqual([...read.problems.keys()], ['a:0', 'b:0', 'c']);
    assert.deepEqual(
      [...read.problems.values()].map(({ dataset }) => dataset),
      ['a', 'b', 'shards'],
    );
    assert.deepEqual(faults(read), []);
  });

  test('standard input: candidates come out before the writer goes on', { timeout: 20_000 }, async () => {
    const script = `
      import { readSamples } from ${JSON.stringify(join(import.meta.dirname, 'read.ts'))};
      for await (const { problem, candidates } of readSamples(['-'])) console.log(problem.id, candidates.length);`;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { stdio: ['pipe', 'pipe', 'inherit'], cwd: import.meta.dirname },
    );
    const answers = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    child.stdin.write('{"id": "p", "gold": "1", "sample": "a"}\n');
    assert.equal((await answers.next()).value, 'p 1\n');
    child.stdin.end('{"id": "p", "sample": "b"}\n{"id": "p", "sample": "c"}\n');
    assert.equal((await answers.next()).value, 'p 2\n');
    assert.deepEqual(await once(child, 'close'), [0, null]);
  });
});
