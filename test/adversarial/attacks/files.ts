/** Programs that fill disks, leave files, and lay links for others to follow. */
import { type Attack, c, megabyte } from '../attack.ts';

const contained = [
  'CORRECT',
  'INCORRECT memory_limit',
  'INCORRECT time_limit',
  'INCORRECT runtime_error',
  'INCORRECT idle_limit',
];

const fill = (path: string, size: number) =>
  c(
    `  static char block[1 << 16];
  memset(block, 7, sizeof block);
  int f = open("${path}", O_CREAT | O_WRONLY, 0666);
  for (long i = 0; f >= 0 && i < ${size}; i += sizeof block) if (write(f, block, sizeof block) < 0) break;
  return sum();`,
  );

/** Writes and reads back ten megabytes: what honest programs may do. */
const tenMegabytes: Attack['next'] = {
  language: 'c',
  source: c(`  FILE *f = fopen("/tmp/honest", "w+");
  if (!f) return 1;\n  for (int i = 0; i < ${10 * megabyte}; i++) putc(i, f);
  if (fflush(f) || fseek(f, 0, SEEK_END) || ftell(f) != ${10 * megabyte}) return 2;\n  return sum();`),
  expected: 'CORRECT',
};

const probe = { language: 'c', expected: 'CORRECT' } as const;

export const files: Attack[] = [
  {
    name: 'fills /tmp',
    language: 'c',
    source: fill('/tmp/big', 1 << 30),
    expected: contained,
    next: tenMegabytes,
  },
  {
    name: 'fills /dev/shm',
    language: 'c',
    source: fill('/dev/shm/big', 1 << 30),
    expected: contained,
    next: tenMegabytes,
  },
  {
    name: 'a million files',
    language: 'c',
    source: c(`  char name[64];
  for (int i = 0; i < 1000000; i++) { snprintf(name, sizeof name, "/tmp/%d", i); int f = open(name, O_CREAT | O_WRONLY, 0666); if (f < 0) break; close(f); }
  return sum();`),
    expected: contained,
    next: tenMegabytes,
  },
  {
    name: 'folders in folders, without end',
    language: 'c',
    source: c(
      '  if (chdir("/tmp")) return 1;\n  for (int i = 0; i < 3000; i++) if (mkdir("d", 0777) || chdir("d")) break;\n  return sum();',
    ),
    expected: contained,
  },
  {
    name: 'files that nobody may read, in folders that nobody may enter, with odd names',
    language: 'c',
    source: c(`  if (mkdir("/tmp/closed", 0777) || mkdir("/tmp/closed/inner", 0777)) return 1;
  int f = open("/tmp/closed/inner/x", O_CREAT | O_WRONLY, 0);\n  if (f < 0) return 2;
  f = open("/tmp/-rf \\n*", O_CREAT | O_WRONLY, 0);\n  f = open("/tmp/\\xff\\xfe", O_CREAT | O_WRONLY, 0);
  if (chmod("/tmp/closed/inner", 0) || chmod("/tmp/closed", 0)) return 3;\n  mkfifo("/tmp/fifo", 0666);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);\n  struct sockaddr_un at = {AF_UNIX, "/dev/shm/socket"};\n  bind(s, (void *)&at, sizeof at);
  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'file that stays open in a process that stays',
    language: 'c',
    source:
      c(`  if (fork() == 0) { setsid(); int f = open("/tmp/held", O_CREAT | O_RDWR, 0666); unlink("/tmp/held");
    if (ftruncate(f, 1 << 20)) _exit(1);\n    for (;;) pause(); }\n  usleep(20000);\n  return sum();`),
    expected: 'CORRECT',
  },
  {
    name: 'symbolic links in the place of files and folders',
    ...probe,
    // Whoever cleans up or collects here must not follow them.
    source:
      c(`  symlink("/etc/passwd", "/tmp/output"); symlink("/etc", "/tmp/folder"); symlink("/dev/zero", "/tmp/stdin");
  symlink("/proc/1/root", "/dev/shm/root"); symlink(".", "/tmp/self"); symlink("/nowhere", "/tmp/nowhere");
  denied("hard link", link("/etc/shadow", "/tmp/shadow")); denied("through link", open("/tmp/folder/new", O_CREAT | O_WRONLY, 0666));
  return sum();`),
  },
  {
    name: 'writes outside of its folders',
    ...probe,
    source:
      c(`  static const char *paths[] = {"/x", "/etc/x", "/usr/bin/x", "/var/x", "/var/tmp/x", "/root/x", "/home/x", "/run/x", "/dev/x", "/opt/x", "/srv/x", "/mnt/x", "/bin/x", "/lib/x"};
  for (int i = 0; i < sizeof paths / sizeof *paths; i++) denied(paths[i], open(paths[i], O_CREAT | O_WRONLY, 0666));
  denied("passwd", open("/etc/passwd", O_WRONLY)); denied("chmod", chmod("/etc/passwd", 0777)); denied("unlink", unlink("/etc/passwd"));
  denied("rename", rename("/tmp", "/tmp2")); denied("chown", chown("/tmp", 0, 0)); denied("chmod /tmp", chmod("/tmp", 0));
  denied("self", open("/proc/self/exe", O_WRONLY));
  return sum();`),
  },
  {
    name: 'changes its own program for the next test',
    language: 'c',
    source:
      c(`  char path[4096];\n  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);\n  if (n < 0) return sum();\n  path[n] = 0;
  denied("unlink", unlink(path)); denied("rename", rename(path, "/tmp/program")); denied("chmod", chmod(path, 0));
  char *slash = strrchr(path, '/');\n  if (slash && slash != path) { *slash = 0; char other[4200]; snprintf(other, sizeof other, "%s/other", path);
    if (strcmp(path, "/tmp")) denied("beside", open(other, O_CREAT | O_WRONLY, 0666)); }
  return sum();`),
    tests: {
      allTests: true,
      tests: [1, 2, 3].map((n) => ({
        name: `${n}`,
        input: Buffer.from(`${n} 0`),
        output: Buffer.from(`${n}`),
      })),
    },
    expected: 'CORRECT',
  },
  { name: 'honest: ten megabytes in a temporary file', ...tenMegabytes },
];
