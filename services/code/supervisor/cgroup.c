/* The container's cgroup. Version 1 has a folder for each controller, version 2 one for all; gVisor may have none. */
#include "supervisor.h"

/* Processes that the kernel had ended for want of memory when the run began; whether it has ended more, or refused memory. */
int64_t ooms_before;
int memory_short;

static int cpu_file, oom_file, pids_file, limit_file, used_file, stat_file;
static int cpu_in_ns;

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
int64_t cgroup_cpu_us(void) {
  struct rusage own;
  int64_t value = cpu_in_ns ? number_in(cpu_file, NULL) : number_in(cpu_file, "usage_usec ");
  if (value < 0) return -1;
  getrusage(RUSAGE_SELF, &own);
  return (cpu_in_ns ? value / 1000 : value) - (int64_t)usage_us(&own);
}

int64_t oom_kills(void) { return number_in(oom_file, "oom_kill "); }

/* Whether the container may take another MiB of memory, with what the kernel would reclaim. */
int has_memory(void) {
  int64_t limit = number_in(limit_file, NULL), used = number_in(used_file, NULL);
  if (limit <= 0 || used < 0 || limit - used >= 1 << 20) return 1;
  int64_t reclaimable = number_in(stat_file, "\ninactive_file ") + number_in(stat_file, "\nactive_file ");
  return limit - used + reclaimable >= 1 << 20;
}

void open_cgroup(void) {
  cpu_file = open("/sys/fs/cgroup/cpuacct/cpuacct.usage", O_RDONLY | O_CLOEXEC);
  cpu_in_ns = cpu_file >= 0;
  if (cpu_file < 0) cpu_file = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
  oom_file = open_first("/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events");
  limit_file = open_first("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max");
  used_file = open_first("/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory.current");
  stat_file = open_first("/sys/fs/cgroup/memory/memory.stat", "/sys/fs/cgroup/memory.stat");
  pids_file = open_first("/sys/fs/cgroup/pids/pids.current", "/sys/fs/cgroup/pids.current");
}

int has_oom_count(void) { return oom_file >= 0; }

int has_process_count(void) { return number_in(pids_file, NULL) > 0; }

int64_t cgroup_processes(void) { return number_in(pids_file, NULL); }
