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
#include "supervisor.h"
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>

struct program programs[MAX_PROGRAMS];
uid_t user, judge;
int tmp_dir, shm_dir, box_dir;

static void greet(void) {
  char own = (char)own_kernel;
  answer('p', &own, 1);
}

static void on_child(int signal) { (void)signal; }

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

/* The user wanted, or one in its place where this container has fewer, as those of rootless engines have. */
static uid_t user_of(const char *wanted) {
  unsigned long uid = strtoul(wanted, NULL, 10), first, outside, count, users = 0;
  FILE *map = fopen("/proc/self/uid_map", "re");
  while (map != NULL && fscanf(map, "%lu %lu %lu", &first, &outside, &count) == 3) {
    if (first == users) users += count;
  }
  if (map != NULL) fclose(map);
  if (users > 3000 && uid + 1 >= users) uid = 1000 + uid % (users - 2000) / 2 * 2;
  return (uid_t)uid;
}

/* assay-supervisor UID: programs run as user UID, judges as UID + 1. */
int main(int argc, char **argv) {
  user = argc == 2 ? user_of(argv[1]) : 0;
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
