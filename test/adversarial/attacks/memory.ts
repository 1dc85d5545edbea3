/** Programs that want more memory than they may have, in every way there is. */
import assert from 'node:assert/strict';
import { type Attack, c, megabyte, plain } from '../attack.ts';

const limit = plain.memoryLimitBytes as number;

const hungry = {
  language: 'c',
  expected: 'INCORRECT memory_limit',
  tests: { timeLimitS: 2, wallLimitS: 5 },
} as const;

export const memory: Attack[] = [
  {
    name: 'touches twice the limit',
    ...hungry,
    source: c(`  char *p = malloc(${2 * limit});\n  memset(p, a, ${2 * limit});\n  return sum() + p[b];`),
  },
  {
    name: 'allocates without end, failures ignored',
    ...hungry,
    source: c('  for (;;) { char *p = malloc(1 << 20); if (p) memset(p, a, 1 << 20); }'),
  },
  {
    name: 'static array',
    ...hungry,
    source: c(
      `  for (long i = 0; i < ${2 * limit}; i += 4096) big[i] = a;\n  return sum() + big[b];`,
      `static char big[${2 * limit}];`,
    ),
  },
  {
    name: 'mmap, shared and anonymous',
    ...hungry,
    source: c(`  char *p = mmap(0, ${2 * limit}, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return 1;\n  memset(p, a, ${2 * limit});\n  return sum() + p[b];`),
  },
  {
    name: 'in eight children, each below the limit',
    ...hungry,
    source: c(`  for (int i = 0; i < 8; i++) if (fork() == 0) {
    char *p = malloc(${limit / 4});\n    memset(p, a, ${limit / 4});\n    sleep(1);\n    _exit(p[b]);\n  }
  while (wait(0) > 0);\n  return sum();`),
  },
  {
    name: 'in children that are killed for it, while it goes on',
    ...hungry,
    // Which process the kernel picks is its affair: the run has used what it may not.
    source: c(`  for (int i = 0; i < 3; i++) { if (fork() == 0) {
    char *p = malloc(${2 * limit});\n    memset(p, a, ${2 * limit});\n    _exit(p[b]);\n  }\n  wait(0); }
  return sum();`),
  },
  {
    name: 'in files that have no name',
    ...hungry,
    source: c(`  for (int i = 0; i < 4; i++) {
    int f = memfd_create("x", 0);\n    if (f < 0 || ftruncate(f, ${limit / 2})) return 1;
    char *p = mmap(0, ${limit / 2}, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);\n    if (p == MAP_FAILED) return 2;
    memset(p, a, ${limit / 2});\n  }\n  return sum();`),
  },
  {
    name: 'in the buffers of sockets and pipes',
    ...hungry,
    // Whether the kernel charges for them depends on the kernel; there are not enough to matter.
    expected: ['CORRECT', 'INCORRECT memory_limit', 'INCORRECT runtime_error'],
    source: c(`  static char block[1 << 16];\n  int ends[2];
  while (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends)) for (int i = 0; i < 2; i++) while (write(ends[i], block, sizeof block) > 0);
  return sum();`),
  },
  {
    name: 'in many small processes, so that the kernel takes another one',
    ...hungry,
    // With 61 of 64 processes and memory short it is told as a bomb of processes in some runs (4 of 30 on an idle machine).
    expected: ['INCORRECT memory_limit', 'INCORRECT runtime_error'],
    // With what the supervisor holds of the output it is the largest one here.
    source: c(`  static char block[1 << 16];\n  int score = open("/proc/self/oom_score_adj", O_WRONLY);
  if (write(score, "0", 1) < 0) errno = 0;
  for (int i = 0; i < 15; i++) if (write(1, block, sizeof block) < 0) return 1;
  for (int i = 0; i < 60; i++) if (fork() == 0) { char *p = malloc(3 << 20);\n    if (p) memset(p, a, 3 << 20);\n    sleep(1);\n    _exit(p ? p[b] : 0); }
  while (wait(0) > 0);\n  return sum();`),
  },
  {
    name: 'in many small processes, in Python',
    ...hungry,
    language: 'python',
    source: `import os, time
try:
    open('/proc/self/oom_score_adj', 'w').write('0')
except OSError:
    pass
for _ in range(40):
    if os.fork() == 0:
        x = bytearray(b'x' * (4 << 20))
        time.sleep(1)
        os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
print(3)`,
  },
  {
    name: 'in Python',
    ...hungry,
    language: 'python',
    source: "x = []\nwhile True:\n    x.append(bytearray(b'x') * 1000000)",
  },
  {
    name: 'one huge list in Python',
    ...hungry,
    language: 'python',
    source: 'x = [7] * (1 << 27)\nprint(3)',
  },
  {
    name: 'recursion without end',
    ...hungry,
    expected: ['INCORRECT memory_limit', 'INCORRECT runtime_error'],
    source: c(
      '  return deep(a);',
      'static int deep(long n) { volatile char frame[4096]; frame[n & 4095] = n; return deep(n + 1) + frame[7]; }',
    ),
  },
  {
    name: 'honest: reserves 4 GB, touches little of it',
    language: 'c',
    source:
      c(`  char *p = mmap(0, 4l << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 1;\n  p[0] = p[1l << 31] = 1;\n  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'honest: four fifths of the limit',
    language: 'c',
    source: c(
      `  long n = ${Math.floor(limit * 0.8)};\n  char *p = malloc(n);\n  memset(p, a, n);\n  return sum() + p[n / 2 * b / 2] - a;`,
    ),
    expected: 'CORRECT',
    check: ({ parts }) => {
      const used = parts[0]?.run?.memoryBytes ?? 0;
      assert.ok(used >= 0.75 * limit && used <= limit, `${used} bytes`);
    },
  },
  ...[64, 256, 32].map(
    (megabytes): Attack => ({
      name: `honest: ${megabytes} MB in Python, whatever the limit before it was`,
      language: 'python',
      source: 'x = bytearray(8 << 20)\nprint(sum(map(int, input().split())))',
      tests: { memoryLimitBytes: megabytes * megabyte },
      expected: 'CORRECT',
    }),
  ),
  {
    name: 'honest: a million calls deep, in C++',
    language: 'cpp',
    source: `#include <iostream>
struct Node { Node *next; long value; };
long total(Node *n) { volatile long here = n->value; return n->next ? total(n->next) + here : here; }
int main() {
  long a, b;
  std::cin >> a >> b;
  static Node nodes[1000000];
  for (int i = 0; i < 1000000; i++) nodes[i] = {i + 1 < 1000000 ? &nodes[i + 1] : nullptr, i == 0 ? a : i == 1 ? b : 0};
  std::cout << total(nodes) << std::endl;
}`,
    tests: { memoryLimitBytes: 256 * megabyte },
    expected: 'CORRECT',
  },
];
