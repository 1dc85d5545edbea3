/** Input that cannot be used, among input that can: it is told with its place and a mend, and costs nothing else. */
import assert from 'node:assert/strict';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assay } from '../support/assay.ts';
import type { Ended, StartOptions } from '../support/process.ts';
import { randomNumbers } from '../support/random.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { runIds, storedVerdicts } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const row = (fields: object) => JSON.stringify({ gold: '7', ...fields });
const before = row({ id: 'before', samples: ['It is 7', 'It is 8'] });
const after = row({ id: 'after', samples: ['Is it 8', 'Is it 7'] });
const good = {
  'before/0': 'CORRECT',
  'before/1': 'INCORRECT wrong_answer',
  'after/0': 'INCORRECT wrong_answer',
  'after/1': 'CORRECT',
};

interface BadRows {
  /** What is put between the two good rows; they are lines 2 and so on. */
  lines: (string | Buffer)[];
  /** Line and code of each that must be told. */
  bad: [line: number, code: string][];
  /** Further verdicts that must be there. */
  verdicts?: Record<string, string>;
}

const badRows: Record<string, BadRows> = {
  'truncated JSON': {
    lines: ['{"id": "bad", "gold": "7", "samples": ["It is'],
    bad: [[2, 'invalid_json']],
  },
  'text that is no JSON': {
    lines: ['oops', "{'id': 'bad'}", '{"id": "bad",}', 'NaN'],
    bad: [2, 3, 4, 5].map((line) => [line, 'invalid_json']),
  },
  'no object': {
    lines: ['[1, 2]', '"text"', 'null', '[]', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    bad: [2, 3, 4, 5, 6].map((line) => [line, 'not_object']),
  },
  'wrong types': {
    lines: [
      row({ id: 'a', samples: 7 }),
      row({ id: 'b', sample: { no: 'text' } }),
      row({ id: 'c', gold: ['7'], samples: ['7'] }),
      row({ id: ['d'], samples: ['7'] }),
      row({ id: 'e', sample: '7', index: -1 }),
      row({ id: 'f', sample: '7', tokens: 'many' }),
    ],
    bad: [2, 3, 4, 5, 6, 7].map((line) => [line, 'wrong_type']),
  },
  'a sample of another type among good ones': {
    lines: [row({ id: 'mixed', samples: ['It is 7', 7, null, 'It is 8'] })],
    bad: [
      [2, 'wrong_type'],
      [2, 'wrong_type'],
    ],
    verdicts: { 'mixed/0': 'CORRECT', 'mixed/3': 'INCORRECT wrong_answer' },
  },
  'no gold answer': {
    lines: ['{"id": "bad", "samples": ["7"]}', row({ id: 'worse', gold: ' ', samples: ['7'] })],
    bad: [
      [2, 'missing_gold'],
      [3, 'missing_gold'],
    ],
  },
  'no usable id': {
    lines: [row({ id: '', samples: ['7'] }), row({ id: 'x'.repeat(513), samples: ['7'] })],
    bad: [
      [2, 'bad_id'],
      [3, 'bad_id'],
    ],
  },
  'a problem that is another one than before': {
    lines: [row({ id: 'before', gold: '8', samples: ['8'] })],
    bad: [[2, 'problem_differs']],
  },
  'a duplicated candidate': {
    lines: [
      row({ id: 'twice', index: 3, sample: 'It is 7' }),
      row({ id: 'twice', index: 3, sample: 'It is 8' }),
      row({ id: 'twice', index: 4, sample: 'It is 7' }),
    ],
    bad: [[3, 'duplicate_index']],
    verdicts: { 'twice/3': 'CORRECT', 'twice/4': 'CORRECT' },
  },
  'an empty list of samples': {
    lines: [row({ id: 'bad', samples: [] })],
    bad: [[2, 'empty_samples']],
  },
  'NUL bytes': {
    lines: ['\0\0\0\0', `{"id": "bad", "gold": "7", "samples": ["It is \0 7"]}`],
    bad: [
      [2, 'invalid_json'],
      [3, 'invalid_json'],
    ],
  },
  'bytes that are not UTF-8': {
    lines: [Buffer.from('{"id": "bad", "gold": "7", "samples": ["It is \xe9\xff 7"]}', 'latin1')],
    bad: [[2, 'bad_utf8']],
  },
  'control sequences for the terminal': {
    lines: ['\x1b]0;owned\x07\x1b[2J', row({ id: 'x', samples: { '\x1b[31m\u202e': 1 } })],
    bad: [
      [2, 'invalid_json'],
      [3, 'wrong_type'],
    ],
  },
  'no bad row: blank lines, carriage returns, NUL and lone surrogates as escapes, 1 MB': {
    lines: [
      '',
      '  \t\r',
      `${row({ id: 'odd', samples: ['It is \\u0000 7', 'lone \ud800 7', ''] })}\r`,
      row({ id: 'long', samples: [`${'x '.repeat(500_000)}7`] }),
    ],
    bad: [],
    verdicts: {
      'odd/0': 'CORRECT',
      'odd/1': 'CORRECT',
      'odd/2': 'INCORRECT no_answer',
      'long/0': 'CORRECT',
    },
  },
};

interface BadFile {
  name: string;
  content: Buffer | string;
  /** None: the file is usable. */
  code?: string;
  /** Line, where one is to blame. */
  line?: number;
  verdicts?: Record<string, string>;
}

const random = randomNumbers(1);
const noise = Buffer.from(Array.from({ length: 10_000 }, () => Math.floor(256 * random())));
const packed = gzipSync(
  Array.from(
    { length: 2_000 },
    (_, i) => `${row({ id: 'packed', sample: `${random()} is ${i < 10 ? 7 : 8}` })}\n`,
  ).join(''),
);

const badFiles: Record<string, BadFile> = {
  'an empty file': { name: 'bad.jsonl', content: '', code: 'empty_file' },
  'a file of white space': { name: 'bad.jsonl', content: '\n \n\t\n', code: 'empty_file' },
  'a binary file': { name: 'bad.jsonl', content: noise, code: 'not_text' },
  'UTF-16': { name: 'bad.jsonl', content: Buffer.from(`\ufeff${before}\n`, 'utf16le'), code: 'not_text' },
  'a JSON list that is cut off': {
    name: 'bad.json',
    content: `[${row({ id: 'whole', sample: 'It is 7' })},\n${row({ id: 'part', sample: 'It is 7' }).slice(0, -3)}`,
    code: 'invalid_json',
    line: 2,
    verdicts: { 'whole/0': 'CORRECT' },
  },
  'a file named Parquet': { name: 'bad.parquet', content: 'PAR1 and no more', code: 'bad_parquet' },
  'no gzip behind its first bytes': {
    name: 'bad.jsonl.gz',
    content: Buffer.from([31, 139, 8, 0, 1, 2, 3]),
    code: 'bad_compression',
  },
  'a last line that is cut off': {
    name: 'bad.jsonl',
    content: `${row({ id: 'whole', sample: 'It is 7' })}\n${row({ id: 'part', sample: 'It is 7' }).slice(0, -3)}`,
    code: 'invalid_json',
    line: 2,
    verdicts: { 'whole/0': 'CORRECT' },
  },
};

test('bad input', { concurrency: 2, timeout: 150_000 }, async (t) => {
  const replica = await Replica.start(t);
  const run = (t: TestContext, dir: string, args: string[], options?: StartOptions) =>
    assay(t, ['run', ...args, ...judgedBy(replica), '--store', join(dir, 'store.db')], options);
  const tests: Promise<void>[] = [];
  const check = (name: string, body: (t: TestContext, dir: string) => Promise<void>) => {
    tests.push(t.test(name, (t) => body(t, tempDir(t))));
  };

  for (const [name, { lines, bad, verdicts = {} }] of Object.entries(badRows)) {
    check(name, async (t, dir) => {
      const file = join(dir, 'samples.jsonl');
      writeFileSync(file, joinLines([before, ...lines, after]));
      const ended = await run(t, dir, [file]);
      assert.equal(ended.code, bad.length > 0 ? 3 : 0, ended.stderr);
      for (const [line, code] of bad) assertTold(ended.stderr, 'bad row', `${file}:${line}`, code);
      assertCount(ended.stderr, bad.length);
      assert.deepEqual(await verdictsIn(dir), { ...good, ...verdicts });

      const [first] = bad;
      if (first === undefined) return;
      const strict = await run(t, dir, [file, '--strict', '--run', 'strict']);
      assertStrict(strict, `${file}:${first[0]}`, first[1]);
    });
  }

  for (const [name, { content, code = '', line, verdicts = {}, ...file }] of Object.entries(badFiles)) {
    check(name, async (t, dir) => {
      const files = [join(dir, 'a.jsonl'), join(dir, file.name), join(dir, 'z.jsonl')] as const;
      writeFileSync(files[0], `${before}\n`);
      writeFileSync(files[1], content);
      writeFileSync(files[2], `${after}\n`);
      const ended = await run(t, dir, [...files]);
      assert.equal(ended.code, 3, ended.stderr);
      const place = line === undefined ? files[1] : `${files[1]}:${line}`;
      assertTold(ended.stderr, 'bad row', place, code);
      assertCount(ended.stderr, 1);
      assert.deepEqual(await verdictsIn(dir), { ...good, ...verdicts });

      assertStrict(await run(t, dir, [...files, '--strict', '--run', 'strict']), place, code);
      if (line !== undefined) return;
      const alone = await run(t, dir, [files[1], '--run', 'alone']);
      assert.equal(alone.code, 2, alone.stderr);
      assertTold(alone.stderr, 'bad row', place, code);
      assertTold(alone.stderr, 'error [no_samples]', files[1]);
    });
  }

  check('a gzip file that is cut off', async (t, dir) => {
    const file = join(dir, 'packed.jsonl.gz');
    writeFileSync(file, packed.subarray(0, packed.length / 2));
    const ended = await run(t, dir, [file]);
    assert.equal(ended.code, 3, ended.stderr);
    assertTold(ended.stderr, 'bad row', file, 'bad_compression');
    const verdicts = Object.values(await verdictsIn(dir));
    assert.ok(verdicts.length > 500 && verdicts.length < 1_500, `${verdicts.length} of 2000 rows`);
    assert.equal(verdicts.filter((verdict) => verdict === 'CORRECT').length, 10);
    assertStrict(await run(t, dir, [file, '--strict', '--run', 'strict']), file, 'bad_compression');
  });

  check('a line of 200 MB', async (t, dir) => {
    const file = join(dir, 'samples.jsonl');
    writeLongLine(file, 200 * 1024 * 1024);
    assert.ok(statSync(file).size > 200e6);
    const peak = join(dir, 'peak');
    const ended = await run(t, dir, [file], {
      nodeFlags: ['--import', join(import.meta.dirname, '../support/peak-memory.ts')],
      env: { PEAK_MEMORY_FILE: peak },
    });
    assert.equal(ended.code, 3, ended.stderr);
    assertTold(ended.stderr, 'bad row', `${file}:2`, 'too_long');
    assert.deepEqual(await verdictsIn(dir), good);
    const megabytes = Number(readFileSync(peak, 'utf8')) / 1e6;
    t.diagnostic(`peak memory ${megabytes.toFixed(0)} MB`);
    assert.ok(megabytes < 600, `peak memory ${megabytes} MB`);
  });

  check('ten thousand bad rows', async (t, dir) => {
    const file = join(dir, 'samples.jsonl');
    writeFileSync(file, joinLines([before, ...Array<string>(10_000).fill('oops'), after]));
    const ended = await run(t, dir, [file]);
    assert.equal(ended.code, 3, ended.stderr);
    assertCount(ended.stderr, 10_000);
    assert.ok(ended.stderr.length < 10_000, 'most of them are counted and not told');
    assert.deepEqual(await verdictsIn(dir), good);
  });

  check('a first row that tells no format, where --format does', async (t, dir) => {
    const file = join(dir, 'samples.jsonl');
    writeFileSync(file, joinLines(['oops', before, after]));
    const refused = await run(t, dir, [file]);
    assert.equal(refused.code, 2, refused.stderr);
    assertTold(refused.stderr, 'bad row', file, 'unknown_format');
    assert.match(refused.stderr, /--format/);
    const ended = await run(t, dir, [file, '--format', 'jsonl']);
    assert.equal(ended.code, 3, ended.stderr);
    assertTold(ended.stderr, 'bad row', `${file}:1`, 'invalid_json');
    assert.deepEqual(await verdictsIn(dir), good);
  });

  check('no usable row at all', async (t, dir) => {
    const file = join(dir, 'samples.jsonl');
    writeFileSync(file, '{"id": "bad"\n{}\n');
    const ended = await run(t, dir, [file]);
    assert.equal(ended.code, 2, ended.stderr);
    assertTold(ended.stderr, 'bad row', `${file}:1`, 'invalid_json');
    assertTold(ended.stderr, 'bad row', `${file}:2`, 'missing_gold');
    assertTold(ended.stderr, 'error [no_samples]', file);
    assert.equal(ended.stdout, '');
  });

  check('places without samples', async (t, dir) => {
    const file = join(dir, 'samples.jsonl');
    writeFileSync(file, `${before}\n`);
    mkdirSync(join(dir, 'empty'));
    writeFileSync(join(dir, 'empty', 'notes.txt'), 'no samples here');
    for (const [path, code] of [
      [join(dir, 'none.jsonl'), 'no_such_file'],
      [join(dir, 'empty'), 'no_files'],
      [file, 'same_file'],
    ] as const) {
      const ended = await run(t, dir, [file, path]);
      assert.equal(ended.code, 2, ended.stderr);
      assertTold(ended.stderr, `error [${code}]`, path);
      assert.equal(ended.stdout, '');
    }
  });

  await Promise.all(tests);
});

function joinLines(lines: (string | Buffer)[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
}

/** The long line is mostly a hole in the file: it reads as NUL bytes and takes no room on the disk. */
function writeLongLine(file: string, bytes: number): void {
  const handle = openSync(file, 'w');
  const head = `${before}\n${row({ id: 'long', sample: '' }).slice(0, -2)}`;
  writeSync(handle, head);
  ftruncateSync(handle, bytes);
  writeSync(handle, `"}\n${after}\n`, bytes);
  closeSync(handle);
}

/** That stderr has `kind: … place … [code]`, and how to mend it on the next line. */
function assertTold(stderr: string, kind: string, place: string, code?: string): void {
  const lines = stderr.split('\n');
  const told = lines.some((line, i) => {
    const matches =
      line.startsWith(kind) && line.includes(place) && (code === undefined || line.endsWith(` [${code}]`));
    return matches && /^ {2}\S+ \S+/.test(lines[i + 1] ?? '');
  });
  assert.ok(told, `expected "${kind}: ${place} … [${code}]" and a mend in:\n${stderr}`);
  assert.doesNotMatch(stderr.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u, 'nothing that a terminal would obey');
}

function assertCount(stderr: string, count: number): void {
  const [, told = '0'] = /^([\d,]+) bad rows? w(?:as|ere) left out$/m.exec(stderr) ?? [];
  assert.equal(Number(told.replaceAll(',', '')), count, stderr);
}

/** With --strict the first bad row is an error, and there is no report. */
function assertStrict({ code, stdout, stderr }: Ended, place: string, reason: string): void {
  assert.equal(code, 2, stderr);
  assertTold(stderr, `error [${reason}]`, place);
  assert.equal(stdout, '');
}

/** Verdicts of the first run in the store of a folder. */
async function verdictsIn(dir: string): Promise<Record<string, string>> {
  const store = join(dir, 'store.db');
  const [first = ''] = await runIds(store);
  return Object.fromEntries(await storedVerdicts(store, first));
}
