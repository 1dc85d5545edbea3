/** Memory does not grow with the input: each file is read in a process of its own, whose peak is measured. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { workspace } from './testing/collect.ts';

const { folder, write } = workspace();

async function measure(path: string): Promise<{ candidates: number; bad: string[]; grownMiB: number }> {
  const script = `
    import { readSamples } from ${JSON.stringify(join(import.meta.dirname, 'read.ts'))};
    // Sampled: the operating system's own peak begins with that of the parent process.
    const before = process.memoryUsage.rss();
    let peak = before;
    const sample = () => (peak = Math.max(peak, process.memoryUsage.rss()));
    setInterval(sample, 2).unref();
    let candidates = 0;
    const bad = [];
    const onBadRow = (row) => bad.push(row.code);
    for await (const batch of readSamples([${JSON.stringify(path)}], { onBadRow })) {
      candidates += batch.candidates.length;
      sample();
    }
    console.log(JSON.stringify({ candidates, bad, grownMiB: (peak - before) / 2 ** 20 }));`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  return JSON.parse((await promisify(execFile)(process.execPath, flags)).stdout);
}

/** Writes the parts one after the other, without holding them. */
function stream(name: string, parts: Iterable<string | Buffer>): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  for (const part of parts) writeSync(file, part as string);
  closeSync(file);
  return path;
}

function* repeat<T>(count: number, part: (i: number) => T): Iterable<T> {
  for (let i = 0; i < count; i++) yield part(i);
}

const row = (id: number | string, text: string) => `${JSON.stringify({ id, gold: '1', sample: text })}\n`;
const mebibyte = Buffer.alloc(1 << 20, 'x');

describe('memory', () => {
  test('a line of 200 MiB is skipped without being held', async () => {
    const path = stream('line.jsonl', [
      row('a', 'a'),
      ...['{"gold": "', ...repeat(200, () => mebibyte), '"}\n'],
      row('b', 'b'),
    ]);
    const { candidates, bad, grownMiB } = await measure(path);
    assert.deepEqual([candidates, bad], [2, ['too_long']]);
    // The limit of a line is 64 MiB; the rest is garbage that was not collected yet.
    assert.ok(grownMiB < 170, `${grownMiB} MiB`);
  });

  test('so is one that unpacks to 200 MiB', async () => {
    const path = write(
      'line.gz',
      gzipSync(
        Buffer.concat([Buffer.from('{'), Buffer.alloc(200 << 20, 32), Buffer.from(`\n${row('b', 'b')}`)]),
      ),
    );
    const { candidates, bad, grownMiB } = await measure(path);
    assert.deepEqual([candidates, bad], [1, ['too_long']]);
    assert.ok(grownMiB < 170, `${grownMiB} MiB`);
  });

  test('100 MB of candidates', async () => {
    const text = 'y'.repeat(1000);
    const path = stream(
      'rows.jsonl',
      repeat(100_000, (i) => row(i >> 10, `${text}${i}`)),
    );
    const { candidates, bad, grownMiB } = await measure(path);
    assert.deepEqual([candidates, bad], [100_000, []]);
    assert.ok(grownMiB < 80, `${grownMiB} MiB`);
  });

  test('so is an element of a JSON list, and 100 MB of them', async () => {
    const text = 'y'.repeat(1000);
    const path = stream('rows.json', [
      '[{"gold": "',
      ...repeat(200, () => mebibyte),
      '"}\n',
      ...repeat(100_000, (i) => `,${row(i >> 10, `${text}${i}`)}`),
      ']',
    ]);
    const { candidates, bad, grownMiB } = await measure(path);
    assert.deepEqual([candidates, bad], [100_000, ['too_long']]);
    assert.ok(grownMiB < 170, `${grownMiB} MiB`);
  });

  test('10,000 samples in YAML of 50 MB', async () => {
    const text = 'z'.repeat(2400);
    const path = stream('samples.yaml', [
      'gt_answer: 1\nsamples:\n',
      ...repeat(10_000, (i) => `- '${text}\n\n  ${text}${i}'\n`),
      'timeout: 1\n',
    ]);
    const { candidates, bad, grownMiB } = await measure(path);
    assert.deepEqual([candidates, bad], [10_000, []]);
    assert.ok(grownMiB < 130, `${grownMiB} MiB`);
  });
});
