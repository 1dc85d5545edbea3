import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { detectFormat } from './detect.ts';
import { type FormatName, formats } from './formats.ts';
import { collect, faults, workspace } from './testing/collect.ts';

const { write } = workspace();

describe('examples of the formats', () => {
  for (const name of Object.keys(formats) as FormatName[]) {
    // Its example is no text of a file.
    if (name === 'parquet') continue;
    test(`${name} is found and read`, async () => {
      const path = write(name, formats[name].example);
      assert.equal((await detectFormat(path)).format, name);
      const read = await collect(path);
      assert.deepEqual(faults(read), []);
      assert.equal(read.problems.size, 1);
    });
  }
});

const data = join(import.meta.dirname, '../../../../shared/data/gsm8k');

describe('GSM8K itself', { skip: existsSync(data) ? false : 'no ../shared/data' }, () => {
  test('problems', async () => {
    const read = await collect(join(data, 'test.jsonl'));
    assert.equal(read.problems.size, 660);
    assert.ok(read.candidates.values().every((list) => list.length === 0));
    assert.ok(read.problems.values().every(({ mathAnswer }) => /#### \S+$/.test(mathAnswer?.gold ?? '')));
    assert.deepEqual(faults(read), []);
  });

  test('solutions of four models', async () => {
    const read = await collect(join(data, 'model_solutions.jsonl'));
    assert.equal(read.problems.size, 660);
    assert.ok(read.candidates.values().every((list) => list.length === 4));
    assert.ok(read.problems.values().every(({ mathAnswer }) => /A: \S+$/.test(mathAnswer?.gold ?? '')));
    assert.deepEqual(faults(read), []);
  });
});
