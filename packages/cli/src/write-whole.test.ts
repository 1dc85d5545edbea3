import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeWhole } from './write-whole.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-write-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a file is there whole, and where writing fails the old one stays', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'new/file');
  await writeWhole(path, ['one ', Buffer.from('two')]);
  assert.equal(readFileSync(path, 'utf8'), 'one two');
  const broken = (function* () {
    yield 'half';
    throw new Error('no more');
  })();
  await assert.rejects(writeWhole(path, broken), /no more/);
  assert.equal(readFileSync(path, 'utf8'), 'one two');
  assert.deepEqual(readdirSync(join(dir, 'new')), ['file']);
});

test('a symbolic link stays one', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'file'), 'old');
  symlinkSync('file', join(dir, 'link'));
  await writeWhole(join(dir, 'link'), ['new']);
  assert.equal(readFileSync(join(dir, 'file'), 'utf8'), 'new');
  assert.ok(lstatSync(join(dir, 'link')).isSymbolicLink());
});

test('a pipe is written into, and stays a pipe', { timeout: 10_000 }, async (t) => {
  const pipe = join(folder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [text] = await Promise.all([readFile(pipe, 'utf8'), writeWhole(pipe, ['all ', 'of it'])]);
  assert.equal(text, 'all of it');
  assert.ok(lstatSync(pipe).isFIFO());
});
