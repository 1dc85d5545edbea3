/** `assay math` as its users run it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';

describe('assay math', { concurrency: 3 }, () => {
  test('equal and unequal, explained, with the exit codes of grep', async (t) => {
    const folder = scratch(t);
    const [same, other] = await Promise.all([
      assay(['math', '42', 'So it is \\boxed{42}.'], folder),
      assay(['math', '42', 'So it is \\boxed{41}.'], folder),
    ]);
    assert.deepEqual([same?.code, same?.stderr], [0, '']);
    assert.match(
      same?.stdout ?? '',
      /^equal\n\n {2}gold +42\n +found: .*\n +read as .*: 42\n {2}answer +42\n/,
    );
    assert.match(same?.stdout ?? '', /^ {2}rule +\S.*\n {2}class +\S.*\n {2}policy +strict$/m);
    assert.deepEqual([other?.code, other?.stderr], [1, '']);
    assert.match(other?.stdout ?? '', /^unequal\n/);
  });

  test('no answer is unequal, and says so', async (t) => {
    const { code, stdout } = await assay(['math', '42', 'I do not know.\n\nSorry, and goodbye.'], scratch(t));
    assert.equal(code, 1);
    assert.match(stdout, /^unequal: no final answer was found\n/);
  });

  test('--json', async (t) => {
    const { code, stdout } = await assay(['math', '42', '#### 41', '--json'], scratch(t));
    assert.equal(code, 1);
    const { outcome, reason, gold, answer, policy } = JSON.parse(stdout);
    assert.deepEqual(
      [outcome, reason, gold.span, answer.span, policy],
      ['unequal', 'wrong_answer', '42', '41', 'strict'],
    );
  });

  test('texts that begin with a minus sign are texts', async (t) => {
    const folder = scratch(t);
    assert.equal((await assay(['math', '-x^2', '-x^2', '--json'], folder)).code, 0);
    assert.equal((await assay(['math', '--', '-5', '-5'], folder)).code, 0);
  });

  test('@FILE and standard input', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'gold.txt'), '42\n');
    const main = join(import.meta.dirname, 'main.ts');
    const args = ['--disable-warning=ExperimentalWarning', main, 'math', '@gold.txt', '-'];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end('Thus\n#### 42\n');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('--policy help lists the presets', async (t) => {
    const folder = scratch(t);
    const { code, stdout } = await assay(['math', '--policy', 'help'], folder);
    assert.equal(code, 0);
    assert.match(stdout, /^strict\n {2}\S+ +\S/m);
    const presets = JSON.parse((await assay(['math', '--policy', 'help', '--json'], folder)).stdout);
    assert.ok(presets.some(({ preset }: { preset: string }) => preset === 'strict'));
  });

  const wrong: [args: string[], stderr: RegExp][] = [
    [[], /error \[usage\]: The reference answer GOLD is missing/],
    [['42'], /error \[usage\]: The ANSWER to judge is missing/],
    [['42', '41', '40'], /too many arguments/],
    [['42', '--jsno'], /error \[usage\]: unknown option '--jsno'/],
    [['-', '-'], /error \[usage\]: Standard input/],
    [['42', '@none.txt'], /error \[usage\]: Cannot read none\.txt/],
    [['', '42'], /error \[bad_gold\]/],
    [['42', '42', '--policy', 'lenient-of-mine'], /error \[bad_policy\]/],
  ];
  for (const [args, stderr] of wrong) {
    test(`wrong usage: assay math ${args.join(' ')}`, async (t) => {
      const outcome = await assay(['math', ...args], scratch(t));
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    });
  }
});
