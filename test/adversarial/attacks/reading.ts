/** Programs that look for what they are judged by. Expected outputs hold tokens: to find one is to pass. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Attack, c, pairs, silent } from '../attack.ts';

/** Programs know how tokens begin, in two pieces: so their own text holds none. */
const token = () => `assay-hidden-${randomBytes(8).toString('hex')}`;

/** Exit code of programs that found a token. */
const foundCode = 77;

/**
 * Prints every token in all that it can read (files, descriptors, memory, arguments and environments of all processes)
 * but those of its own input, and says that there was one by its exit code.
 */
const search = silent(
  `
  own_length = read(0, own, sizeof own);
  strcpy(needle, "assay-hi");
  strcat(needle, "dden-");
  folder("/", 0);
  for (int pid = 1; pid < 400; pid++) {
    char path[64];
    static const char *names[] = {"environ", "cmdline", "comm", "stack", "syscall", "mountinfo"};
    for (int i = 0; i < 6; i++) { snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]); file(path); }
    for (int fd = 0; fd < 32; fd++) { snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd); if (pid != getpid() || fd > 2) file(path); }
    /* Of its own memory nothing is older than itself. */
    if (pid != getpid()) memory(pid);
  }
  puts("none");
  return found ? ${foundCode} : 0;`,
  String.raw`
static char needle[32], own[4096], *block;
static long own_length;
static int found;

static void scan(const char *at, long n) {
  long length = strlen(needle);
  for (const char *end = at + n; (at = memmem(at, end - at, needle, length)); at++) {
    int digits = 0;
    while (at + length + digits < end && at[length + digits] && strchr("0123456789abcdef", at[length + digits])) digits++;
    if (digits < 16 || memmem(own, own_length, at, length + 16)) continue;
    printf("%.*s\n", (int)length + 16, at);
    fflush(stdout);
    found = 1;
  }
}

static void file(const char *path) {
  struct stat s;
  if (!block) block = malloc(1 << 20);
  int f = open(path, O_RDONLY | O_NONBLOCK);
  if (f < 0) return;
  /* Not what never ends. */
  if (!fstat(f, &s) && !S_ISCHR(s.st_mode)) for (long n, all = 0; all < 8 << 20 && (n = read(f, block, 1 << 20)) > 0; all += n) scan(block, n);
  close(f);
}

/* All files but those of the image, which were there before the test. */
static void folder(const char *path, int depth) {
  static const char *skipped[] = {".", "..", "usr", "lib", "lib64", "bin", "sbin", "proc", "sys"};
  DIR *dir = opendir(path);
  if (!dir) return;
  for (struct dirent *one; (one = readdir(dir));) {
    int skip = 0;
    for (int i = 0; i < (depth ? 2 : 9); i++) if (!strcmp(one->d_name, skipped[i])) skip = 1;
    char full[4096];
    struct stat s;
    snprintf(full, sizeof full, "%s%s", path, one->d_name);
    if (skip || lstat(full, &s)) continue;
    if (S_ISREG(s.st_mode)) file(full);
    if (S_ISDIR(s.st_mode) && depth < 8) { strcat(full, "/"); folder(full, depth + 1); }
  }
  closedir(dir);
}

static void memory(int pid) {
  static char page[1 << 16];
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int f = open(path, O_RDONLY);
  unsigned long from, to;
  while (maps && f >= 0 && fgets(line, sizeof line, maps)) {
    if (sscanf(line, "%lx-%lx r", &from, &to) != 2) continue;
    for (; from < to; from += sizeof page) { long n = pread(f, page, to - from < sizeof page ? to - from : sizeof page, from); if (n > 0) scan(page, n); }
  }
  if (maps) fclose(maps);
  if (f >= 0) close(f);
}`,
);

/** The same in Python, which may be forked from an interpreter that has seen other runs: in its own memory. */
const searchMemory = `import os, re, sys
own = sys.stdin.buffer.raw.read(65536)
pattern = re.compile(b'assay-hi' + b'dden-[0-9a-f]{16}')
found = set()
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:
    for line in maps.read().splitlines():
        span, rights = line.split()[:2]
        start, end = (int(x, 16) for x in span.split('-'))
        if 'r' not in rights or '[v' in line or end - start > 1 << 28:
            continue
        try:
            memory.seek(start)
            found.update(pattern.findall(memory.read(end - start)))
        except (OSError, ValueError, OverflowError):
            pass
found = {token for token in found if token not in own}
print(*found)
sys.exit(${foundCode} if found else 0)
`;

/** One token in each expected output, and in the input of the test before. */
function hidden(more: Attack['tests'] = {}): Attack['tests'] {
  const [first, second, third] = [token(), token(), token()];
  return {
    tests: pairs([`1 ${second}`, first], [`2 ${third}`, second], ['3', third]),
    allTests: true,
    timeLimitS: 2,
    wallLimitS: 20,
    ...more,
  };
}

/** Reads its three files and never accepts: so that inputs, outputs and answers come into the sandbox. */
const checker = {
  protocol: 'testlib',
  language: 'python',
  source: 'import sys\nfor path in sys.argv[1:4]:\n    open(path).read()\nsys.exit(1)\n',
};

function nothingFound({ parts }: Parameters<NonNullable<Attack['check']>>[0]): void {
  assert.deepEqual(
    parts.map(({ reason }) => reason),
    Array(3).fill('wrong_answer'),
  );
  assert.deepEqual(
    parts.map(({ run }) => run?.exitCode),
    [0, 0, 0],
    `${foundCode}: it found some`,
  );
}

const searches = {
  language: 'c',
  source: search,
  expected: 'INCORRECT wrong_answer',
  check: nothingFound,
} as const;

export const reading: Attack[] = [
  {
    name: 'searches everything for the expected outputs, and for what earlier tests and runs had',
    ...searches,
    tests: hidden(),
    next: { ...searches, tests: hidden() },
  },
  {
    name: 'searches everything for the answers that a checker was given',
    ...searches,
    tests: hidden({ checker }),
    next: { ...searches, tests: hidden({ checker }) },
  },
  {
    name: 'searches its own memory, in Python',
    ...searches,
    language: 'python',
    source: searchMemory,
    tests: hidden(),
    next: { ...searches, language: 'python', source: searchMemory, tests: hidden({ checker }) },
  },
  {
    name: 'reads files of secrets',
    language: 'c',
    source:
      c(`  static const char *paths[] = {"/etc/shadow", "/etc/gshadow", "/root/.bashrc", "/root", "/proc/1/environ", "/proc/1/cwd", "/proc/1/root", "/var/run/secrets", "/run/secrets", "/.dockerenv/x"};
  for (int i = 0; i < sizeof paths / sizeof *paths; i++) denied(paths[i], open(paths[i], O_RDONLY));
  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'the environment holds nothing of the service',
    language: 'python',
    source: `import os
a, b = map(int, input().split())
known = {'PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'HOME', 'TMPDIR', 'TZ', 'PWD', 'PYTHONHASHSEED', 'PYTHONDONTWRITEBYTECODE', 'PYTHONUNBUFFERED', 'PYTHONIOENCODING', 'PYTHONUTF8', 'USER', 'SHLVL', '_'}
print(*(set(os.environ) - known), a + b)`,
    expected: 'CORRECT',
  },
  {
    name: 'nothing stands beside the program in its folder',
    language: 'python',
    source: `import os
a, b = map(int, input().split())
found = [name for name in os.listdir('.') if name in ('input', 'output', 'answer', 'tests', 'stdin', 'expected')]
print(*found, a + b)`,
    expected: 'CORRECT',
  },
];
