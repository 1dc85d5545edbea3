/*
 * A kernel of the sandbox's own, as gVisor has, counts no killings for want of memory: what holds too much is the whole
 * sandbox to the machine's kernel. The supervisor then watches what the sandbox's kernel says is in use: memory of
 * processes, files without names, /tmp, buffers. Such a kernel is known by its only process being this one.
 */
#include "supervisor.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>

int own_kernel;

static uint64_t memory_limit = UINT64_MAX, memory_before, memory_peak;

/* Over the limit by this much, there is no second look: beyond it the machine may end the sandbox. */
static const uint64_t memory_slack = 128 << 20;

static struct sysinfo kernel_facts(void) {
  struct sysinfo facts;
  if (sysinfo(&facts) != 0) fail("the kernel says nothing of itself: %s", strerror(errno));
  return facts;
}

int64_t kernel_processes(void) { return kernel_facts().procs; }

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

void find_kernel(void) {
  own_kernel = !has_oom_count() && kernel_processes() == 1;
  if (own_kernel) refuse_clone3();
}

/* Takes the most bytes that programs may hold. */
void limit_memory(void) {
  take(&memory_limit, sizeof memory_limit);
  answer('m', "", 0);
}

static uint64_t memory_in_use(void) {
  struct sysinfo facts = kernel_facts();
  return (uint64_t)(facts.totalram - facts.freeram) * facts.mem_unit;
}

/* gVisor gives freed memory back by and by, some 20 MB a millisecond: waits for that of the program before. */
void settle_memory(void) {
  uint64_t used = memory_in_use();
  for (int steady = 0, looks = 0; used > memory_limit / 4 && steady < 2 && looks < 250; looks++) {
    usleep(1000);
    uint64_t now = memory_in_use();
    steady = now + 65536 < used ? 0 : steady + 1;
    used = now;
  }
  memory_before = memory_peak = used;
}

/* The most that a program held: gVisor counts all of a block as resident in which a page was touched. */
uint64_t resident(uint64_t counted) {
  uint64_t held = memory_peak - memory_before;
  return counted < held ? counted : held;
}

/* Whether the programs hold more than they may, and go on to; `wait`: microseconds until the next look is due. */
int over_memory(int *looks, uint64_t *wait) {
  uint64_t used = memory_in_use();
  if (used > memory_peak) memory_peak = used;
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
