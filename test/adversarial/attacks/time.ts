/** Programs that hide their time, that have none, and that waste it. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { c } from '../attack.ts';

/** CPU seconds that all of these use, against a limit of half a second. */
const used = 1;

function charged({ parts }: Parameters<NonNullable<Attack['check']>>[0]): void {
  const us = parts[0]?.times?.cpuUs ?? 0;
  assert.ok(us >= 450_000, `charged with ${us} µs`);
}

const slow = { language: 'c', expected: 'INCORRECT time_limit', check: charged } as const;
const idle = { language: 'c', expected: 'INCORRECT idle_limit', tests: { wallLimitS: 1 } } as const;

export const time: Attack[] = [
  { name: 'endless loop', ...slow, source: c('  for (;;);') },
  { name: 'endless loop in Python', ...slow, language: 'python', source: 'while True:\n    pass' },
  {
    name: 'CPU time in four threads',
    ...slow,
    source: c(
      '  pthread_t t[4];\n  for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, work, 0);\n' +
        '  for (int i = 0; i < 4; i++) pthread_join(t[i], 0);\n  return sum();',
      `static void *work(void *x) { burn(${used / 4}); return x; }`,
    ),
  },
  {
    name: 'CPU time in children, while it sleeps',
    ...slow,
    source: c(`  for (int i = 0; i < 4; i++) if (fork() == 0) { burn(${used / 4}); _exit(0); }
  while (wait(0) > 0);\n  return sum();`),
  },
  {
    name: 'CPU time in a grandchild that nobody waits for',
    ...slow,
    source: c(`  int done[2];\n  if (pipe(done)) return 1;
  if (fork() == 0) { if (fork() == 0) { burn(${used}); if (write(done[1], "x", 1) < 0) _exit(1); } _exit(0); }
  wait(0);\n  char x;\n  if (read(done[0], &x, 1) != 1) return 1;\n  return sum();`),
  },
  {
    name: 'CPU time in children, SIGCHLD ignored',
    ...slow,
    source: c(`  signal(SIGCHLD, SIG_IGN);
  if (fork() == 0) { burn(${used}); _exit(0); }\n  while (wait(0) > 0);\n  return sum();`),
  },
  {
    name: 'CPU time in many children that live shorter than a tick',
    ...slow,
    source:
      c(`  for (int i = 0; i < ${1000 * used}; i++) { if (fork() == 0) { burn(0.001); _exit(0); } wait(0); }
  return sum();`),
  },
  {
    name: 'SIGXCPU and all others ignored',
    ...slow,
    source: c('  for (int s = 1; s < 65; s++) signal(s, SIG_IGN);\n  for (;;);'),
  },
  {
    name: 'CPU time in the kernel',
    ...slow,
    source: c(
      '  char *p = malloc(1 << 20);\n  int f = open("/dev/zero", O_RDONLY);\n  for (;;) if (read(f, p, 1 << 20) < 0) return 1;',
    ),
  },
  {
    name: 'answers, then goes on computing',
    ...slow,
    source: c('  sum();\n  close(1);\n  for (;;);'),
  },
  { name: 'sleeps', ...idle, source: c('  sleep(100);\n  return sum();') },
  {
    name: 'answers, then sleeps',
    ...idle,
    source: c('  sum();\n  close(0); close(1); close(2);\n  for (;;) pause();'),
  },
  { name: 'stops itself', ...idle, source: c('  raise(SIGSTOP);\n  return sum();') },
  {
    name: 'waits for itself',
    ...idle,
    source: c(
      '  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n  pthread_mutex_lock(&m);\n  pthread_mutex_lock(&m);\n  return sum();',
    ),
  },
  { name: 'sleeps in Python', ...idle, language: 'python', source: 'import time\ntime.sleep(100)' },
  {
    name: 'waits for a processor in fifty threads at once, then sleeps',
    ...idle,
    // Waiting of its own making is no overload of the machine.
    source: c(
      `  pthread_t t;\n  for (int i = 0; i < 50; i++) pthread_create(&t, 0, work, 0);\n  sleep(100);\n  return sum();`,
      'static void *work(void *x) { burn(0.007); sleep(100); return x; }',
    ),
  },
  {
    name: 'honest: a short sleep and a short computation',
    language: 'c',
    source: c('  usleep(300000);\n  burn(0.1);\n  return sum();'),
    expected: 'CORRECT',
    check: ({ parts }) => {
      const us = parts[0]?.times?.cpuUs ?? 0;
      assert.ok(us >= 90_000 && us < 400_000, `charged with ${us} µs`);
    },
  },
];
