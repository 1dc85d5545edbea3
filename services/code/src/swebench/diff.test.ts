import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitDiff, touchedPaths, unquote } from './diff.ts';
import { example, patches } from './testing/example.ts';

test('git diffs by file', () => {
  const diff = patches.gold + example.testPatch;
  const files = splitDiff(`words before\n${diff}`);
  assert.deepEqual(
    files.map(({ paths }) => paths),
    [['spans/merge.py'], ['tests/test_merge.py']],
  );
  assert.equal(files.map(({ text }) => text).join(''), diff);
});

test('plain diffs by file, and headers that are content', () => {
  const one =
    '--- a/x.sql\t2026-01-01\n+++ b/x.sql\t2026-01-02\n@@ -1,2 +1,2 @@\n--- old comment\n+++ new comment\n x\n';
  const two = '--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n';
  const files = splitDiff(one + two);
  assert.deepEqual(
    files.map(({ paths }) => paths),
    [['x.sql'], ['y']],
  );
  assert.deepEqual(
    files.map(({ text }) => text),
    [one, two],
  );
});

test('every path that a header names', () => {
  const paths = (...lines: string[]) => touchedPaths(`${lines.join('\n')}\n`);
  assert.deepEqual(
    paths(
      'diff --git a/old.py b/conftest.py',
      'similarity index 100%',
      'rename from old.py',
      'rename to conftest.py',
    ),
    ['old.py', 'conftest.py'],
  );
  assert.deepEqual(paths('diff --git a/with space b/with space', 'old mode 100644', 'new mode 100755'), [
    'with space',
  ]);
  assert.deepEqual(
    paths('diff --git "a/\\303\\244.py" "b/\\303\\244.py"', '--- "a/\\303\\244.py"', '+++ "b/\\303\\244.py"'),
    ['ä.py'],
  );
  assert.deepEqual(paths('--- /dev/null', '+++ b/./new.py', '@@ -0,0 +1 @@', '+x'), ['new.py']);
  assert.deepEqual(paths('no diff'), []);
});

test('quoted paths', () => {
  assert.equal(unquote('"a\\tb\\"c\\\\d"'), 'a\tb"c\\d');
  assert.equal(unquote('plain'), 'plain');
});

test('splitting loses nothing of any number of files', () => {
  const line = fc.constantFrom('-- x', '++ y', 'text', '', 'diff --git a/z b/z');
  const file = fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    git: fc.boolean(),
    old: fc.array(line),
    new: fc.array(line),
  });
  fc.assert(
    fc.property(fc.array(file), (files) => {
      const texts = files.map((one) => {
        const header = one.git ? `diff --git a/${one.name} b/${one.name}\n` : '';
        const body = [...one.old.map((text) => `-${text}\n`), ...one.new.map((text) => `+${text}\n`)].join(
          '',
        );
        return `${header}--- a/${one.name}\n+++ b/${one.name}\n@@ -1,${one.old.length} +1,${one.new.length} @@\n${body}`;
      });
      const split = splitDiff(texts.join(''));
      assert.deepEqual(
        split.map(({ text }) => text),
        texts,
      );
      assert.deepEqual(
        split.map(({ paths }) => paths),
        files.map(({ name }) => [name]),
      );
    }),
  );
});
