/* Programs by exec. */
#include "supervisor.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

volatile int exec_error;

/* Starts a program by exec. vfork: the child borrows this memory, and reports why exec failed through it. */
pid_t start_cold(struct program *p, int in, int out, int err, uid_t uid) {
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
