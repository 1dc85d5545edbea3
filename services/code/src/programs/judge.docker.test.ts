/** Programs judged in real sandboxes. What hostile ones do is in /test/adversarial. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProblemInit } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import Docker from 'dockerode';
import { owner } from '../owner.ts';
import { labels } from '../sandbox/container.ts';
import { SandboxPool } from '../sandbox/pool.ts';
import { withoutImage } from '../testing/engine.ts';
import { programTests } from '../testing/program-tests.ts';
import { Artifacts } from './artifacts.ts';
import { judgeProgram } from './judge.ts';
import { checkProgramTests } from './task.ts';

const image = 'assay/sandbox';
const skip = await withoutImage(image);
const pool = new SandboxPool(new Docker(), 1, { image });
const artifacts = new Artifacts(1 << 24);
const { signal } = new AbortController();

type Init = NonNullable<ProblemInit['programTests']>;

async function judge(init: Init, text: string): Promise<VerdictBody> {
  const spec = programTests({ timeLimitS: 2, ...init });
  assert.equal(checkProgramTests(spec), undefined);
  const problem = { id: 'p', dataset: '', prompt: '', promptTokens: 0, programTests: spec };
  return pool.withSlot(signal, (slot) => judgeProgram({ pool, slot, artifacts }, problem, text));
}

async function says(init: Init, text: string, status: string, reason = ''): Promise<VerdictBody> {
  const verdict = await judge(init, text);
  assert.deepEqual([verdict.status, verdict.reason ?? ''], [status, reason], verdict.message);
  return verdict;
}

const io = (...pairs: [string, string][]) =>
  pairs.map(([input, output]) => ({ input: Buffer.from(input), output: Buffer.from(output) }));
const sum = io(['1 2\n', '3\n'], ['10 20\n', '30\n'], ['-1 1\n', '0\n']);

const sums: Record<string, string> = {
  c: '#include <stdio.h>\nint main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }',
  cpp: '#include <bits/stdc++.h>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }',
  go: 'package main\nimport "fmt"\nfunc main() { var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b) }',
  java: 'import java.util.*;\nclass Add { public static void main(String[] a) { var s = new Scanner(System.in); System.out.println(s.nextInt() + s.nextInt()); } }',
  javascript:
    'const [a, b] = require("fs").readFileSync(0, "utf8").split(" ").map(Number);\nconsole.log(a + b);',
  pypy3: 'print(sum(map(int, input().split())))',
  python3: 'print(sum(map(int, input().split())))',
  'python3-cold': 'print(sum(map(int, input().split())))',
  rust: 'use std::io::*;\nfn main() { let mut s = String::new(); stdin().read_to_string(&mut s).unwrap(); println!("{}", s.split_whitespace().map(|x| x.parse::<i32>().unwrap()).sum::<i32>()); }',
};

before(() => skip || pool.clean());
after(() => pool.close());

describe('programs', { skip }, () => {
  test('a cancelled call ends its program, and the slot judges the next', async () => {
    const caller = new AbortController();
    const spec = programTests({ language: 'python3-cold', tests: sum, timeLimitS: 60, wallLimitS: 60 });
    const problem = { id: 'p', dataset: '', prompt: '', promptTokens: 0, programTests: spec };
    const endless = pool.withSlot(caller.signal, (slot) =>
      judgeProgram({ pool, slot, artifacts }, problem, 'while True: pass'),
    );
    /** Sandboxes of this process in which Python runs. */
    const spinning = async () => {
      const filters = { label: [`${labels.owner}=${owner}`] };
      const containers = await pool.docker.listContainers({ filters });
      const tops = containers.map(({ Id }) =>
        pool.docker
          .getContainer(Id)
          .top()
          .catch(() => undefined),
      );
      return (await Promise.all(tops)).filter((top) => /python/.test(JSON.stringify(top?.Processes)));
    };
    while ((await spinning()).length === 0) await sleep(20);
    const start = performance.now();
    caller.abort(new Error('cancelled'));
    await assert.rejects(endless);
    while ((await spinning()).length > 0) assert.ok(performance.now() - start < 5_000, 'still there');
    await says({ language: 'python3', tests: sum }, sums.python3 ?? '', 'CORRECT');
  });

  for (const [language, source] of Object.entries(sums)) {
    test(`${language}: right, wrong, and not a program`, async () => {
      const right = await says({ language, tests: sum }, source, 'CORRECT');
      assert.equal(right.parts?.length, 3);
      assert.ok(
        right.parts?.every(({ times, run }) => (times?.cpuUs ?? 0) > 0 && Number(run?.memoryBytes) > 0),
      );
      await says({ language, tests: io(['1 2\n', '4\n']) }, source, 'INCORRECT', 'wrong_answer');
      await says({ language, tests: sum }, 'this is no program {', 'INCORRECT', 'compile_error');
    });
  }

  test('stops at the first failure, or judges every test; the first failure decides', async () => {
    const tests = io(['1 2', '3'], ['1 2', '4'], ['5 5', '10'], ['1 1', '3']);
    const first = await says({ language: 'c', tests }, sums.c ?? '', 'INCORRECT', 'wrong_answer');
    assert.match(first.message ?? '', /^test 2 of 4 \(2\): token 1: 3, expected 4; c from /);
    assert.equal(first.parts?.length, 2);
    const all = await says(
      { language: 'c', tests, allTests: true },
      sums.c ?? '',
      'INCORRECT',
      'wrong_answer',
    );
    assert.deepEqual(
      all.parts?.map(({ status }) => status),
      ['CORRECT', 'INCORRECT', 'CORRECT', 'INCORRECT'],
    );
  });

  test('what was compiled once is not compiled again', async () => {
    const source = `${sums.cpp}\n// kept`;
    await says({ language: 'cpp', tests: sum }, source, 'CORRECT');
    const hits = artifacts.hits;
    await says({ language: 'cpp', tests: io(['2 2', '4']) }, source, 'CORRECT');
    assert.equal(artifacts.hits, hits + 1);
  });

  test('the time limit of a language is longer only where the problem says so', async () => {
    const busy = 'import time\nwhile time.process_time() < 0.4: pass\nprint(3)';
    const tests = io(['', '3']);
    await says({ language: 'python3', tests, timeLimitS: 0.2 }, busy, 'INCORRECT', 'time_limit');
    const languageFactors = [{ language: 'python3', time: 5 }];
    await says({ language: 'python3', tests, timeLimitS: 0.2, languageFactors }, busy, 'CORRECT');
  });

  test('outputs of any size are whole, up to the limit', async () => {
    const print = 'import sys\nsys.stdout.write("x" * int(input()))';
    const limit = 1 << 20;
    const of = (bytes: number) => ({
      language: 'python3',
      outputLimitBytes: limit,
      tests: [{ input: Buffer.from(String(bytes)), output: Buffer.alloc(bytes, 'x') }],
    });
    for (const bytes of [0, 1, 65_535, 65_536, 65_537, 196_608, limit - 1, limit]) {
      const { parts } = await says(of(bytes), print, 'CORRECT');
      assert.equal(parts?.[0]?.run?.outputBytes, bytes);
    }
    await says(of(limit + 1), print, 'INCORRECT', 'output_limit');
  });

  test('inputs of some megabytes', async () => {
    const input = Buffer.from('1 '.repeat(4 << 20));
    const tests = [{ input, output: Buffer.from(String(4 << 20)) }];
    await says(
      { language: 'python3', tests, memoryLimitBytes: 1 << 30 },
      'print(sum(map(int, input().split())))',
      'CORRECT',
    );
  });

  test('function tasks: only tests that ran to their end count', async () => {
    const task = {
      language: 'python3',
      prefix: 'def double(x):\n',
      testCode: 'def check(f):\n    assert f(2) == 4\n    assert f(0) == 0\n',
      entryPoint: 'double',
    };
    await says(task, '    return 2 * x\n', 'CORRECT');
    await says(task, '    return x * x\n', 'CORRECT');
    await says(task, '    return x + 2\n', 'INCORRECT', 'runtime_error');
    for (const way of [
      'import sys; sys.exit(0)',
      'import os; os._exit(0)',
      'raise SystemExit',
      'import os; os.close(1); return 2 * x',
    ]) {
      await says(task, `    ${way}\n`, 'INCORRECT', 'runtime_error');
    }
    await says(task, '    return (\n', 'INCORRECT', 'compile_error');
    for (const language of ['python3-cold', 'pypy3', 'Python 3.11']) {
      await says({ ...task, language }, '    return 2 * x\n', 'CORRECT');
      await says({ ...task, language }, '    return 4\n', 'INCORRECT', 'runtime_error');
    }
  });

  test('functions that are called with JSON', async () => {
    const call = {
      language: 'python3',
      entryPoint: 'pairs',
      tests: io(['[1, 2]\n"a"', '[[1, "a"], [2, "a"]]']),
    };
    await says(call, 'def pairs(xs, y):\n    print("noise")\n    return [(x, y) for x in xs]', 'CORRECT');
    await says(
      call,
      'class Solution:\n    def pairs(self, xs, y):\n        return [[x, y] for x in xs]',
      'CORRECT',
    );
    await says(call, 'def pairs(xs, y):\n    return []', 'INCORRECT', 'wrong_answer');
  });

  const anyDivisor = {
    language: 'python3',
    source: [
      'import sys',
      'number = int(open(sys.argv[1]).read())',
      'words = open(sys.argv[2]).read().split()',
      'if len(words) != 1 or not words[0].isdigit(): sys.exit("no number" and 2)',
      'sys.exit(0 if int(words[0]) > 0 and number % int(words[0]) == 0 else 1)',
    ].join('\n'),
  };

  test('a checker decides, in the protocols of testlib and Kattis', async () => {
    const testlib = {
      checker: { ...anyDivisor, protocol: 'testlib' },
      language: 'python3',
      tests: io(['12', '']),
    };
    await says(testlib, 'print(int(input()) // 3)', 'CORRECT');
    await says(testlib, 'print(5)', 'INCORRECT', 'wrong_answer');
    await says(testlib, 'print("five")', 'INCORRECT', 'presentation_error');
    const kattis = {
      ...anyDivisor,
      protocol: 'kattis',
      source:
        'import sys\nn = int(open(sys.argv[1]).read())\nopen(sys.argv[3] + "judgemessage.txt", "w").write("x")\nsys.exit(42 if n % int(input()) == 0 else 43)',
    };
    await says({ ...testlib, checker: kattis }, 'print(4)', 'CORRECT');
    await says({ ...testlib, checker: kattis }, 'print(5)', 'INCORRECT', 'wrong_answer');
  });

  test('a checker that fails is the problem’s fault, not the candidate’s', async () => {
    const broken = (source: string) => ({
      checker: { protocol: 'testlib', language: 'python3', source },
      language: 'python3',
      tests: io(['', '']),
    });
    await says(broken('import sys\nsys.exit(3)'), 'print(1)', 'ERROR', 'bad_problem');
    await says(broken('1 / 0'), 'print(1)', 'INCORRECT', 'wrong_answer');
    await says(broken('import sys\nsys.exit(77)'), 'print(1)', 'ERROR', 'bad_problem');
    const uncompiled = { protocol: 'testlib', language: 'c', source: 'int main(' };
    await says(
      { checker: uncompiled, language: 'python3', tests: io(['', '']) },
      'print(1)',
      'ERROR',
      'bad_problem',
    );
  });

  const guessing = {
    protocol: 'testlib',
    language: 'python3',
    source: [
      'import sys',
      'secret = int(open(sys.argv[1]).read())',
      'for _ in range(20):',
      '    line = sys.stdin.readline()',
      '    if not line.strip().lstrip("-").isdigit(): sys.exit(2)',
      '    guess = int(line)',
      '    print("=" if guess == secret else "<" if secret < guess else ">", flush=True)',
      '    if guess == secret: sys.exit(0)',
      'sys.exit(1)',
    ].join('\n'),
  };

  test('an interactor talks to the program, and its files are out of reach', async () => {
    const spec = {
      interactor: guessing,
      language: 'python3',
      tests: io(['37', ''], ['1000', '']),
      timeLimitS: 1,
    };
    const search =
      'low, high = 1, 1000\nwhile True:\n    g = (low + high) // 2\n    print(g, flush=True)\n    a = input()\n    if a == "=": break\n    if a == "<": high = g - 1\n    else: low = g + 1';
    await says(spec, search, 'CORRECT');
    await says(
      spec,
      'for i in range(30):\n    print(i, flush=True)\n    if input() == "=": break',
      'INCORRECT',
      'wrong_answer',
    );
    await says(spec, 'print("x", flush=True)\ninput()', 'INCORRECT', 'presentation_error');
    await says({ ...spec, wallLimitS: 1 }, 'input()', 'INCORRECT', 'idle_limit');
    await says(spec, 'print(open("/box/judge/input").read(), flush=True)', 'INCORRECT', 'runtime_error');
    await says(spec, 'while True: pass', 'INCORRECT', 'time_limit');
  });

  test('nothing that the program leaves in /tmp reaches the interactor', async () => {
    const plant = [
      'import os',
      'folder = "/tmp/.local/lib/python3.11/site-packages"',
      'os.makedirs(folder)',
      'open(folder + "/usercustomize.py", "w").write("import os\\nos._exit(0)")',
      'input()',
    ].join('\n');
    const waiting = { ...guessing, source: `import time\ntime.sleep(0.3)\n${guessing.source}` };
    // The interactor is at work already when the program begins; what it runs itself must not find the file either.
    const running = {
      ...waiting,
      source: `import subprocess, sys\nimport time\ntime.sleep(0.3)\nsys.exit(subprocess.run([sys.executable, "-c", "import sys; sys.exit(1)"]).returncode)`,
    };
    for (const interactor of [waiting, running]) {
      const verdict = await judge(
        { interactor, language: 'python3', tests: io(['37', '']), wallLimitS: 2 },
        plant,
      );
      assert.equal(verdict.status, 'INCORRECT', verdict.message);
    }
  });

  test('an interactor that breaks on what the program says, and one that breaks by itself', async () => {
    const source = 'import sys\nprint(int(sys.stdin.readline()), flush=True)\nsys.exit(42)';
    const of = (text: string) => ({
      interactor: { protocol: 'kattis', language: 'python3', source: text },
      language: 'python3',
      tests: io(['', '']),
    });
    await says(of(source), 'print(1, flush=True)\ninput()', 'CORRECT');
    await says(of(source), 'print("garbage", flush=True)\ninput()', 'INCORRECT', 'wrong_answer');
    await says(of(source), 'print("garbage")', 'INCORRECT', 'wrong_answer');
    await says(of(source), 'import time\ntime.sleep(0.2)', 'INCORRECT', 'wrong_answer');
    await says(of('1 / 0'), 'print(1)', 'ERROR', 'bad_problem');
    const late = 'import time\ntime.sleep(0.3)\nfor _ in range(100000): print(1)\ninput()';
    await says(of('1 / 0'), late, 'ERROR', 'bad_problem');
  });

  test('a checker that breaks on an output, and not on the stored answer', async () => {
    const source = 'import sys\nsys.exit(42 if int(sys.stdin.read()) == 1 else 43)';
    const checker = { protocol: 'kattis', language: 'python3', source };
    const spec = { checker, language: 'python3', tests: io(['', '1']) };
    await says(spec, 'print(1)', 'CORRECT');
    await says(spec, 'print("one")', 'INCORRECT', 'wrong_answer');
  });

  test('Java with classes beyond number, and names beyond length', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => `class C${i} {}`).join('\n');
    const main = 'class Main { public static void main(String[] a) { System.out.println(3); } }';
    await says({ language: 'java', tests: io(['', '3']) }, `${main}\n${many}`, 'INCORRECT', 'compile_error');
    const long = `public class ${'A'.repeat(300)} { public static void main(String[] a) {} }`;
    await says({ language: 'java', tests: io(['', '3']) }, long, 'INCORRECT', 'compile_error');
  });

  test('a large program under a small memory limit', async () => {
    const table = 'const char table[40 << 20] = {1};';
    const source = `#include <stdio.h>\n${table}\nint main(void) { printf("%d\\n", table[0]); }`;
    await says({ language: 'c', tests: io(['', '1']), memoryLimitBytes: 16 << 20 }, source, 'CORRECT');
  });

  test('where other answers may be right, one that differs is undecided; compatible comparers decide all the same', async () => {
    const spec = { multiAnswer: true, language: 'python3', tests: io(['', '1']) };
    await says(spec, 'print(1)', 'CORRECT');
    const verdict = await says(spec, 'print(2)', 'ERROR', 'undecided');
    assert.equal(verdict.retryable, false);
    await says({ ...spec, comparer: 'llmonk' }, 'print(2)', 'INCORRECT', 'wrong_answer');
    await says(spec, '1 / 0', 'INCORRECT', 'runtime_error');
  });

  test('what programs do on the class inputs names their class, right or wrong', async () => {
    const spec = {
      language: 'python3',
      tests: io(['2', '4']),
      classInputs: [Buffer.from('3'), Buffer.from('0')],
    };
    const classOf = async (text: string) => (await judge(spec, text)).answerClass;
    const double = await classOf('print(2 * int(input()))');
    assert.match(double ?? '', /^behaviour:[\w-]{22}$/);
    assert.equal(await classOf('n = int(input())\nprint(n + n, end="")'), double);
    const square = await classOf('print(int(input()) ** 2)');
    assert.notEqual(square, double);
    assert.equal(await classOf('n = int(input())\nprint(n * n)'), square);
    const crash = await classOf('print(4 // int(input()) * 2)');
    assert.ok(![double, square].includes(crash));
  });
});

describe('programs that are run rather than judged', { skip }, () => {
  const outputOf = ({ parts }: VerdictBody) => parts?.[0]?.run?.output;
  const run = { comparer: 'any', returnBytes: 1000, tests: io(['in', '']) };
  const texts = (verdict: VerdictBody) => {
    const { stdout, stderr, files = [] } = outputOf(verdict) ?? {};
    return {
      stdout: String(stdout),
      stderr: String(stderr),
      files: Object.fromEntries(files.map(({ name, content }) => [name, String(content)])),
    };
  };

  test('every output is right, and given back up to a limit; so is that of a failure', async () => {
    const source = 'import sys; print(input() * 800); print("e", file=sys.stderr)';
    const verdict = await says({ ...run, language: 'python3' }, source, 'CORRECT');
    assert.deepEqual(texts(verdict), { stdout: 'in'.repeat(500), stderr: 'e\n', files: {} });
    const failed = await says(
      { ...run, language: 'python3' },
      `${source}; sys.exit(3)`,
      'INCORRECT',
      'runtime_error',
    );
    assert.deepEqual(texts(failed), { stdout: 'in'.repeat(500), stderr: 'e\n', files: {} });
    assert.equal(failed.parts?.[0]?.run?.exitCode, 3);
    const plain = await says({ language: 'python3', tests: io(['1', '1']) }, 'print(input())', 'CORRECT');
    assert.equal(outputOf(plain), undefined);
  });

  test('finds its files, may change them, and what is asked for is given back', async () => {
    const files = [
      { name: 'in.txt', content: Buffer.from('abc') },
      { name: 'a/b/deep.bin', content: Buffer.from([0, 1, 2]) },
    ];
    const source = [
      'import os',
      'print(open("in.txt").read(), len(open("a/b/deep.bin", "rb").read()))',
      'open("in.txt", "a").write("d")',
      'os.makedirs("out"); open("out/new.txt", "w").write("new")',
      'os.symlink("/etc/passwd", "link"); os.symlink("/etc", "etc")',
      'open("0large", "w").write("x" * (2 << 20))',
    ].join('\n');
    const fetchFiles = ['in.txt', 'out/new.txt', 'link', 'etc/passwd', 'nothing'];
    const verdict = await says({ ...run, language: 'python3', files, fetchFiles }, source, 'CORRECT');
    assert.deepEqual(texts(verdict), {
      stdout: 'abc 3\n',
      stderr: '',
      files: { 'in.txt': 'abcd', 'out/new.txt': 'new' },
    });
    const one = await says({ ...run, language: 'cpp', fetchFiles: ['o'] }, sums.cpp ?? '', 'CORRECT');
    assert.deepEqual(texts(one).files, {});
    // Nothing of one is there for the next.
    const next = await says({ ...run, language: 'python3' }, 'import os; print(os.listdir())', 'CORRECT');
    assert.equal(texts(next).stdout, '[]\n');
  });

  test('files lie beside the source, where compilers and interpreters look', async () => {
    const files = [
      { name: 'a..b', content: Buffer.from('7') },
      { name: 'lib/two.h', content: Buffer.from('#define TWO 2\n') },
      { name: 'three.py', content: Buffer.from('THREE = 3\n') },
      // The program wins, and finds it in its working folder all the same.
      { name: 'main.py', content: Buffer.from('no program') },
      { name: 'main.cpp/x', content: Buffer.from('') },
    ];
    const python = 'import three; print(three.THREE, open("a..b").read(), len(open("main.py").read()))';
    const interpreted = await says({ ...run, language: 'python3', files }, python, 'CORRECT');
    assert.equal(texts(interpreted).stdout, '3 7 10\n');
    const cpp = '#include <cstdio>\n#include "lib/two.h"\nint main() { std::printf("%d", TWO); }';
    const compiled = await says({ ...run, language: 'cpp', files }, cpp, 'CORRECT');
    assert.equal(texts(compiled).stdout, '2');
    const helper = [
      { name: 'Five.java', content: Buffer.from('class Five { static int five() { return 5; } }') },
    ];
    const java =
      'public class Main { public static void main(String[] a) { System.out.print(Five.five()); } }';
    const withClass = await says({ ...run, language: 'java', files: helper }, java, 'CORRECT');
    assert.equal(texts(withClass).stdout, '5');
    const other = [{ name: 'lib/two.h', content: Buffer.from('#define TWO 22\n') }];
    const again = await says({ ...run, language: 'cpp', files: other }, cpp, 'CORRECT');
    assert.equal(texts(again).stdout, '22');
  });

  test('says which files it does not take', () => {
    const fault = (init: Init) => checkProgramTests(programTests({ ...run, ...init }));
    for (const name of ['', '/a', '../a', 'a/../../b', 'a//b', 'a\0b', './a']) {
      assert.match(
        fault({ files: [{ name, content: Buffer.alloc(0) }] }) ?? '',
        /use a path within its folder/,
      );
      assert.match(fault({ fetchFiles: [name] }) ?? '', /use a path within its folder/);
    }
    const named = (...names: string[]) =>
      fault({ files: names.map((name) => ({ name, content: Buffer.alloc(0) })) });
    assert.equal(named('a..b', '..a', 'a.', 'ab/c', 'a', 'ab/d'), undefined);
    assert.match(named('a', 'b', 'a') ?? '', /two files are called "a"/);
    assert.match(named('a/b/c', 'a/b') ?? '', /"a\/b" is a file, and a folder of another one/);
    assert.match(fault({ returnBytes: 2 << 20 }) ?? '', /return_bytes is/);
    const many = io(...Array.from({ length: 9 }, (): [string, string] => ['', '']));
    assert.match(fault({ tests: many, returnBytes: 1 << 20 }) ?? '', /9 tests would give back 2097152 bytes/);
    assert.equal(fault({ tests: many.slice(1), returnBytes: 1 << 20 }), undefined);
    assert.match(fault({ fetchFiles: ['a'], testCode: 'f()', language: 'python3' }) ?? '', /only whole/);
    assert.match(fault({ files: [{ name: 'a', content: Buffer.alloc(17 << 20) }] }) ?? '', /may have/);
  });
});
