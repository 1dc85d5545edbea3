/** Programs that multiply, that stay, and that lay hands on other processes. */
import type { Attack } from '../attack.ts';
import { c } from '../attack.ts';

const ended = [
  'INCORRECT time_limit',
  'INCORRECT idle_limit',
  'INCORRECT memory_limit',
  'INCORRECT runtime_error',
];

/** Leaves a process behind, by these lines, and answers right. */
const daemon = (leave: string) => c(`${leave}\n  return sum();`);

const stubborn = `
    for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
    for (int fd = 0; fd < 3; fd++) close(fd);
    for (;;) { usleep(100000); int f = open("/tmp/late", O_CREAT | O_WRONLY, 0666); if (f >= 0) close(f); }`;

/** Looks for a while for what a process of an earlier run would do. */
const nothingLate = {
  language: 'c',
  source: c(
    `  for (int i = 0; i < 40; i++) { usleep(10000); if (!access("/tmp/late", F_OK)) printf("late "); }
  return sum();`,
  ),
  expected: 'CORRECT',
} as const satisfies Attack['next'];

export const processes: Attack[] = [
  {
    name: 'fork bomb',
    language: 'c',
    source: c('  for (;;) fork();'),
    expected: ended,
  },
  {
    name: 'fork bomb whose processes wait',
    language: 'c',
    source: c('  for (;;) if (fork() == 0) pause();'),
    expected: ended,
  },
  {
    name: 'fork bomb in sessions of their own, signals ignored',
    language: 'c',
    source: c('  for (int s = 1; s < 65; s++) signal(s, SIG_IGN);\n  for (;;) { fork(); setsid(); }'),
    expected: ended,
  },
  {
    name: 'children end unwaited, without end',
    language: 'c',
    source: c('  for (;;) if (fork() == 0) _exit(0);'),
    expected: ended,
  },
  {
    name: 'thread bomb',
    language: 'c',
    source: c(
      '  pthread_t t;\n  for (;;) pthread_create(&t, 0, wait_always, 0);',
      'static void *wait_always(void *x) { for (;;) pause(); return x; }',
    ),
    expected: ended,
  },
  {
    name: 'fork bomb in Python',
    language: 'python',
    source: 'import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass',
    expected: ended,
  },
  {
    name: 'process in a session of its own stays',
    language: 'c',
    source: daemon(`  if (fork() == 0) { setsid();${stubborn} }`),
    expected: 'CORRECT',
    next: nothingLate,
  },
  {
    name: 'grandchild stays, adopted',
    language: 'c',
    source: daemon(
      `  if (fork() == 0) { setsid(); if (fork() == 0) {${stubborn} }\n    _exit(0); }\n  wait(0);`,
    ),
    expected: 'CORRECT',
    next: nothingLate,
  },
  {
    name: 'child of the parent (CLONE_PARENT) stays',
    language: 'c',
    source: daemon(
      `  if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) { setsid();${stubborn} }`,
    ),
    expected: 'CORRECT',
    next: nothingLate,
  },
  {
    name: 'process in Python stays',
    language: 'python',
    source: `import subprocess, sys
print(sum(map(int, input().split())), flush=True)
subprocess.Popen([sys.executable, '-c', 'import time\\nwhile True: time.sleep(0.1); open("/tmp/late", "w")'],
                 start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)`,
    tests: { timeLimitS: 1 },
    expected: 'CORRECT',
    next: nothingLate,
  },
  {
    name: 'process keeps the output open',
    language: 'c',
    source: daemon('  if (fork() == 0) for (;;) pause();'),
    expected: 'CORRECT',
  },
  {
    name: 'many processes stay, breeding',
    language: 'c',
    source: daemon(
      '  for (int i = 0; i < 20; i++) if (fork() == 0) { setsid(); for (;;) if (fork() > 0) _exit(0); }\n  usleep(50000);',
    ),
    // Where many are born faster than the kernel frees the dead, they may be too many, or take too much of it.
    expected: ['CORRECT', 'INCORRECT runtime_error', 'INCORRECT time_limit', 'INCORRECT memory_limit'],
  },
  {
    name: 'kills its parent, process 1 and everybody',
    language: 'c',
    source: c(`
  denied("kill parent", kill(getppid(), SIGKILL));
  denied("stop parent", kill(getppid(), SIGSTOP));
  if (getpid() != 1) denied("kill 1", kill(1, SIGKILL));
  denied("queue 1", sigqueue(1, SIGTERM, (union sigval){0}));
  for (int pid = 2; pid < 500; pid++) if (pid != getpid()) denied("kill", kill(pid, SIGKILL));
  kill(-1, SIGKILL);
  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'stops its group, itself with it',
    language: 'c',
    source: c('  kill(0, SIGSTOP);\n  return sum();'),
    expected: 'INCORRECT idle_limit',
  },
  {
    name: 'stopped and traced children stay',
    language: 'c',
    source: daemon(
      '  for (int i = 0; i < 10; i++) if (fork() == 0) { syscall(SYS_ptrace, 0, 0, 0, 0); raise(SIGSTOP); for (;;) pause(); }\n  usleep(20000);',
    ),
    expected: 'CORRECT',
  },
  {
    name: 'becomes another program',
    language: 'c',
    source: c('  execl("/bin/sh", "sh", "-c", "sleep 100 & echo 3; kill -9 $$", (char *)0);\n  return 1;'),
    expected: 'INCORRECT runtime_error',
  },
];
