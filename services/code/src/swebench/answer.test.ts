import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPatch, patchClass } from './answer.ts';
import { example, patches } from './testing/example.ts';

const { gold, wrong } = patches;
const fence = (text: string, language = 'diff') => `\`\`\`${language}\n${text}\`\`\`\n`;

test('where the patch is found', () => {
  const cases: [string, string | undefined, string][] = [
    [gold, gold, 'the whole answer'],
    [`\n${gold.trimEnd()}`, gold, 'the whole answer'],
    [`So:\n${fence(gold)}`, gold, 'a code fence'],
    [`So:\n${fence(gold, '')}Done.`, gold, 'a code fence'],
    [`${fence('x = 1\n', 'python')}${fence(gold, 'patch')}`, gold, 'a code fence'],
    [`First\n${fence(wrong)}no, rather\n${fence(gold)}`, gold, 'the last of 2 code fences'],
    [`Code\n${fence(gold)}and tests\n${fence(example.testPatch)}`, gold + example.testPatch, '2 code fences'],
    [`Hm.\n<patch>\n${gold}</patch>`, gold, 'tags'],
    [`Hm.\n<patch>${wrong}</patch> or <patch>\n${fence(gold)}</patch>`, gold, 'tags'],
    [`The patch is\n${gold}`, gold, 'the answer from its first diff line on'],
    ['', undefined, ''],
    ['I cannot do that.\n--- really ---\n', undefined, ''],
    [fence('x = 1\n', 'python'), undefined, ''],
  ];
  for (const [answer, patch, from] of cases) {
    const found = findPatch(answer);
    assert.equal(found?.patch, patch, answer);
    assert.equal(found?.from ?? '', from);
  }
});

test('a fence inside a diff belongs to it', () => {
  const diff = '--- a/README.md\n+++ b/README.md\n@@ -1,2 +1,3 @@\n ```diff\n+x\n ```\n';
  assert.equal(findPatch(diff)?.patch, diff);
  assert.equal(findPatch(`Here:\n${fence(diff)}`)?.patch, diff);
});

test('line ends of the files stay', () => {
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n';
  assert.equal(findPatch(diff)?.patch, diff);
});

test('a class is what edits are made', () => {
  assert.equal(patchClass(gold), patchClass(gold.replace(/^index .*$/m, 'index 1234567..89abcde 100644')));
  assert.equal(patchClass(gold), patchClass(gold.replace('@@ -7,8 +7,8 @@', '@@ -9,8 +9,8 @@')));
  assert.notEqual(patchClass(gold), patchClass(wrong));
});
