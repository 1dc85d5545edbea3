/* The warm interpreter: forks programs that then need no start of their own. zygote.py is what it runs. */
#include "supervisor.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

pid_t warm_pid;
static int warm_socket = -1;

void stop_warm(void) {
  if (warm_socket >= 0) close(warm_socket);
  warm_socket = -1;
  warm_pid = 0;
}

/* Starts the warm interpreter of a program's language, as root: what it forks gives that up before it runs anything. */
void start_warm(struct program *p) {
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
    dup2(memfd_create("input", MFD_CLOEXEC), 0);
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
pid_t start_warm_program(struct program *p, int in, int out, int err, uid_t uid) {
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
