/* Processes: how many there are, what they have used, and their end. */
#include "supervisor.h"
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t timeval_us(struct timeval t) { return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec; }
uint64_t usage_us(const struct rusage *u) { return timeval_us(u->ru_utime) + timeval_us(u->ru_stime); }

/* Processes and threads besides this one and the warm interpreter; below 0 where they cannot be counted. */
int64_t process_count(void) {
  return (own_kernel ? kernel_processes() : cgroup_processes()) - 1 - (warm_pid > 0);
}

/* Whether a process is about to have ended: its files are closed by then, and others may have seen that. A zombie that
   cannot be reaped has threads that go on. */
static int is_ending(pid_t pid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (n <= 0) return 0;
  text[n] = 0;
  const char *at = strrchr(text, ')');
  char state;
  unsigned flags;
  if (at == NULL || sscanf(at + 1, " %c %*d %*d %*d %*d %*d %u", &state, &flags) != 2) return 0;
  return state != 'Z' && (flags & 4 /* PF_EXITING */);
}

static int has_ended(pid_t pid) {
  siginfo_t info = {.si_pid = 0};
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Reaps what has ended. Counts the CPU time of processes that programs have left behind. */
int reap(int options) {
  int status;
  struct rusage usage;
  /* Where both have ended by now, or the judge is about to, it did so first: what it said decides, not what the
     program did when its pipes closed. */
  const struct program *second = &programs[1];
  pid_t pid = 0;
  if (second->pid > 0 && !second->ended) {
    pid = wait4(second->pid, &status, options | WNOHANG, &usage);
    for (int i = 0; pid == 0 && i < 1000 && has_ended(programs[0].pid) && is_ending(second->pid); i++) {
      usleep(1000);
      pid = wait4(second->pid, &status, options | WNOHANG, &usage);
    }
  }
  if (pid <= 0) pid = wait4(-1, &status, options, &usage);
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
uint32_t end_all(void) {
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

/* CPU time of one process, its children left out. */
static int64_t process_cpu_us(pid_t pid) {
  struct timespec t;
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* CPU time of the judge's program: all else is the candidate's, its children included. */
int64_t judge_cpu_us(void) {
  const struct program *p = &programs[1];
  return p->ended ? (int64_t)p->cpu_reaped : process_cpu_us(p->pid);
}

/* CPU time of all processes but this one, the warm interpreter and one more, with those that they have waited for. */
int64_t processes_cpu_us(pid_t left_out) {
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
static uint32_t process_waited_ms(pid_t pid) {
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

/* The longest wait of a program's processes: compilers have others work. */
uint32_t waited_ms(const struct program *p) {
  if (p != &programs[0]) return process_waited_ms(p->pid);
  DIR *list = opendir("/proc");
  if (list == NULL) return 0;
  uint32_t longest = 0;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    pid_t pid = atoi(entry->d_name);
    if (pid <= 1 || pid == warm_pid || pid == programs[1].pid) continue;
    uint32_t waited = process_waited_ms(pid);
    if (waited > longest) longest = waited;
  }
  closedir(list);
  return longest;
}
