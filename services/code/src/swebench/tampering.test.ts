import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectPatch } from './tampering.ts';
import { example, patches } from './testing/example.ts';

const edit = (path: string, ...lines: string[]) =>
  `--- a/${path}\n+++ b/${path}\n@@ -1,9 +1,9 @@\n${lines.map((line) => `${line}\n`).join('')}`;
const touched = (patch: string, testPatch = '') => inspectPatch(patch, testPatch).touched;

test('files that decide on tests', () => {
  const paths = [
    'conftest.py',
    'a/b/conftest.py',
    'pytest.ini',
    'tox.ini',
    'x/sitecustomize.py',
    'usercustomize.py',
  ];
  paths.push('lib/evil.pth', 'bin/test', 'tests/runtests.py', '.git/hooks/post-checkout');
  for (const path of paths) assert.deepEqual(touched(edit(path, '-a', '+b')), [path]);
  for (const path of ['conftest.pyi', 'src/conftest_helper.py', 'bin/tests', 'setup.py']) {
    assert.deepEqual(touched(edit(path, '-a', '+b')), [], path);
  }
  assert.deepEqual(touched('diff --git a/x.py b/conftest.py\nrename from x.py\nrename to conftest.py\n'), [
    'conftest.py',
  ]);
});

test('files of the test patch', () => {
  assert.deepEqual(touched(edit('tests/test_merge.py', '+x'), example.testPatch), ['tests/test_merge.py']);
  assert.deepEqual(touched(edit('tests/test_other.py', '+x'), example.testPatch), []);
});

test('settings of tests among others', () => {
  assert.deepEqual(touched(edit('setup.cfg', ' [metadata]', '-version = 1', '+version = 2')), []);
  assert.deepEqual(touched(edit('setup.cfg', ' [tool:pytest]', '+markers =')), ['setup.cfg']);
  assert.deepEqual(touched(edit('setup.cfg', ' x = 1', '+addopts = -p evil')), ['setup.cfg']);
  assert.deepEqual(touched(edit('setup.cfg', ' [tool:pytest]', ' x = 1', ' [metadata]', '+version = 2')), []);
  assert.deepEqual(touched(edit('pyproject.toml', '+[tool.pytest.ini_options]', '+x = 1')), [
    'pyproject.toml',
  ]);
  assert.deepEqual(touched(edit('pyproject.toml', ' [project]', '+dependencies = ["numpy"]')), []);
});

test('what is left is the patch without these files', () => {
  const { touched: found, rest } = inspectPatch(patches['gold-and-conftest'], example.testPatch);
  assert.deepEqual(found, ['tests/conftest.py']);
  assert.equal(rest, patches.gold);
  assert.equal(inspectPatch(patches.conftest, '').rest, '');
  assert.deepEqual(inspectPatch(patches.gold, example.testPatch), { touched: [], rest: patches.gold });
});

const data = join(import.meta.dirname, '../../../../../shared/data/swebench_lite/instances.jsonl');

test('no patch of the data set itself does so', {
  skip: existsSync(data) ? false : 'no ../shared/data',
}, () => {
  for (const line of readFileSync(data, 'utf8').trimEnd().split('\n')) {
    const { instance_id: id, patch, test_patch: testPatch } = JSON.parse(line);
    assert.deepEqual(inspectPatch(patch, testPatch), { touched: [], rest: patch }, id);
  }
});
