#include <stdio.h>

int main(void) {
  int n;
  double sum = 0, x;
  scanf("%d", &n);
  for (int i = 0; i < n && scanf("%lf", &x) == 1; i++) sum += x;
  printf("%.2f\n", sum / n);
  return 0;
}
