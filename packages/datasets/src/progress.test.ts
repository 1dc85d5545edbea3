import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readSamples } from './read.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-progress-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('progress grows to the bytes that all files have on the disk', async () => {
  const row = (i: number) =>
    JSON.stringify({ id: `p${i}`, gold: '1', samples: [`${Math.sin(i)}`.repeat(50)] });
  const text = Array.from({ length: 2_000 }, (_, i) => row(i)).join('\n');
  const files = [join(dir, 'a.jsonl'), join(dir, 'b.jsonl.gz')];
  writeFileSync(files[0] as string, text);
  writeFileSync(files[1] as string, gzipSync(text.replaceAll('"p', '"q')));
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const seen: number[] = [];
  const batches = readSamples(files, {
    onProgress: (bytes, total) => {
      assert.equal(total, size);
      seen.push(bytes);
    },
  });
  for await (const _ of batches);
  assert.ok(seen.length > 5);
  assert.ok(seen.every((bytes, i) => i === 0 || bytes >= (seen[i - 1] as number)));
  assert.equal(seen.at(-1), size);
});
