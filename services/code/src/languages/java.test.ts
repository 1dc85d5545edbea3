import assert from 'node:assert/strict';
import { test } from 'node:test';
import { java } from './java.ts';
import { javascript } from './javascript.ts';

const mainOf = (source: string) =>
  java.run({ source, sourceName: java.sourceName(source) }, 256 << 20).at(-1);

test('the file is called after the public class, the program after the one with main', () => {
  const main = 'public static void main(String[] args) {}';
  assert.equal(java.sourceName(`public class Solution { ${main} }`), 'Solution.java');
  assert.equal(mainOf(`public class Solution { ${main} }`), 'Solution');
  assert.equal(java.sourceName(`class Helper {}\nclass Program { ${main} }`), 'Main.java');
  assert.equal(mainOf(`class Helper {}\nclass Program { ${main} }`), 'Program');
  assert.equal(
    mainOf(`package a.b;\npublic final class Main { static public void main(String... args) {} }`),
    'a.b.Main',
  );
  assert.equal(mainOf('import java.util.*;\npublic class A {}\n'), 'A');
  assert.equal(java.sourceName(`public class ${'A'.repeat(300)} {}`), 'Main.java');
});

test('no source takes long to look at', () => {
  const hostile = [
    '\n'.repeat(1 << 20),
    'public '.repeat(1 << 17),
    'public\n'.repeat(1 << 17),
    'static '.repeat(1 << 17),
    ' '.repeat(1 << 20),
  ];
  const start = performance.now();
  for (const source of hostile) {
    for (const language of [java, javascript])
      language.run({ source, sourceName: language.sourceName(source) }, 1);
  }
  // Quadratic patterns take minutes.
  assert.ok(performance.now() - start < 20_000);
});
