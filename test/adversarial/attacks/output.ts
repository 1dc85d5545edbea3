/** Programs that write too much, exactly as much as they may, and in inconvenient ways. */
import assert from 'node:assert/strict';
import { type Attack, c, type Language, megabyte, pairs } from '../attack.ts';

const limit = 2 * megabyte;
const sizes = [0, 1, 65_535, 65_536, 65_537, 163_840, 196_608, megabyte, limit - 1, limit];

/** As many letters as the input says, none of them like its neighbours. */
function letters(size: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz';
  return alphabet.repeat(Math.ceil(size / alphabet.length)).slice(0, size);
}

const exact: Attack['tests'] = {
  comparer: 'exact',
  outputLimitBytes: limit,
  allTests: true,
  timeLimitS: 1,
  wallLimitS: 10,
  memoryLimitBytes: 128 * megabyte,
};

/** Each size comes back whole, and one byte more than the limit is too much. */
function sized(language: Language, source: string, name: string): Attack {
  return {
    name: `${name}: ${sizes.join(', ')} bytes, and one more than the limit`,
    language,
    source,
    tests: {
      ...exact,
      tests: pairs(...[...sizes, limit + 1].map((size) => [`${size} 0\n`, letters(size)] as const)),
    },
    expected: 'INCORRECT output_limit',
    check: ({ parts }) => {
      const found = parts.map(({ status, reason, run }) => [
        status,
        reason,
        run?.outputBytes,
        run?.truncated,
      ]);
      const right = sizes.map((size) => ['CORRECT', '', size, false]);
      assert.deepEqual(found.slice(0, -1), right);
      const last = parts.at(-1);
      assert.deepEqual([parts.length, last?.reason, last?.run?.truncated], [12 - 1, 'output_limit', true]);
    },
  };
}

const flood = { language: 'c', expected: 'INCORRECT output_limit' } as const;

export const output: Attack[] = [
  sized('c', c("  for (long i = 0; i < a; i++) putchar('a' + i % 26);\n  return 0;"), 'C, buffered'),
  sized(
    'python',
    "n = int(input().split()[0])\nalphabet = 'abcdefghijklmnopqrstuvwxyz'\nprint((alphabet * (n // 26 + 1))[:n], end='')",
    'Python, in one piece',
  ),
  {
    name: 'one byte at a time, slowly in between',
    language: 'c',
    source: c(`  for (long i = 0; i < a; i++) {
    char x = 'a' + i % 26;\n    if (write(1, &x, 1) != 1) return 1;\n    if (i % 20000 == 0) usleep(100000);\n  }\n  return 0;`),
    tests: { ...exact, tests: pairs(['65536 0', letters(65_536)]) },
    expected: 'CORRECT',
  },
  {
    name: 'from several processes, after the first has ended',
    language: 'c',
    // What is written after the program's own end is not its output: nothing waits for it.
    source: c(
      '  sum();\n  if (fork() == 0) { sleep(1); puts("late"); fflush(stdout); _exit(0); }\n  return 0;',
    ),
    expected: 'CORRECT',
  },
  { name: 'without end', ...flood, source: c('  for (;;) puts("flood");') },
  {
    name: 'without end, in large pieces',
    ...flood,
    source: c(
      '  static char big[1 << 20];\n  for (;;) if (write(1, big, sizeof big) < 0 && errno != EAGAIN) return 1;',
    ),
  },
  {
    name: 'without end, signals and errors ignored',
    ...flood,
    source: c(
      '  for (int s = 1; s < 65; s++) signal(s, SIG_IGN);\n  for (;;) if (write(1, "flood\\n", 6) < 0) errno = 0;',
    ),
  },
  {
    name: 'without end in Python',
    ...flood,
    language: 'python',
    source: "while True:\n    print('flood' * 1000)",
  },
  {
    name: 'without end from children',
    ...flood,
    source: c(
      '  for (int i = 0; i < 8; i++) if (fork() == 0) for (;;) puts("flood");\n  while (wait(0) > 0);\n  return 0;',
    ),
  },
  {
    name: 'right answer first, then without end',
    ...flood,
    source: c('  sum();\n  for (;;) puts("");'),
  },
  {
    name: '50 MB to stderr, then the right answer',
    language: 'c',
    source: c(
      '  static char big[1 << 20];\n  for (int i = 0; i < 50; i++) if (write(2, big, sizeof big) < 0) break;\n  return sum();',
    ),
    expected: ['CORRECT', 'INCORRECT output_limit'],
  },
  {
    name: 'to stderr without end',
    language: 'c',
    source: c('  for (;;) fputs("flood\\n", stderr);'),
    expected: ['INCORRECT time_limit', 'INCORRECT output_limit', 'INCORRECT idle_limit'],
  },
  {
    name: '8 MB of input that is never read',
    language: 'c',
    source: 'int main(void) { return __builtin_puts("3") < 0; }',
    tests: { tests: pairs(['1 2\n'.repeat(2 * megabyte), '3\n']) },
    expected: 'CORRECT',
  },
  {
    name: '8 MB of input that is read only after 1 MB of output',
    language: 'python',
    source: "import sys\nprint('x' * 1000000, flush=True)\nprint(len(sys.stdin.read()))",
    tests: {
      ...exact,
      tests: pairs(['1 2\n'.repeat(2 * megabyte), `${'x'.repeat(1_000_000)}\n${8 * megabyte}\n`]),
    },
    expected: 'CORRECT',
  },
  {
    name: 'closes its output at once',
    language: 'c',
    source: c('  close(1);\n  return sum() * 0;'),
    expected: 'INCORRECT wrong_answer',
  },
];
