import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { assay, scratch } from '../testing/cli.ts';

/** Stores a small run `big` in the folder's store. */
async function stored(folder: string): Promise<void> {
  writeFileSync(join(folder, 'counts.csv'), 'problem,n,c,missing\np1,10,4,2\np2,10,0,0\n');
  const { code, stderr } = await assay(['import', 'counts.csv', '--run', 'big'], folder);
  assert.equal(code, 0, stderr);
}

describe('a whole run goes from store to store', { concurrency: 2 }, () => {
  test('the report is the same, byte for byte; a run that is there is kept without --fresh', async (t) => {
    const folder = scratch(t);
    await stored(folder);
    const before = await assay(['report', 'big', '--json'], folder);
    const exported = await assay(['export', 'big', '--whole', '--out', 'big.jsonl.zst'], folder);
    assert.equal(exported.code, 0, exported.stderr);
    const imported = await assay(['import', 'big.jsonl.zst', '--store', 'other.db'], folder);
    assert.deepEqual([imported.code, imported.stdout], [0, 'big: 22 verdicts\n'], imported.stderr);
    const after = await assay(['report', 'big', '--json', '--store', 'other.db'], folder);
    // But for the name of the store.
    assert.ok(after.stdout.replace('other.db', '.assay/store.db') === before.stdout);
    const plain = await assay(['export', 'big', '--whole', '--store', 'other.db'], folder);
    assert.equal(plain.stdout, zstdDecompressSync(readFileSync(join(folder, 'big.jsonl.zst'))).toString());
    const again = await assay(['import', 'big.jsonl.zst'], folder);
    assert.deepEqual(
      [again.code, again.stderr.split('\n')[0]],
      [2, 'error [run_exists]: There is a run big already.'],
    );
    assert.equal((await assay(['import', 'big.jsonl.zst', '--fresh'], folder)).code, 0);
    assert.equal(
      (await assay(['import', 'big.jsonl.zst', '--run', 'second'], folder)).stdout,
      'second: 22 verdicts\n',
    );
    assert.equal((await assay(['report', 'second'], folder)).code, 0);
  });

  test('a cut file and options that do not fit are told', async (t) => {
    const folder = scratch(t);
    await stored(folder);
    const { stdout } = await assay(['export', 'big', '--whole'], folder);
    writeFileSync(join(folder, 'cut.jsonl'), stdout.slice(0, -200));
    writeFileSync(join(folder, 'whole.jsonl'), stdout);
    const told = async (...args: string[]) => {
      const { code, stderr } = await assay([...args], folder);
      return `${code} ${stderr.split('\n')[0]}`;
    };
    assert.match(
      await told('import', 'cut.jsonl', '--store', 'other.db'),
      /^2 error \[dump_(cut|damaged)\]: .*[Ll]ine \d+/,
    );
    assert.match(
      await told('import', 'whole.jsonl', 'counts.csv'),
      /^2 error \[usage\]: whole.jsonl is a whole run/,
    );
    assert.match(await told('import', 'whole.jsonl', '--as', 'counts'), /^2 error \[usage\]/);
    assert.match(await told('export', 'big', '--whole', '--what', 'counts'), /^2 error \[usage\]/);
    assert.match(await told('export', 'big'), /^2 error \[usage\]/);
    assert.match(await told('export', 'big', '--whole', '--format', 'csv'), /^2 error \[usage\]/);
  });
});
