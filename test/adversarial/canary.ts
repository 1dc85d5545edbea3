/** What runs after every attack, in the same sandbox: it must find it as if it were the first. */
import type { Program } from './attack.ts';
import { c } from './attack.ts';

/** The same for programs that are forked from an interpreter that stays. */
export const pythonCanary: Program = {
  name: 'canary in Python',
  language: 'python',
  expected: 'CORRECT',
  source: `import os, sys, threading
a, b = map(int, input().split())
found = [path for folder in ('/tmp', '/dev/shm') for path in os.listdir(folder)]
found += [fd for fd in range(3, 1024) if os.path.exists(f'/proc/self/fd/{fd}') and not os.readlink(f'/proc/self/fd/{fd}').startswith('/proc/')]
if 0 in (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups()):
    found.append('root')
if threading.active_count() != 1 or len(os.listdir('/proc/self/task')) != 1:
    found.append('threads')
for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
    try:
        status = dict(line.split(':', 1) for line in open(f'/proc/{pid}/status'))
    except OSError:
        continue
    if pid != os.getpid() and (status['Uid'].split()[0] != '0' or 'Z' in status['State']):
        found.append((pid, status['Name'].strip(), status['State'].strip()))
child = os.fork()
if child == 0:
    with open('/tmp/canary', 'w') as file:
        file.write(str(a + b))
    os._exit(0)
if os.waitpid(child, 0)[1] != 0:
    found.append('child')
print(*found, open('/tmp/canary').read())`,
};

/** Prints the sum, and before it whatever it found that a run before it must have left. */
export const canary: Program = {
  name: 'canary',
  language: 'c',
  expected: 'CORRECT',
  source: c(
    String.raw`
  empty("/tmp");
  empty("/dev/shm");
  empty("/dev/mqueue");
  processes();
  for (int i = 0; i < 3; i++) segments(kinds[i]);
  for (int fd = 3; fd < 1024; fd++) if (fcntl(fd, F_GETFD) >= 0) printf("descriptor %d\n", fd);
  pid_t child = fork();
  if (child < 0) { perror("fork"); printf("no fork\n"); }
  if (child == 0) {
    FILE *file = fopen("/tmp/canary", "w");
    if (!file || fprintf(file, "%ld", a + b) < 0 || fclose(file)) _exit(1);
    _exit(0);
  }
  int status = 1;
  if (child > 0 && (waitpid(child, &status, 0) != child || status)) printf("child %d\n", status);
  FILE *file = fopen("/tmp/canary", "r");
  long found = -1;
  if (!file || fscanf(file, "%ld", &found) != 1) printf("no file\n");
  /* The file stays: the next canary must not see it. */
  printf("%ld\n", found);
  return 0;`,
    String.raw`
static const char *kinds[] = {"shm", "sem", "msg"};

static void empty(const char *path) {
  DIR *dir = opendir(path);
  if (!dir) return;
  for (struct dirent *one; (one = readdir(dir));) if (strcmp(one->d_name, ".") && strcmp(one->d_name, "..")) printf("%s/%s\n", path, one->d_name);
  closedir(dir);
}

/* Of the processes that are no superuser's, there is this one. */
static void processes(void) {
  DIR *dir = opendir("/proc");
  for (struct dirent *one; dir && (one = readdir(dir));) {
    int pid = atoi(one->d_name), uid = -1;
    char path[64], line[256], name[256] = "", state = '?';
    if (pid <= 0 || pid == getpid()) continue;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    while (fgets(line, sizeof line, file)) {
      sscanf(line, "Name: %255s", name);
      sscanf(line, "State: %c", &state);
      sscanf(line, "Uid: %d", &uid);
    }
    fclose(file);
    if (uid != 0 || state == 'Z') printf("process %d %s of %d in state %c\n", pid, name, uid, state);
  }
  closedir(dir);
}

static void segments(const char *kind) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/sysvipc/%s", kind);
  FILE *file = fopen(path, "r");
  for (int i = 0; file && fgets(line, sizeof line, file); i++) if (i > 0) printf("%s %s", kind, line);
  if (file) fclose(file);
}
`,
  ),
};
