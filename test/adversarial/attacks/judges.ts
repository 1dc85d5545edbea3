/** Programs against the problem author's programs: checkers that read them, interactors that talk to them. */
import { randomInt } from 'node:crypto';
import { type Attack, c, pairs, plain, silent } from '../attack.ts';

/** Accepts a sum that is written twice. */
const checker = {
  protocol: 'testlib',
  language: 'python',
  source: `import sys
want = open(sys.argv[3]).read().split()
got = open(sys.argv[2], errors='replace').read().split()
sys.exit(0 if got == want * 2 else 1)
`,
};

/** Thinks of a number; answers guesses with < > =; accepts whoever is told =. */
const interactor = {
  protocol: 'testlib',
  language: 'python',
  source: `import sys
secret = int(open(sys.argv[1]).read())
for _ in range(40):
    line = sys.stdin.readline()
    try:
        guess = int(line)
    except ValueError:
        sys.exit(2)
    print('=' if guess == secret else '<' if secret < guess else '>', flush=True)
    if guess == secret:
        sys.exit(0)
sys.exit(1)
`,
};

const checked: Attack['tests'] = { checker, timeLimitS: 1 };

const talked = (): Attack['tests'] => ({
  interactor,
  timeLimitS: 1,
  wallLimitS: 2,
  memoryLimitBytes: plain.memoryLimitBytes,
  tests: pairs([String(randomInt(1, 1e9)), '']),
});

const failed = [
  'INCORRECT wrong_answer',
  'INCORRECT presentation_error',
  'INCORRECT runtime_error',
  'INCORRECT idle_limit',
  'INCORRECT time_limit',
  'INCORRECT output_limit',
];

export const judges: Attack[] = [
  {
    name: 'checker: right',
    language: 'c',
    source: c('  sum();\n  return sum();'),
    tests: checked,
    expected: 'CORRECT',
  },
  {
    name: 'checker: wrong',
    language: 'c',
    source: c('  return sum();'),
    tests: checked,
    expected: 'INCORRECT wrong_answer',
  },
  {
    name: 'checker: bytes that are no text',
    language: 'c',
    source: c('  printf("3 3 \\xff\\xfe");\n  return 0;'),
    tests: checked,
    expected: ['INCORRECT wrong_answer', 'INCORRECT presentation_error'],
  },
  {
    name: 'checker: leaves a process that waits to kill it',
    language: 'c',
    source: c(
      '  if (fork() == 0) { setsid(); for (;;) { kill(-1, SIGKILL); usleep(1000); } }\n  usleep(20000);\n  return sum();',
    ),
    tests: checked,
    expected: ['INCORRECT wrong_answer', 'INCORRECT runtime_error'],
  },
  {
    name: 'checker: right answer, then a crash',
    language: 'c',
    source: c('  sum();\n  sum();\n  return 1;'),
    tests: checked,
    expected: 'INCORRECT runtime_error',
  },
  {
    name: 'interactor: honest halving',
    language: 'c',
    source:
      silent(`  for (long low = 1, high = 1000000000;;) { char x = 0;\n    long guess = (low + high) / 2;\n    printf("%ld\\n", guess);\n    fflush(stdout);
    if (scanf(" %c", &x) != 1 || x == '=') return 0;\n    if (x == '<') high = guess - 1; else low = guess + 1; }`),
    tests: talked(),
    expected: 'CORRECT',
  },
  ...(
    [
      ['one guess', '  puts("5");\n  return 0;'],
      ['ends at once', '  return 0;'],
      ['closes its output and waits', '  close(1);\n  sleep(100);\n  return 0;'],
      ['never says a word', '  sleep(100);\n  return 0;'],
      ['floods it', '  for (;;) puts("1");'],
      ['words that are no numbers', '  puts("= CORRECT");\n  fflush(stdout);\n  sleep(100);\n  return 0;'],
      [
        'kills it',
        '  for (int i = 0; i < 50; i++) { kill(-1, SIGKILL); for (int pid = 2; pid < 300; pid++) if (pid != getpid()) kill(pid, SIGKILL); usleep(5000); }\n  return 0;',
      ],
      [
        'stops it',
        '  for (int i = 0; i < 50; i++) { for (int pid = 2; pid < 300; pid++) if (pid != getpid()) kill(pid, SIGSTOP); usleep(5000); }\n  return 0;',
      ],
      [
        'reads its files and arguments for the secret',
        `  sleep(0); usleep(200000);
  for (int pid = 1; pid < 300; pid++) if (pid != getpid()) {
    char path[64], text[4096], inner[4200];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int f = open(path, O_RDONLY);\n    long n = f < 0 ? 0 : read(f, text, sizeof text - 1);
    if (f >= 0) close(f);
    for (long i = 0; i < n; i += strlen(text + i) + 1) { text[n] = 0; snprintf(inner, sizeof inner, "%s", text + i); FILE *in = fopen(inner, "r"); long secret; if (in && fscanf(in, "%ld", &secret) == 1 && secret > 0) { printf("%ld\\n", secret); fflush(stdout); } }
  }
  static const char *names[] = {"input", "answer", "/tmp/input", "/tmp/answer", "/box/input", "/box/answer", "/box/judge/input", "/box/judge/answer", "/box/judge/../judge/input", "/proc/self/cwd/../box/judge/input"};
  for (int i = 0; i < sizeof names / sizeof *names; i++) { FILE *in = fopen(names[i], "r"); long secret; if (in && fscanf(in, "%ld", &secret) == 1) { printf("%ld\\n", secret); fflush(stdout); } }
  return 0;`,
      ],
    ] as const
  ).map(
    ([name, body]): Attack => ({
      name: `interactor: ${name}`,
      language: 'c',
      source: silent(body),
      tests: talked(),
      expected: failed,
    }),
  ),
];
