#include <stdio.h>

int main(void) {
  long long n;
  scanf("%lld", &n);
  for (long long i = 1; i * i <= n; i++) {
    if (n % i) continue;
    printf("%lld\n", i);
    if (i > 1 && i != n / i) printf("%lld\n", n / i);
  }
  return 0;
}
