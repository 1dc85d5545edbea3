/* What a program may take and touch. */
#include "supervisor.h"
#include <linux/landlock.h>
#include <sys/syscall.h>

static void set_limit(int what, uint64_t value) {
  struct rlimit limit = {value, value};
  syscall(SYS_prlimit64, 0, what, &limit, NULL);
}

/* What programs may write to, as a ruleset of Landlock; -1 where the kernel has none (it does from 5.19 on). */
static int writable = -1;

void name_writable(void) {
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
void end_first(void) {
  int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    ssize_t ignored = write(score, "1000", 4);
    (void)ignored;
    close(score);
  }
  if (writable >= 0) syscall(SYS_landlock_restrict_self, writable, 0);
}

/* Sets the limits and the user of this process, which is about to become a program. */
void confine(const struct request *r, uid_t uid) {
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
