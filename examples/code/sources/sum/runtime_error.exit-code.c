#include <stdio.h>

/* The right answer, and an exit code that takes it back. */
int main(void) {
  long long a, b;
  scanf("%lld %lld", &a, &b);
  printf("%lld\n", a + b);
  return 1;
}
