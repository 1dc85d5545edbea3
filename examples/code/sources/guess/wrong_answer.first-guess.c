#include <stdio.h>

int main(void) {
  printf("500000\n");
  return 0;
}
