// Starts a program COUNT times, WORKERS at once, and waits for each: what the machine itself takes for a process.
//   spawn COUNT WORKERS PROGRAM [ARGUMENT…]
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int count = atoi(argv[1]), workers = atoi(argv[2]);
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (int w = 0; w < workers; w++) {
    if (fork() > 0) continue;
    int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 0);
    for (int i = w; i < count; i += workers) {
      pid_t pid;
      if (posix_spawn(&pid, argv[3], NULL, NULL, argv + 3, environ) != 0) _exit(1);
      waitpid(pid, NULL, 0);
    }
    _exit(0);
  }
  while (wait(NULL) > 0) {}
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%.1f\n", count / ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9));
}
