#include <stdio.h>
#include <unistd.h>

/* Right, but leaves a file and a process for the next program: see looks-for-files. */
int main(void) {
  long long a, b;
  scanf("%lld %lld", &a, &b);
  printf("%lld\n", a + b);
  fflush(stdout);
  FILE *file = fopen("/tmp/left", "w");
  if (file) fclose(file);
  if (fork() == 0) {
    setsid();
    sleep(100);
  }
  return 0;
}
