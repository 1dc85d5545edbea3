#include <stdio.h>

int main(void) {
  int n;
  scanf("%d", &n);
  for (int i = 2; (long long)i * i <= n; i++) {
    if (n % i == 0) {
      printf("%d\n", i);
      return 0;
    }
  }
  printf("0\n");
  return 0;
}
