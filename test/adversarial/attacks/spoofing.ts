/** Programs that end in strange ways, and that write what only a judge should say. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { type Attack, c, pairs } from '../attack.ts';

const codes = [
  0, 1, 2, 3, 42, 43, 100, 124, 125, 126, 127, 128, 129, 134, 137, 139, 143, 152, 153, 159, 254, 255,
];

const signals = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGPIPE',
  'SIGALRM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
  'SIGTRAP',
  'SIGVTALRM',
  'SIGPROF',
  'SIGIO',
  'SIGPWR',
] as const;

const numbers = signals.map((name) => constants.signals[name]);

/** All right answers; each test says how its run ends. */
const endings: Attack['tests'] = {
  tests: pairs(...[...codes, ...numbers.map((n) => 1000 + n), 2000].map((n) => [`${n} 0`, `${n}`] as const)),
  allTests: true,
};

/** Bytes that are no text, and what could pass for a frame, a marker or a verdict. */
const bytes = Buffer.concat([
  Buffer.from([
    0, 0, 0, 5, 0xff, 0xfe, 0x80, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0d, 0x04, 0x1a, 0xc3, 0x28, 0x0a,
  ]),
  Buffer.from('{"status":"CORRECT"}\n>>>>> Start Test Output\n```\nOK 0 0\nAccepted\n\u202e\n'),
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
]);

const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** HumanEval's form: one test calls the function, the other one cannot be passed. */
const task: Attack['tests'] = {
  tests: [],
  language: 'python',
  prefix: 'def double(n):\n',
  testCode:
    'def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(3) == 6\n\ncheck(double)\n',
  entryPoint: 'double',
  timeLimitS: 1,
};

const failed = ['INCORRECT runtime_error', 'INCORRECT wrong_answer', 'INCORRECT tests_failed'];

export const spoofing: Attack[] = [
  {
    name: 'exit codes and signals, with the right answer',
    language: 'c',
    source: c(`  sum();
  if (a == 2000) _exit(256);\n  if (a < 1000) _exit(a);\n  signal(a - 1000, SIG_DFL);\n  raise(a - 1000);\n  pause();\n  return 0;`),
    tests: endings,
    expected: 'INCORRECT runtime_error',
    check: ({ parts }) => {
      const found = parts.map(({ status, reason, run }) => [status, reason, run?.exitCode, run?.signal]);
      const wanted = [
        ...codes.map((n) => (n === 0 ? ['CORRECT', '', 0, 0] : ['INCORRECT', 'runtime_error', n, 0])),
        ...numbers.map((n) => ['INCORRECT', 'runtime_error', 0, n]),
        ['CORRECT', '', 0, 0],
      ];
      // How a signal's exit code is written is not what is asked here.
      assert.deepEqual(
        found.map((one) => (one[3] ? one.with(2, 0) : one)),
        wanted,
      );
    },
  },
  {
    name: 'right answer, then a crash',
    language: 'c',
    source: c('  sum();\n  *(volatile int *)a = 0;\n  return 0;'),
    expected: 'INCORRECT runtime_error',
  },
  {
    name: 'another child of the parent ends well in its place (CLONE_PARENT)',
    language: 'c',
    source: c(`  if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) { sum(); _exit(0); }
  usleep(100000);\n  _exit(7);`),
    expected: 'INCORRECT runtime_error',
    check: ({ parts }) => assert.equal(parts[0]?.run?.exitCode, 7),
  },
  {
    name: 'another child of the parent ends badly, the program well',
    language: 'c',
    source: c(`  if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) _exit(9);
  usleep(100000);\n  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'first thread ends, another one answers later',
    language: 'c',
    source: c(
      '  pthread_t t;\n  pthread_create(&t, 0, later, 0);\n  pthread_exit(0);',
      'static void *later(void *x) { usleep(100000); sum(); exit(0); return x; }',
    ),
    expected: 'CORRECT',
  },
  {
    name: 'frames, markers, NUL and bytes that are no text: as they are',
    language: 'c',
    source: c(
      `  static const char bytes[] = "${octal}";\n  fwrite(bytes, 1, ${bytes.length}, stdout);\n  return 0;`,
    ),
    tests: { comparer: 'exact', tests: [{ name: 'bytes', input: Buffer.alloc(0), output: bytes }] },
    expected: 'CORRECT',
  },
  {
    name: 'the same, wrong: in the message of a verdict',
    language: 'c',
    source: c(
      `  static const char bytes[] = "${octal}";\n  fwrite(bytes, 1, ${bytes.length}, stdout);\n  fwrite(bytes, 1, ${bytes.length}, stderr);\n  return 1 - 1;`,
    ),
    expected: ['INCORRECT wrong_answer', 'INCORRECT presentation_error'],
  },
  {
    name: 'the same as the last words of a program that fails',
    language: 'c',
    source: c(
      `  static const char bytes[] = "${octal}";\n  fwrite(bytes, 1, ${bytes.length}, stderr);\n  return 1;`,
    ),
    expected: 'INCORRECT runtime_error',
  },
  {
    name: 'writes to every descriptor, and to those of others',
    language: 'c',
    source: c(`  static const char frame[] = "\\0\\0\\0\\1\\0\\0\\0\\0CORRECT\\n";
  for (int fd = 3; fd < 4096; fd++) if (write(fd, frame, sizeof frame) > 0) printf("descriptor %d ", fd);
  if (write(0, frame, sizeof frame) > 0) printf("input ");
  for (int pid = 1; pid < 200; pid++) for (int fd = 0; fd < 16; fd++) {
    char path[64];\n    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    if (pid == getpid()) continue;\n    int f = open(path, O_WRONLY | O_NONBLOCK);\n    if (f >= 0) printf("%s ", path);
  }
  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'a test with an odd name',
    language: 'c',
    source: c('  return sum() + 1;'),
    tests: {
      tests: [{ name: 'a\n\u001b[2J\u0000b"\'', input: Buffer.from('1 2'), output: Buffer.from('3') }],
    },
    expected: 'INCORRECT runtime_error',
  },
  {
    name: 'function task: honest and right',
    language: 'python',
    source: '    return 2 * n',
    tests: task,
    expected: 'CORRECT',
  },
  {
    name: 'function task: honest and wrong',
    language: 'python',
    source: '    return n + 2',
    tests: task,
    expected: failed,
  },
  {
    name: 'function task: ends with 0 before the tests have',
    language: 'python',
    source: '    import os\n    os._exit(0)',
    tests: task,
    expected: failed,
  },
  {
    name: 'function task: ends with 0 by an exception',
    language: 'python',
    source: '    raise SystemExit(0)',
    tests: task,
    expected: failed,
  },
  {
    name: 'function task: ends with 0 as the module is loaded',
    language: 'python',
    source: '    return 7\n\nimport sys\nsys.exit(0)',
    tests: task,
    expected: failed,
  },
  {
    name: 'function task: ends with 0 at exit',
    language: 'python',
    source: '    return 7\n\nimport atexit, os\natexit.register(os._exit, 0)',
    tests: task,
    expected: failed,
  },
];
