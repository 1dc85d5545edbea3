/** `assay code` as far as it goes without Docker. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';

/** A folder with a program, tests, and files of problems; no engine is to be found from it. */
function workplace(t: TestContext): string {
  const folder = scratch(t);
  const write = (name: string, ...rows: unknown[]) =>
    writeFileSync(join(folder, name), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  mkdirSync(join(folder, 'tests'));
  writeFileSync(join(folder, 'main.py'), 'print(3)\n');
  writeFileSync(join(folder, 'check.txt'), '');
  writeFileSync(join(folder, 'tests/1.in'), '1 2\n');
  writeFileSync(join(folder, 'tests/1.out'), '3\n');
  const tests = [{ input: '1 2\n', output: '3\n' }];
  write('problems.jsonl', { id: 'sum', tests }, { id: 'again', tests, language: 'no-language' });
  write('functions.jsonl', { id: 'f', language: 'python', test_code: 'f()', entry_point: 'f' });
  write('math.jsonl', { id: 'm', gold: '4' });
  write('bad.jsonl', { id: 'b' });
  return folder;
}

const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const byTests = ['main.py', '--tests', 'tests'];
const byProblem = (file: string, ...more: string[]) => ['main.py', '--problem', file, ...more];

describe('assay code, without Docker', { concurrency: 3 }, () => {
  const wrong: [args: string[], stderr: RegExp][] = [
    [[], /missing required argument 'solution'/],
    [['main.py'], /Nothing says what the program is judged by\.\n {2}Give --tests FOLDER or --problem FILE/],
    [['main.py', 'more.py', '--run'], /too many arguments/],
    [[...byTests, '--problem', 'problems.jsonl'], /'--problem <file>' cannot be used with option '--tests/],
    [[...byTests, '--run'], /'--run' cannot be used with option '--tests/],
    [['main.py', '--run', '--all'], /'--run' cannot be used with option '--all'/],
    [[...byTests, '--id', 'sum'], /--id means nothing without --problem\./],
    [[...byTests, '--input', 'main.py'], /--input means nothing without --run\./],
    [[...byTests, '--checker-protocol', 'kattis'], /--checker-protocol means nothing without --checker\./],
    [[...byTests, '--checker', 'main.py', '--comparer', 'exact'], /cannot be used with option '--comparer/],
    [
      [...byTests, '--checker', 'main.py', '--checker-protocol', 'icpc'],
      /Allowed choices are testlib, kattis/,
    ],
    [[...byTests, '--checker', 'none.py'], /Cannot read none\.py: ENOENT/],
    [[...byTests, '--checker', 'check.txt'], /The ending of the checker check\.txt names no known language/],
    [['-', '--run', '--input', '-'], /Standard input can be only one of the files/],
    [['none.py', ...byTests.slice(1)], /Cannot read none\.py: ENOENT/],
    [['main.py', '--tests', 'none'], /Cannot read none: ENOENT/],
    [[...byTests, '--language', 'klingon'], /There is no language klingon\.\n {2}There are .*python3/],
    [[...byTests, '--time-limit', '0'], /Give seconds, such as 2 or 0\.5/],
    [[...byTests, '--time-limit', '9999'], /time_limit_s is 9999/],
    [[...byTests, '--memory-limit', '256'], /Give 1M or more, such as 256M or 1G/],
    [[...byTests, '--memory-limit', '99G'], /memory_limit_bytes is 106300440576/],
    [[...byTests, '--comparer', 'vibes'], /unknown comparer "vibes": there are tokens, /],
    [byProblem('none.jsonl'), /error \[no_such_file\]/],
    [byProblem('main.py'), /main\.py has no problem\.\n.*no format that is known/],
    [byProblem('bad.jsonl'), /bad\.jsonl has no problem\.\n.*The first bad row, 1: nothing says/],
    [byProblem('math.jsonl'), /The problem m has neither tests for a program nor a repository for a patch/],
    [byProblem('problems.jsonl', '--id', 'x'), /has no problem "x"\.\n {2}It has sum, again\./],
    [byProblem('functions.jsonl', '--comparer', 'exact'), /judged by test code, not by a comparer/],
  ];
  for (const [args, stderr] of wrong) {
    test(`wrong usage: assay code ${args.join(' ')}`, async (t) => {
      const outcome = await assay(['code', ...args], workplace(t), nowhere);
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    });
  }

  for (const args of [byTests, byProblem('problems.jsonl'), ['main.py', '--run']]) {
    test(`no verdict without an engine: assay code ${args.join(' ')}`, async (t) => {
      for (const env of [nowhere, { ...nowhere, ASSAY_CODE_IMAGE: 'none' }]) {
        const { code, stdout, stderr } = await assay(['code', ...args, '--json'], workplace(t), env);
        assert.match(stderr, /^error \[no_docker\]: .*\n {2}Start Docker, or .*DOCKER_HOST/);
        assert.deepEqual([code, stdout], [3, '']);
      }
    });
  }

  test('a problem that cannot be judged is not judged, unless an option mends it', async (t) => {
    const again = ['code', ...byProblem('problems.jsonl', '--id', 'again')];
    const { code, stdout, stderr } = await assay(again, workplace(t), nowhere);
    assert.match(stdout, /\nnot judged \(bad_problem\): unknown language "no-language"/);
    assert.deepEqual([code, stderr], [3, '']);
    const mended = await assay([...again, '--language', 'python'], workplace(t), nowhere);
    assert.match(mended.stderr, /^error \[no_docker\]/);
  });

  test('no program is found in a text without one: nothing is run', async (t) => {
    const folder = workplace(t);
    writeFileSync(join(folder, 'answer.txt'), 'I do not know.\n');
    const { code, stdout } = await assay(['code', 'answer.txt', '--run'], folder, nowhere);
    assert.equal(code, 1);
    assert.match(stdout, /^failed \(no_answer\): the candidate has no program\n$/);
  });
});
