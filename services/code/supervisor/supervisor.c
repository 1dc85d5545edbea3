/*
 * The supervisor of a sandbox: PID 1 of a container, one container a slot. It takes jobs as frames on stdin, runs each
 * program as a fresh process of an unprivileged user with its own limits, and answers with frames on stdout. When a
 * program has ended nothing of it is left: every process is killed and reaped, /tmp and /dev/shm are emptied. System V
 * and POSIX message IPC is denied by the container's seccomp profile, so there is none to remove.
 *
 * Frame: u32 kind, u32 payload length, payload; numbers are little-endian. Kinds, and their answers:
 *   'L' files for /box, in place of those before     'l'
 *   'R' run one program, or a candidate's program that talks to a judge's      'r'
 *   'G' files that a program has left in /tmp        'g'
 *   'M' most bytes that the sandbox may hold          'm'
 *   'P' are you there                                'p', with a byte: 1 where the kernel is the sandbox's own
 * An answer 'e' (a text) says that the supervisor itself failed: the container is to be replaced.
 * services/code/src/sandbox/protocol.ts is the other end.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/landlock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PROGRAMS = 2, KEPT = 64 * 1024, MAX_STRINGS = 256, MAX_STRING_BYTES = 256 * 1024, MAX_PATH = 512 };

/* Flags of a request. */
enum { KEEP_FILES = 1, JUDGE = 2, AFTER_SUCCESS = 4 };

/* Flags of a result. */
enum { CPU_EXCEEDED = 1, WALL_EXCEEDED = 2, OUTPUT_EXCEEDED = 4, OUT_OF_MEMORY = 8, NOT_STARTED = 16, SKIPPED = 32,
       PROCESSES_EXCEEDED = 64 };

struct request {
  uint64_t cpu_us, wall_us, output_bytes, file_bytes, stack_bytes, stdin_bytes;
  uint32_t stderr_bytes, processes, open_files, flags;
  uint32_t args, args_bytes, env, env_bytes, warm, warm_bytes;
};

struct result {
  uint64_t cpu_us, wall_us, rss_bytes, output_bytes;
  uint32_t flags, exit_code, signal, stdout_bytes, stderr_bytes, leftovers, error, waited_ms;
};

/* What a program writes: kept in memory while it is little, in a memfd beyond. */
struct output {
  int pipe, file;
  uint64_t limit, total;
  uint32_t kept;
  char bytes[KEPT];
};

struct program {
  struct request request;
  struct result result;
  char *args[MAX_STRINGS + 1], *env[MAX_STRINGS + 1], *warm[MAX_STRINGS + 1];
  char strings[MAX_STRING_BYTES];
  int input;
  struct output out, err;
  pid_t pid;
  int ended;
  uint64_t started, cpu_reaped;
};

static struct program programs[MAX_PROGRAMS];
static uid_t user, judge;
static int tmp_dir, shm_dir, box_dir;
static volatile int exec_error;

/* Processes that the kernel had ended for want of memory when the run began; whether it has ended more, or refused memory. */
static int64_t ooms_before;
static int memory_short;

/* The warm interpreter: forks programs that then need no start of their own. */
static pid_t warm_pid;
static int warm_socket = -1;

static int cpu_file, oom_file, pids_file, limit_file, used_file, stat_file;
static int cpu_in_ns;

static void write_all(int fd, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t n = write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    at += n;
    size -= (size_t)n;
  }
}

static void answer(uint32_t kind, const void *payload, uint32_t size) {
  uint32_t head[2] = {kind, size};
  struct iovec parts[2] = {{head, sizeof head}, {(void *)payload, size}};
  ssize_t n;
  do n = writev(1, parts, 2);
  while (n < 0 && errno == EINTR);
  if (n < 0) _exit(1);
  if ((size_t)n < sizeof head) {
    write_all(1, (char *)head + n, sizeof head - (size_t)n);
    n = sizeof head;
  }
  write_all(1, (const char *)payload + n - sizeof head, size - ((size_t)n - sizeof head));
}

/* The supervisor cannot go on: what it holds may be unclean. */
static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  answer('e', text, n < (int)sizeof text ? (uint32_t)n : (uint32_t)sizeof text - 1);
  _exit(1);
}

/* Reads exactly; the end of the stream is the end of the container. */
static void read_all(void *data, size_t size) {
  char *at = data;
  while (size > 0) {
    ssize_t n = read(0, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(0);
    at += n;
    size -= (size_t)n;
  }
}

static uint32_t payload_left;

static void take(void *data, size_t size) {
  if (size > payload_left) fail("a frame is shorter than what it announces");
  payload_left -= (uint32_t)size;
  read_all(data, size);
}

/* Moves bytes of the frame into a file. */
static int take_into(int fd, uint64_t size) {
  static char buffer[KEPT];
  int error = 0;
  while (size > 0) {
    size_t n = size < sizeof buffer ? (size_t)size : sizeof buffer;
    take(buffer, n);
    size -= n;
    for (size_t done = 0; done < n && error == 0;) {
      ssize_t w = write(fd, buffer + done, n - done);
      if (w < 0 && errno != EINTR) error = errno;
      if (w > 0) done += (size_t)w;
    }
  }
  return error;
}

static uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t timeval_us(struct timeval t) { return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec; }
static uint64_t usage_us(const struct rusage *u) { return timeval_us(u->ru_utime) + timeval_us(u->ru_stime); }

/* The container's cgroup. Version 1 has a folder for each controller, version 2 one for all; gVisor may have none. */

static int open_first(const char *one, const char *other) {
  int fd = open(one, O_RDONLY | O_CLOEXEC);
  return fd >= 0 ? fd : open(other, O_RDONLY | O_CLOEXEC);
}

/* The number behind `key` in a small file, or the first one where there is no key; -1 where it cannot be read. */
static int64_t number_in(int fd, const char *key) {
  char text[4096];
  if (fd < 0) return -1;
  ssize_t n = pread(fd, text, sizeof text - 1, 0);
  if (n <= 0) return -1;
  text[n] = 0;
  const char *at = text;
  if (key != NULL) {
    at = strstr(text, key);
    if (at == NULL) return -1;
    at += strlen(key);
  }
  return strtoll(at, NULL, 10);
}

/* CPU time of all that ever ran in this container, this process left out; -1 where the cgroup cannot be read. */
static int64_t cgroup_cpu_us(void) {
  struct rusage own;
  int64_t value = cpu_in_ns ? number_in(cpu_file, NULL) : number_in(cpu_file, "usage_usec ");
  if (value < 0) return -1;
  getrusage(RUSAGE_SELF, &own);
  return (cpu_in_ns ? value / 1000 : value) - (int64_t)usage_us(&own);
}

/* Whether the kernel is the sandbox's own: find_kernel tells more. */
static int own_kernel;

static struct sysinfo kernel_facts(void) {
  struct sysinfo facts;
  if (sysinfo(&facts) != 0) fail("the kernel says nothing of itself: %s", strerror(errno));
  return facts;
}

/* Processes and threads besides this one and the warm interpreter; below 0 where they cannot be counted. */
static int64_t process_count(void) {
  int64_t all = own_kernel ? kernel_facts().procs : number_in(pids_file, NULL);
  return all - 1 - (warm_pid > 0);
}

static int64_t oom_kills(void) { return number_in(oom_file, "oom_kill "); }

/* Whether the container may take another MiB of memory, with what the kernel would reclaim. */
static int has_memory(void) {
  int64_t limit = number_in(limit_file, NULL), used = number_in(used_file, NULL);
  if (limit <= 0 || used < 0 || limit - used >= 1 << 20) return 1;
  int64_t reclaimable = number_in(stat_file, "\ninactive_file ") + number_in(stat_file, "\nactive_file ");
  return limit - used + reclaimable >= 1 << 20;
}

static void open_cgroup(void) {
  cpu_file = open("/sys/fs/cgroup/cpuacct/cpuacct.usage", O_RDONLY | O_CLOEXEC);
  cpu_in_ns = cpu_file >= 0;
  if (cpu_file < 0) cpu_file = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
  oom_file = open_first("/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events");
  limit_file = open_first("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max");
  used_file = open_first("/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory.current");
  stat_file = open_first("/sys/fs/cgroup/memory/memory.stat", "/sys/fs/cgroup/memory.stat");
  pids_file = open_first("/sys/fs/cgroup/pids/pids.current", "/sys/fs/cgroup/pids.current");
}

/*
 * A kernel of the sandbox's own, as gVisor has, counts no killings for want of memory: what holds too much is the whole
 * sandbox to the machine's kernel. The supervisor then watches what the sandbox's kernel says is in use: memory of
 * processes, files without names, /tmp, buffers. Such a kernel is known by its only process being this one.
 */
static uint64_t memory_limit = UINT64_MAX;

/* Over the limit by this much, there is no second look: beyond it the machine may end the sandbox. */
static const uint64_t memory_slack = 128 << 20;

static void find_kernel(void) { own_kernel = oom_file < 0 && kernel_facts().procs == 1; }

/*
 * Has clone3 look like a call that the kernel does not know, in all processes from now on. Elsewhere the container's
 * profile does that; gVisor knows one error for all that a profile refuses, by which no library falls back to clone.
 */
static void refuse_clone3(void) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) fail("no filter: %s", strerror(errno));
}

static uint64_t memory_in_use(void) {
  struct sysinfo facts = kernel_facts();
  return (uint64_t)(facts.totalram - facts.freeram) * facts.mem_unit;
}

/* gVisor gives freed memory back by and by, some 20 MB a millisecond: waits for that of the program before. */
static void settle_memory(void) {
  uint64_t used = memory_in_use();
  for (int steady = 0, looks = 0; used > memory_limit / 4 && steady < 2 && looks < 250; looks++) {
    usleep(1000);
    uint64_t now = memory_in_use();
    steady = now + 65536 < used ? 0 : steady + 1;
    used = now;
  }
}

/* Whether the programs hold more than they may, and go on to; `wait`: microseconds until the next look is due. */
static int over_memory(int *looks, uint64_t *wait) {
  uint64_t used = memory_in_use();
  if (used <= memory_limit) {
    /* Programs that fill 2 GB a second on each of four processors would need this long. */
    uint64_t left = (memory_limit - used) / 8192;
    *wait = left < 1000 ? 1000 : left > 20000 ? 20000 : left;
    *looks = 0;
    return 0;
  }
  *wait = 1000;
  return ++*looks > 4 || used - memory_limit > memory_slack;
}

/*
 * Empties a folder. Folders inside are not entered one in the other: what they hold is moved up first, so that no
 * depth of nesting needs more than two open files. No path is followed: names are relative to open folders.
 */
static void empty_dir(int top) {
  static unsigned moved;
  static unsigned long long secret; /* So that no program has a file of that name already. */
  if (secret == 0 && getrandom(&secret, sizeof secret, 0) < 0) fail("no random numbers: %s", strerror(errno));
  for (int again = 1; again;) {
    again = 0;
    int copy = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    if (list == NULL) fail("a folder cannot be listed: %s", strerror(errno));
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (unlinkat(top, entry->d_name, 0) == 0 || unlinkat(top, entry->d_name, AT_REMOVEDIR) == 0) continue;
      again = 1;
      int inner = openat(top, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      DIR *inner_list = inner < 0 ? NULL : fdopendir(inner);
      if (inner_list == NULL) fail("a folder cannot be removed: %s", strerror(errno));
      for (struct dirent *child; (child = readdir(inner_list)) != NULL;) {
        if (strcmp(child->d_name, ".") == 0 || strcmp(child->d_name, "..") == 0) continue;
        if (unlinkat(inner, child->d_name, 0) == 0 || unlinkat(inner, child->d_name, AT_REMOVEDIR) == 0) continue;
        char name[64];
        snprintf(name, sizeof name, "\n%016llx-%u", secret, moved++);
        if (renameat(inner, child->d_name, top, name) != 0) fail("a folder cannot be moved: %s", strerror(errno));
      }
      closedir(inner_list);
      unlinkat(top, entry->d_name, AT_REMOVEDIR);
    }
    closedir(list);
  }
}

/* Whether a folder holds anything; two system calls where it does not. The longest name has room. */
static int holds_anything(int dir) {
  char entries[1024];
  lseek(dir, 0, SEEK_SET);
  long n;
  int names = 0;
  while ((n = syscall(SYS_getdents64, dir, entries, sizeof entries)) > 0) {
    for (long at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) names++;
    if (names > 2) return 1;
  }
  return n < 0;
}

static void wipe(void) {
  if (holds_anything(tmp_dir)) empty_dir(tmp_dir);
  if (holds_anything(shm_dir)) empty_dir(shm_dir);
}

static void stop_warm(void) {
  if (warm_socket >= 0) close(warm_socket);
  warm_socket = -1;
  warm_pid = 0;
}

/* Reaps what has ended. Counts the CPU time of processes that programs have left behind. */
static int reap(int options) {
  int status;
  struct rusage usage;
  pid_t pid = wait4(-1, &status, options, &usage);
  if (pid <= 0) return pid;
  if (pid == warm_pid) {
    stop_warm();
    return pid;
  }
  uint64_t rss = (uint64_t)usage.ru_maxrss * 1024;
  struct program *of = &programs[0];
  for (int i = 0; i < MAX_PROGRAMS; i++) {
    struct program *p = &programs[i];
    if (p->pid != pid || p->ended) continue;
    of = p;
    p->ended = 1;
    p->result.wall_us = now_us() - p->started;
    if (WIFSIGNALED(status)) p->result.signal = (uint32_t)WTERMSIG(status);
    else p->result.exit_code = (uint32_t)WEXITSTATUS(status);
  }
  of->cpu_reaped += usage_us(&usage);
  if (rss > of->result.rss_bytes) of->result.rss_bytes = rss;
  return pid;
}

/* Ends every process but this one; the kernel lets none fork meanwhile (kill(-1) holds the list of tasks). */
static uint32_t end_all(void) {
  if (process_count() == 0) return 0;
  uint32_t ended = 0;
  uint64_t until = now_us() + 15000000;
  for (;;) {
    kill(-1, SIGKILL);
    int pid;
    while ((pid = reap(WNOHANG | __WALL)) > 0) ended++;
    if (pid < 0 && errno == ECHILD) break;
    if (now_us() > until) fail("processes cannot be ended");
    usleep(100);
  }
  stop_warm();
  return ended;
}

static void set_limit(int what, uint64_t value) {
  struct rlimit limit = {value, value};
  syscall(SYS_prlimit64, 0, what, &limit, NULL);
}

/* What programs may write to, as a ruleset of Landlock; -1 where the kernel has none (it does from 5.19 on). */
static int writable = -1;

static void name_writable(void) {
  if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2) return;
  struct landlock_ruleset_attr rights = {.handled_access_fs = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REFER};
  writable = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
  const char *folders[] = {"/tmp", "/dev", "/box"};
  for (int i = 0; i < 3; i++) {
    struct landlock_path_beneath_attr folder = {rights.handled_access_fs, open(folders[i], O_PATH | O_CLOEXEC)};
    syscall(SYS_landlock_add_rule, writable, LANDLOCK_RULE_PATH_BENEATH, &folder, 0);
    close(folder.parent_fd);
  }
}

/*
 * Where memory is short the kernel is to end this process and its children, not the supervisor. They cannot undo that:
 * their oom_score_adj is theirs, but /proc is not among what they may write to.
 */
static void end_first(void) {
  int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    ssize_t ignored = write(score, "1000", 4);
    (void)ignored;
    close(score);
  }
  if (writable >= 0) syscall(SYS_landlock_restrict_self, writable, 0);
}

/* Sets the limits and the user of this process, which is about to become a program. */
static void confine(const struct request *r, uid_t uid) {
  uint64_t seconds = (r->cpu_us + r->cpu_us / 2) / 1000000 + 2;
  set_limit(RLIMIT_CPU, seconds); /* Only a backstop: ticks make it fire early or late. */
  set_limit(RLIMIT_NPROC, r->processes);
  set_limit(RLIMIT_NOFILE, r->open_files);
  set_limit(RLIMIT_FSIZE, r->file_bytes);
  set_limit(RLIMIT_STACK, r->stack_bytes);
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_MEMLOCK, 65536);
  set_limit(RLIMIT_MSGQUEUE, 0);
  end_first();
  syscall(SYS_setgroups, 0, NULL);
  syscall(SYS_setresgid, uid, uid, uid);
  syscall(SYS_setresuid, uid, uid, uid);
}

/* Starts a program by exec. vfork: the child borrows this memory, and reports why exec failed through it. */
static pid_t start_cold(struct program *p, int in, int out, int err, uid_t uid) {
  exec_error = 0;
  pid_t pid = vfork();
  if (pid != 0) return pid;
  sigset_t none;
  sigemptyset(&none);
  setsid();
  /* No judge is to find a candidate's files where it is. */
  const char *folder = p->request.flags & JUDGE ? "/box/judge" : "/tmp";
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 || chdir(folder) != 0) {
    exec_error = errno;
    _exit(127);
  }
  umask(p->request.flags & JUDGE ? 077 : 022);
  signal(SIGPIPE, SIG_DFL);
  confine(&p->request, uid);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (syscall(SYS_getuid) != (long)uid) exec_error = EPERM;
  else {
    execve(p->args[0], p->args, p->env);
    exec_error = errno;
  }
  _exit(127);
}

/* Starts the warm interpreter of a program's language, as root: what it forks gives that up before it runs anything. */
static void start_warm(struct program *p) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
  struct timeval patience = {10, 0};
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  pid_t pid = vfork();
  if (pid == 0) {
    sigset_t none;
    sigemptyset(&none);
    setsid();
    /* The layout of memory leaves room for the largest stack that a program may be given. */
    struct rlimit stack = {(rlim_t)16 << 30, RLIM_INFINITY};
    syscall(SYS_prlimit64, 0, RLIMIT_STACK, &stack, NULL);
    end_first();
    /* Its streams find what they will find in programs: an input that can be sought in, outputs that cannot. */
    int streams[2];
    if (pipe(streams) != 0) _exit(127);
    dup2(p->input, 0);
    dup2(streams[1], 1);
    dup2(streams[1], 2);
    dup2(ends[1], 3);
    fcntl(3, F_SETFD, 0);
    syscall(SYS_close_range, 4, ~0U, 0);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(p->warm[0], p->warm, p->env);
    _exit(127);
  }
  close(ends[1]);
  warm_pid = pid;
  warm_socket = ends[0];
  char ready;
  if (pid > 0 && recv(warm_socket, &ready, 1, 0) == 1) return;
  if (pid > 0) kill(pid, SIGKILL);
  stop_warm();
}

/* What the warm interpreter is told of a program, before its arguments; zygote.py reads it. */
struct warm_order {
  uint64_t cpu_us, file_bytes, stack_bytes;
  uint32_t processes, open_files, uid, args;
};

/* Has the warm interpreter fork a program: a child of this process, as CLONE_PARENT makes it. */
static pid_t start_warm_program(struct program *p, int in, int out, int err, uid_t uid) {
  const struct request *r = &p->request;
  struct warm_order order = {r->cpu_us, r->file_bytes, r->stack_bytes, r->processes, r->open_files, uid, r->args};
  struct iovec parts[2] = {{&order, sizeof order}, {p->args[0], r->args_bytes}};
  union {
    char bytes[CMSG_SPACE(3 * sizeof(int))];
    struct cmsghdr align;
  } control = {{0}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(3 * sizeof(int));
  int fds[3] = {in, out, err};
  memcpy(CMSG_DATA(head), fds, sizeof fds);
  /* Two answers, in any order: the interpreter says which process it is, and that one that it is confined. */
  int32_t pid = -1, confined = 0;
  if (sendmsg(warm_socket, &message, MSG_NOSIGNAL) < 0) return -1;
  for (int answers = 0; answers < 2; answers++) {
    int32_t value;
    if (recv(warm_socket, &value, sizeof value, 0) != sizeof value) return -1;
    if (value == 0) confined = 1;
    else pid = value;
  }
  return confined ? pid : -1;
}

/* Programs open /dev/stdin and /dev/stdout, which is to open the pipe anew. Nobody sees a pipe but who holds it. */
static void open_to_all(int pipe) { fchmod(pipe, 0666); }

static void open_output(struct output *o, int ends[2], uint64_t limit) {
  if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe: %s", strerror(errno));
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  open_to_all(ends[1]);
  o->pipe = ends[0];
  o->limit = limit;
}

/*
 * Takes what there is to read, and closes the pipe at its end. All is counted, and kept up to the limit. No more than so
 * many pieces at once: programs may write as fast as this reads, and are to be watched all the same.
 */
static void drain(struct output *o, int pieces) {
  static char buffer[KEPT];
  for (; o->pipe >= 0 && pieces > 0; pieces--) {
    ssize_t n = read(o->pipe, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    if (n == 0) {
      close(o->pipe);
      o->pipe = -1;
      return;
    }
    uint64_t room = o->total < o->limit ? o->limit - o->total : 0;
    size_t keep = (uint64_t)n < room ? (size_t)n : (size_t)room;
    o->total += (uint64_t)n;
    size_t inside = keep < KEPT - o->kept ? keep : KEPT - o->kept;
    memcpy(o->bytes + o->kept, buffer, inside);
    o->kept += (uint32_t)inside;
    if (inside == keep) continue;
    if (o->file < 0) o->file = memfd_create("output", MFD_CLOEXEC);
    if (o->file < 0) fail("no memfd: %s", strerror(errno));
    for (size_t done = inside; done < keep;) {
      /* What programs have left of the memory is not enough to go on: the kernel would end this process. */
      if (!has_memory() || oom_kills() > ooms_before) {
        memory_short = 1;
        o->limit = o->kept + (uint64_t)lseek(o->file, 0, SEEK_END);
        break;
      }
      ssize_t w = write(o->file, buffer + done, keep - done < 16384 ? keep - done : 16384);
      if (w < 0 && errno != EINTR) fail("output cannot be kept: %s", strerror(errno));
      if (w > 0) done += (size_t)w;
    }
  }
}

static void on_child(int signal) { (void)signal; }

/* CPU time of one process, its children left out. */
static int64_t process_cpu_us(pid_t pid) {
  struct timespec t;
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* CPU time of the judge's program: all else is the candidate's, its children included. */
static int64_t judge_cpu_us(void) {
  const struct program *p = &programs[1];
  return p->ended ? (int64_t)p->cpu_reaped : process_cpu_us(p->pid);
}

/* CPU time of all processes but this one, the warm interpreter and one more, with those that they have waited for. */
static int64_t processes_cpu_us(pid_t left_out) {
  static long ticks;
  if (ticks == 0) ticks = sysconf(_SC_CLK_TCK);
  DIR *list = opendir("/proc");
  if (list == NULL) return 0;
  uint64_t sum = 0;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    char path[64], text[512];
    pid_t pid = atoi(entry->d_name);
    if (pid <= 1 || pid == warm_pid || pid == left_out) continue;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (n <= 0) continue;
    text[n] = 0;
    /* The name in parentheses may hold anything; the times are the 12th to 15th number behind it. */
    const char *at = strrchr(text, ')');
    uint64_t user, kernel, children_user, children_kernel;
    if (at != NULL && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu", &user, &kernel,
                             &children_user, &children_kernel) == 4) {
      sum += user + kernel + children_user + children_kernel;
    }
  }
  closedir(list);
  return (int64_t)(sum * 1000000 / (uint64_t)ticks);
}

/* Milliseconds for which a thread was ready to run and got no processor. */
static uint32_t thread_waited_ms(int tasks, const char *thread) {
  char path[300], text[128];
  snprintf(path, sizeof path, "%s/schedstat", thread);
  int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (n <= 0) return 0;
  text[n] = 0;
  const char *second = strchr(text, ' ');
  return second == NULL ? 0 : (uint32_t)(strtoull(second, NULL, 10) / 1000000);
}

/* The longest wait of a process' threads: in some languages the first one does nothing. */
static uint32_t waited_ms(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return 0;
  uint32_t longest = 0;
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    uint32_t waited = thread_waited_ms(dirfd(tasks), entry->d_name);
    if (waited > longest) longest = waited;
  }
  closedir(tasks);
  return longest;
}

/* Kills a program for what it did. */
static void stop_program(struct program *p, uint32_t why) {
  p->result.flags |= why;
  if (p->ended) return;
  if (why == WALL_EXCEEDED) p->result.waited_ms = waited_ms(p->pid);
  kill(p->pid, SIGKILL);
}

/* Waits until all programs have ended, or have to be ended. */
static void watch(int count, int64_t cpu_before) {
  struct pollfd polls[2 * MAX_PROGRAMS];
  struct output *outputs[2 * MAX_PROGRAMS];
  struct program *owners[2 * MAX_PROGRAMS];
  sigset_t none;
  sigemptyset(&none);
  uint64_t next_check = programs[0].started + 2000;
  uint64_t next_look = 0;
  int unreaped = 1, looks = 0;
  for (;;) {
    int alive = 0, streams = 0;
    uint64_t now = now_us();
    uint64_t pause = unreaped == 0 ? 0 : 1000000;
    for (int i = 0; i < count; i++) {
      struct program *p = &programs[i];
      if (!p->ended) {
        alive++;
        uint64_t wall = now - p->started;
        if (wall >= p->request.wall_us) stop_program(p, WALL_EXCEEDED);
        else if (p->request.wall_us - wall < pause) pause = p->request.wall_us - wall;
      }
      struct output *of[2] = {&p->out, &p->err};
      for (int s = 0; s < 2; s++) {
        if (of[s]->pipe < 0) continue;
        polls[streams] = (struct pollfd){of[s]->pipe, POLLIN, 0};
        outputs[streams] = of[s];
        owners[streams++] = p;
      }
    }
    if (alive == 0) break;
    /* Of two programs the candidate's comes first, and only its time is limited. */
    struct program *first = &programs[0];
    /* Also when it has ended, where a judge has not: what it left behind may go on. */
    if (now >= next_check) {
      int64_t cpu = cpu_before >= 0 ? cgroup_cpu_us() : -1;
      if (cpu >= 0) cpu -= cpu_before + (count == 2 ? judge_cpu_us() : 0);
      else cpu = processes_cpu_us(count == 2 ? programs[1].pid : 0) + (int64_t)first->cpu_reaped;
      int64_t left = (int64_t)first->request.cpu_us - cpu;
      if (left <= 0) stop_program(first, CPU_EXCEEDED);
      if (left <= 0 && first->ended) return;
      /* One that has as many as it may have wants more; what it then gets is a matter of chance. */
      if (count == 1 && process_count() >= first->request.processes) stop_program(first, PROCESSES_EXCEEDED);
      /* All processors together may use up what is left in a fraction of it. */
      uint64_t wait = left < 4000 ? 1000 : left < 40000 ? (uint64_t)left / 4 : 10000;
      next_check = now + wait;
    }
    if (next_check > now && next_check - now < pause) pause = next_check - now;
    if (own_kernel && now >= next_look) {
      uint64_t wait;
      if (over_memory(&looks, &wait)) {
        for (int i = 0; i < count; i++) stop_program(&programs[i], OUT_OF_MEMORY);
        kill(-1, SIGKILL);
        memory_short = 1;
      }
      next_look = now + wait;
    }
    if (own_kernel && next_look - now < pause) pause = next_look - now;
    struct timespec timeout = {(time_t)(pause / 1000000), (long)(pause % 1000000) * 1000};
    int ready = ppoll(polls, (nfds_t)streams, &timeout, &none);
    for (int i = 0; ready > 0 && i < streams; i++) {
      if (polls[i].revents == 0) continue;
      struct program *p = owners[i];
      drain(outputs[i], 16);
      if (p->out.total > p->out.limit) stop_program(p, OUTPUT_EXCEEDED);
    }
    /* No more at once than that limits are looked at in time: some breed faster than this reaps. */
    unreaped = 256;
    while (unreaped > 0 && reap(WNOHANG | __WALL) > 0) unreaped--;
  }
}

static void reset_output(struct output *o) {
  if (o->pipe >= 0) close(o->pipe);
  if (o->file >= 0) close(o->file);
  o->pipe = o->file = -1;
  o->total = o->kept = 0;
}

/* The strings of a request, as execve takes them. */
static char *split(char *at, char **list, uint32_t count, uint32_t bytes) {
  if (count > MAX_STRINGS || (count > 0 && (bytes == 0 || at[bytes - 1] != 0))) fail("bad strings in a request");
  char *end = at + bytes;
  for (uint32_t i = 0; i < count; i++) {
    if (at >= end) fail("too few strings in a request");
    list[i] = at;
    at += strlen(at) + 1;
  }
  list[count] = NULL;
  return end;
}

static void read_request(struct program *p) {
  struct request *r = &p->request;
  memset(&p->result, 0, sizeof p->result);
  p->ended = 0;
  p->pid = 0;
  p->cpu_reaped = 0;
  reset_output(&p->out);
  reset_output(&p->err);
  take(r, sizeof *r);
  uint64_t bytes = (uint64_t)r->args_bytes + r->env_bytes + r->warm_bytes;
  if (bytes > MAX_STRING_BYTES || r->args == 0) fail("bad strings in a request");
  take(p->strings, (size_t)bytes);
  char *at = split(p->strings, p->args, r->args, r->args_bytes);
  at = split(at, p->env, r->env, r->env_bytes);
  split(at, p->warm, r->warm, r->warm_bytes);
  p->input = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (p->input < 0) fail("no memfd: %s", strerror(errno));
  int error = take_into(p->input, r->stdin_bytes);
  if (error != 0) fail("the input cannot be kept: %s", strerror(error));
  lseek(p->input, 0, SEEK_SET);
  fcntl(p->input, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

static void send_kept(const struct output *o, uint32_t size) {
  uint32_t inside = size < o->kept ? size : o->kept;
  write_all(1, o->bytes, inside);
  if (size == inside) return;
  static char buffer[KEPT];
  lseek(o->file, 0, SEEK_SET);
  for (uint32_t left = size - inside; left > 0;) {
    ssize_t n = read(o->file, buffer, left < sizeof buffer ? left : sizeof buffer);
    if (n <= 0) _exit(1);
    write_all(1, buffer, (size_t)n);
    left -= (uint32_t)n;
  }
}

static uint32_t kept_bytes(const struct output *o) {
  return (uint32_t)(o->total < o->limit ? o->total : o->limit);
}

static void run(void) {
  uint32_t count;
  take(&count, sizeof count);
  if (count < 1 || count > MAX_PROGRAMS) fail("a run of %u programs", count);
  for (uint32_t i = 0; i < count; i++) read_request(&programs[i]);
  for (uint32_t i = count; i < MAX_PROGRAMS; i++) programs[i].pid = 0;
  static int failed; /* The run before, whatever its output says. */
  if (programs[0].request.flags & AFTER_SUCCESS && failed) {
    close(programs[0].input);
    struct result skipped = {.flags = SKIPPED};
    answer('r', &skipped, sizeof skipped);
    return;
  }
  wipe();
  /* Not without a count of processes: it tells whether a program has left any besides the interpreter. */
  if (programs[0].request.warm > 0 && warm_pid == 0 && number_in(pids_file, NULL) > 0) start_warm(&programs[0]);

  if (own_kernel) settle_memory();
  memory_short = 0;
  ooms_before = oom_kills();
  int64_t cpu_before = cgroup_cpu_us();
  int talk[2][2] = {{-1, -1}, {-1, -1}}; /* From the candidate to the judge, and back. */
  if (count == 2 && (pipe2(talk[0], O_CLOEXEC) != 0 || pipe2(talk[1], O_CLOEXEC) != 0)) fail("no pipe");
  for (int i = 0; count == 2 && i < 2; i++) open_to_all(talk[i][0]);
  for (uint32_t i = 0; i < count; i++) {
    struct program *p = &programs[i];
    int out[2], err[2];
    open_output(&p->out, out, p->request.output_bytes);
    open_output(&p->err, err, p->request.stderr_bytes);
    int in = count == 2 ? talk[1 - i][0] : p->input;
    int to = count == 2 ? talk[i][1] : out[1];
    uid_t uid = p->request.flags & JUDGE ? judge : user;
    p->started = now_us();
    p->pid = -1;
    exec_error = 0;
    if (i == 0 && warm_pid > 0 && p->request.warm > 0) {
      p->pid = start_warm_program(p, in, to, err[1], uid);
      if (p->pid < 0) end_all(); /* The interpreter may have begun it all the same. */
    }
    if (p->pid < 0) p->pid = start_cold(p, in, to, err[1], uid);
    if (p->pid < 0) fail("a process cannot be started: %s", strerror(errno));
    if (exec_error != 0) {
      p->result.flags |= NOT_STARTED;
      p->result.error = (uint32_t)exec_error;
    }
    close(out[1]);
    close(err[1]);
    close(p->input);
  }
  for (int i = 0; i < 4; i++) {
    if (talk[i / 2][i % 2] >= 0) close(talk[i / 2][i % 2]);
  }
  watch((int)count, cpu_before);
  int64_t others = process_count();

  uint32_t leftovers = end_all();
  int64_t cpu_after = cgroup_cpu_us();
  if (oom_kills() > ooms_before) memory_short = 1;
  if (!(programs[0].request.flags & KEEP_FILES)) wipe(); /* Its files' memory may be what is missing for its output. */
  for (uint32_t i = 0; i < count; i++) {
    struct program *p = &programs[i];
    drain(&p->out, INT_MAX);
    drain(&p->err, INT_MAX);
    if (p->out.total > p->out.limit) p->result.flags |= OUTPUT_EXCEEDED;
    p->result.leftovers = leftovers;
    p->result.output_bytes = p->out.total;
    p->result.stdout_bytes = kept_bytes(&p->out);
    p->result.stderr_bytes = kept_bytes(&p->err);
    p->result.cpu_us = p->cpu_reaped;
    if (memory_short) p->result.flags |= OUT_OF_MEMORY;
  }
  /* While it waited for its own processes, nobody else kept it from running. */
  uint64_t own_ms = programs[0].result.cpu_us / 1000;
  programs[0].result.waited_ms -= (uint32_t)(own_ms < programs[0].result.waited_ms ? own_ms : programs[0].result.waited_ms);
  /* Where the kernel's own memory for refused processes ran out, some of them were ended. */
  int64_t processes = programs[0].request.processes;
  if (count == 1 && others >= (memory_short ? processes / 2 : processes - 1)) {
    programs[0].result.flags |= PROCESSES_EXCEEDED;
  }
  int64_t cpu_spent = cpu_after - cpu_before - (count == 2 ? judge_cpu_us() : 0);
  if (cpu_before >= 0 && cpu_spent > (int64_t)programs[0].cpu_reaped) {
    /* Also of processes that nobody has waited for: a program may have the kernel reap its children uncounted. */
    programs[0].result.cpu_us = (uint64_t)cpu_spent;
  }
  const struct result *first = &programs[0].result;
  failed = first->flags != 0 || first->exit_code != 0 || first->signal != 0;

  uint32_t size = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct result *r = &programs[i].result;
    size += (uint32_t)sizeof *r + r->stdout_bytes + r->stderr_bytes;
  }
  struct program *only = &programs[0];
  if (count == 1 && size - sizeof only->result <= KEPT) {
    static char all[sizeof only->result + KEPT];
    char *at = mempcpy(all, &only->result, sizeof only->result);
    at = mempcpy(at, only->out.bytes, only->result.stdout_bytes);
    memcpy(at, only->err.bytes, only->result.stderr_bytes);
    answer('r', all, size);
    return;
  }
  uint32_t head[2] = {'r', size};
  write_all(1, head, sizeof head);
  for (uint32_t i = 0; i < count; i++) {
    struct program *p = &programs[i];
    write_all(1, &p->result, sizeof p->result);
    send_kept(&p->out, p->result.stdout_bytes);
    send_kept(&p->err, p->result.stderr_bytes);
    reset_output(&p->out);
    reset_output(&p->err);
  }
}

/* Reads a path inside a folder: relative, without `..`. */
static void take_path(char path[MAX_PATH]) {
  uint32_t size;
  take(&size, sizeof size);
  if (size == 0 || size >= MAX_PATH) fail("a path of %u bytes", size);
  take(path, size);
  path[size] = 0;
  if (path[0] == '/' || strstr(path, "..") != NULL || strlen(path) != size) fail("a path that leads out");
}

static void load(void) {
  uint32_t count;
  take(&count, sizeof count);
  wipe();
  empty_dir(box_dir);
  for (uint32_t i = 0; i < count; i++) {
    char path[MAX_PATH];
    struct {
      uint32_t mode, judges, size;
    } file;
    take_path(path);
    take(&file, sizeof file);
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      int made = mkdirat(box_dir, path, file.judges ? 0700 : 0755) == 0;
      if (made && file.judges && fchownat(box_dir, path, judge, judge, AT_SYMLINK_NOFOLLOW) != 0) fail("no %s", path);
      *slash = '/';
    }
    int fd = openat(box_dir, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) fail("%s cannot be made: %s", path, strerror(errno));
    int error = take_into(fd, file.size);
    if (error != 0) fail("%s cannot be written: %s", path, strerror(error));
    if (file.judges && fchown(fd, judge, judge) != 0) fail("%s cannot be given away: %s", path, strerror(errno));
    if (fchmod(fd, file.mode) != 0 || close(fd) != 0) fail("%s cannot be finished: %s", path, strerror(errno));
  }
  answer('l', "", 0);
}

/*
 * Sends a file of /tmp, or all files under a folder there, one level of folders at a time: for each a path, its size
 * and its bytes; an empty path ends them. No process is left that could change them. Nothing but regular files is read.
 */
static void send_tree(int dir, const char *path, uint64_t *room, uint32_t depth);

static void send_file(int fd, const char *path, uint64_t size, uint64_t *room) {
  if (size > *room) return;
  *room -= size;
  static char buffer[KEPT];
  uint32_t head[4] = {'g', (uint32_t)(8 + strlen(path) + size), (uint32_t)strlen(path), (uint32_t)size};
  write_all(1, head, 12);
  write_all(1, path, head[2]);
  write_all(1, &head[3], 4);
  for (uint64_t left = size; left > 0;) {
    ssize_t n = read(fd, buffer, left < sizeof buffer ? (size_t)left : sizeof buffer);
    if (n <= 0) _exit(1);
    write_all(1, buffer, (size_t)n);
    left -= (uint64_t)n;
  }
}

static void send_any(int parent, const char *name, const char *path, uint64_t *room, uint32_t depth) {
  int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct stat facts;
  if (fstat(fd, &facts) == 0) {
    if (S_ISREG(facts.st_mode)) send_file(fd, path, (uint64_t)facts.st_size, room);
    else if (S_ISDIR(facts.st_mode) && depth < 8) send_tree(fd, path, room, depth + 1);
  }
  close(fd);
}

static void send_tree(int dir, const char *path, uint64_t *room, uint32_t depth) {
  int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = copy < 0 ? NULL : fdopendir(copy);
  if (list == NULL) return;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    char inner[MAX_PATH];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    int n = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    if (n > 0 && n < (int)sizeof inner) send_any(dir, entry->d_name, inner, room, depth);
  }
  closedir(list);
}

static void give(void) {
  char path[MAX_PATH];
  uint64_t room;
  take_path(path);
  take(&room, sizeof room);
  send_any(tmp_dir, path, path, &room, 0);
  uint32_t nothing[2] = {0, 0};
  answer('g', nothing, sizeof nothing);
  wipe();
}

static void limit_memory(void) {
  take(&memory_limit, sizeof memory_limit);
  answer('m', "", 0);
}

static void greet(void) {
  char own = (char)own_kernel;
  answer('p', &own, 1);
}

static int open_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("%s cannot be opened: %s", path, strerror(errno));
  return fd;
}

/* Programs may take all memory of the container: what this process needs, it has from the start. */
static void keep_memory(void) {
  volatile char stack[64 * 1024];
  for (size_t i = 0; i < sizeof stack; i += 1024) stack[i] = 0;
  mlockall(MCL_CURRENT | MCL_FUTURE);
  free(malloc(1)); /* The first piece brings the heap, with room for lists of folders. */
}

/* assay-supervisor UID: programs run as user UID, judges as UID + 1. */
int main(int argc, char **argv) {
  user = argc == 2 ? (uid_t)strtoul(argv[1], NULL, 10) : 0;
  judge = user + 1;
  if (user < 1000 || getpid() != 1) {
    dprintf(2, "usage, as PID 1 of a container: assay-supervisor UID (1000 or more)\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {.sa_handler = on_child};
  sigaction(SIGCHLD, &action, NULL);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  prctl(PR_SET_DUMPABLE, 0);
  keep_memory();
  tmp_dir = open_folder("/tmp");
  shm_dir = open_folder("/dev/shm");
  box_dir = open_folder("/box");
  open_cgroup();
  name_writable();
  find_kernel();
  if (own_kernel) refuse_clone3();
  for (int i = 0; i < MAX_PROGRAMS; i++) {
    programs[i].out.pipe = programs[i].out.file = programs[i].err.pipe = programs[i].err.file = -1;
  }
  for (;;) {
    uint32_t head[2];
    read_all(head, sizeof head);
    payload_left = head[1];
    switch (head[0]) {
      case 'L': load(); break;
      case 'R': run(); break;
      case 'G': give(); break;
      case 'M': limit_memory(); break;
      case 'P': greet(); break;
      default: fail("a frame of kind %u", head[0]);
    }
    if (payload_left != 0) fail("a frame is longer than what it announces");
  }
}
