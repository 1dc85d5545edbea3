#include <stdio.h>

/* The guess stays in the buffer: judge and program wait for each other. */
int main(void) {
  int low = 1, high = 1000000;
  char answer[8];
  do {
    printf("%d\n", (low + high) / 2);
    if (scanf("%7s", answer) != 1) return 1;
    if (answer[0] == 'l') high = (low + high) / 2 - 1;
    if (answer[0] == 'm') low = (low + high) / 2 + 1;
  } while (answer[0] != 'y');
  return 0;
}
