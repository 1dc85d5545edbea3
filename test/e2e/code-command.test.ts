/** `assay code` from a user's view: by a folder of tests, by a problem, and without either; its exit codes; its end. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assay, startAssay } from '../support/assay.ts';
import { type Container, engine, sandboxImage, withoutSandbox } from '../support/docker.ts';
import { until } from '../support/process.ts';
import { repository, tempDir } from '../support/temp.ts';

const skip = await withoutSandbox();
const examples = join(repository, 'examples/code');

const files = {
  'tests/sample/1.in': '1 2\n',
  'tests/sample/1.ans': '3\n',
  'tests/secret/1.in': '20 22\n',
  'tests/secret/1.ans': '42\n',
  'tests/secret/2.in': '5 5\n',
  'tests/secret/2.ans': '10\n',
  'right.c':
    '#include <stdio.h>\nint main(void) { int a, b; scanf("%d%d", &a, &b); printf("%d\\n", a + b); }\n',
  'wrong.py': 'a, b = map(int, input().split())\nprint(a + b if a != 20 else 41)\n',
  'answer.md': 'Like this:\n\n```python\nprint(sum(map(int, input().split())))\n```\n',
  'broken.c': 'int main(void) { return x; }\n',
  'loops.py': 'while True: pass\n',
  'even.h': 'static int is_even(int n) { return n % 2 == 0; }\n',
  'even.c':
    '#include <stdio.h>\n#include "even.h"\nint main(int argc, char **argv) { int n; FILE *out = fopen(argv[2], "r");' +
    ' return argc == 4 && fscanf(out, "%d", &n) == 1 && is_even(n) ? 0 : 1; }\n',
  'rot13.py': 'import codecs, sys\nprint(codecs.encode(input(), "rot13"), end="")\nsys.exit("odd")\n',
  'word.txt': 'nffnl\n',
};

/** A folder with these files. */
function workplace(t: TestContext): string {
  const folder = tempDir(t);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

// The image as it is: whether it is up to date is not what is tested here.
const env = { ASSAY_CODE_IMAGE: sandboxImage };

async function code(t: TestContext, cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await assay(t, ['code', ...args], { cwd, env });
  assert.equal(stderr, '', args.join(' '));
  return { code, stdout };
}

interface Told {
  status: string;
  reason: string;
  message: string;
  program: { language: string; found: string };
  compile: { outcome: string; diagnostics: string };
  limits: { cpuS: number; memoryBytes: number; runtimeBytes: number };
  testCount: number;
  tests: { name: string; example: boolean; reason: string; run: { cpuUs: number; memoryBytes: number } }[];
  run: { exitCode: number; stdout: { content: string }; stderr: { content: string } };
}

async function told(t: TestContext, cwd: string, ...args: string[]): Promise<Told & { code: number | null }> {
  const { code: exit, stdout } = await code(t, cwd, ...args, '--json');
  return { ...(JSON.parse(stdout) as Told), code: exit };
}

test('assay code --tests: every test and what decided', { skip }, async (t) => {
  const folder = workplace(t);
  const right = await code(t, folder, 'right.c', '--tests', 'tests');
  assert.match(
    right.stdout,
    /^problem +tests\nprogram +c: the file as it is, 2 lines\ncompile +compiled\nlimits +10 s of CPU, /,
  );
  assert.match(right.stdout, /\nsample\/1 \(example\) +correct +[\d.]+ m?s +[\d.]+ m?s +[\d.]+ MiB\n/);
  assert.match(right.stdout, /\n\ncorrect: 3 tests by tokens\n$/);
  assert.equal(right.code, 0);

  const wrong = await code(t, folder, 'wrong.py', '--tests', 'tests');
  assert.match(wrong.stdout, /\nsecret\/1 +wrong_answer .* 41, expected 42\n/);
  assert.match(wrong.stdout, /\nincorrect \(wrong_answer\): test 2 of 3 .*\nTests that were not run: 1\./);
  assert.equal(wrong.code, 1);
});

test('assay code --json: answers, limits, all tests, compilers, checkers', { skip }, async (t) => {
  const folder = workplace(t);
  const byTests = ['--tests', 'tests'];
  const answer = await told(
    t,
    folder,
    'answer.md',
    ...byTests,
    '--time-limit',
    '0.5',
    '--memory-limit',
    '64M',
  );
  assert.deepEqual([answer.code, answer.status, answer.message], [0, 'CORRECT', '3 tests by tokens']);
  assert.deepEqual(
    [answer.program.language, answer.program.found, answer.compile.outcome],
    ['python3', 'the only fence (python)', 'none'],
  );
  assert.deepEqual(
    [answer.limits.cpuS, answer.limits.memoryBytes - answer.limits.runtimeBytes],
    [0.5, 64 * 2 ** 20],
  );
  assert.ok(answer.tests.every(({ run }) => run.cpuUs > 0 && run.memoryBytes > 0));

  const all = await told(t, folder, 'wrong.py', ...byTests, '--all');
  assert.deepEqual(
    all.tests.map(({ name, example, reason }) => [name, example, reason]),
    [
      ['sample/1', true, ''],
      ['secret/1', false, 'wrong_answer'],
      ['secret/2', false, ''],
    ],
  );
  assert.deepEqual([all.code, all.reason], [1, 'wrong_answer']);

  const broken = await told(t, folder, 'broken.c', ...byTests);
  assert.deepEqual(
    [broken.code, broken.reason, broken.compile.outcome, broken.tests, broken.testCount],
    [1, 'compile_error', 'refused', [], 3],
  );
  assert.match(broken.compile.diagnostics, /main\.c:1:25: error: .*x.* undeclared/);

  const even = await told(t, folder, 'right.c', ...byTests, '--checker', 'even.c', '--all');
  assert.deepEqual(
    even.tests.map(({ reason }) => reason),
    ['wrong_answer', '', ''],
    'a checker with a header of its own decides',
  );
  const kattis = [...byTests, '--checker', 'even.c', '--checker-protocol', 'kattis'];
  const lost = await told(t, folder, 'right.c', ...kattis);
  assert.deepEqual([lost.code, lost.status, lost.reason], [3, 'ERROR', 'bad_problem'], lost.message);
});

test('assay code --problem: the samples of the examples get their verdicts', { skip }, async (t) => {
  const folder = workplace(t);
  const problems = join(examples, 'problems.jsonl');
  const judged = (source: string, ...more: string[]) =>
    told(t, folder, join(examples, 'sources', source), '--problem', problems, ...more);
  const [first = ''] = readFileSync(problems, 'utf8').split('\n');
  assert.equal((JSON.parse(first) as { id: string }).id, 'any-divisor');
  const checked = await judged('any-divisor/wrong_answer.itself.py');
  assert.deepEqual([checked.code, checked.reason], [1, 'wrong_answer']);
  const talked = await judged('guess/correct.py', '--id', 'guess');
  assert.deepEqual([talked.code, talked.message], [0, '4 tests by interactor']);
  const completed = await judged('balanced/correct.stack.py', '--id', 'balanced');
  assert.deepEqual([completed.code, completed.message], [0, '1 test by test code']);
});

test('assay code --run: what a program writes and takes', { skip }, async (t) => {
  const folder = workplace(t);
  const run = await told(t, folder, 'rot13.py', '--run', '--input', 'word.txt');
  assert.deepEqual(
    [run.code, run.reason, run.run.exitCode, run.run.stdout.content, run.run.stderr.content],
    [1, 'runtime_error', 1, 'assay', 'odd\n'],
  );
  const text = await code(t, folder, 'right.c', '--run', '--input', 'tests/secret/1.in');
  assert.match(text.stdout, /\n\nstdout: 3 bytes\n42\n\ntook +.* of CPU, .* wall, .* MiB\n\nended well\n$/);
  assert.equal(text.code, 0);
  const slow = await told(t, folder, 'loops.py', '--run', '--time-limit', '0.1');
  assert.deepEqual([slow.code, slow.reason], [1, 'time_limit']);
  const broken = await told(t, folder, 'broken.c', '--run');
  assert.deepEqual([broken.code, broken.reason, broken.run], [1, 'compile_error', undefined]);
});

for (const mode of [['--tests', 'tests'], ['--run']]) {
  test(`assay code ${mode[0]}, interrupted: at once, and no container stays`, { skip }, async (t) => {
    const running = startAssay(t, ['code', 'loops.py', ...mode, '--time-limit', '600'], {
      cwd: workplace(t),
      env,
    });
    const own = async () => {
      const all = await engine<Container[]>('GET', '/containers/json?all=true');
      return all.filter(({ Labels }) => Labels['assay.code.owner']?.includes(`/${running.pid}/`));
    };
    await until('a program that runs', async () => (await own()).some(({ State }) => State === 'running'));
    running.kill('SIGINT');
    const ended = await running.ended;
    assert.deepEqual([ended.code, ended.stdout, ended.stderr], [130, '', '']);
    await until('no container', async () => (await own()).length === 0);
  });
}
