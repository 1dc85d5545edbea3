import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scratch } from '../testing/cli.ts';
import { readTests } from './tests-folder.ts';

function folderWith(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = scratch(t);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

test('a folder as Kattis lays it out: in the order of people, samples are examples', async (t) => {
  const folder = folderWith(t, {
    'data/secret/10.in': 'ten',
    'data/secret/10.ans': '10',
    'data/secret/9.in': 'nine',
    'data/secret/9.ans': '9',
    'data/secret/9.out': 'what some program wrote',
    'data/sample/1.in': '',
    'data/sample/1.ans': '1',
    'data/secret/9.desc': 'no test',
    'problem.yaml': 'name: x',
  });
  const tests = await readTests(folder);
  assert.deepEqual(
    tests.map(({ name, example, input, output }) => [name, example, `${input}`, `${output}`]),
    [
      ['data/sample/1', true, '', '1'],
      ['data/secret/9', false, 'nine', '9'],
      ['data/secret/10', false, 'ten', '10'],
    ],
  );
});

test('a flat folder; bytes stay what they are', async (t) => {
  const bytes = Buffer.from([0xff, 0, 0x0d, 0x0a]);
  const [only, ...more] = await readTests(folderWith(t, { 'a.b.in': bytes, 'a.b.out': bytes }));
  assert.deepEqual([only, more], [{ name: 'a.b', example: false, input: bytes, output: bytes }, []]);
});

test('what is no folder of tests', async (t) => {
  const usage = (message: RegExp) => ({ code: 'usage', message });
  await assert.rejects(readTests(folderWith(t, { 'x.txt': '' })), usage(/ has no test\./));
  await assert.rejects(readTests(folderWith(t, { '1.in': '' })), usage(/1\.in has no answer\./));
  await assert.rejects(readTests(folderWith(t, { '1.in/x': '', '1.ans': '' })), usage(/Cannot read .*1\.in/));
  await assert.rejects(readTests(join(scratch(t), 'none')), usage(/Cannot read .*none: ENOENT/));
});
