#include <stdio.h>

int main(void) {
  static char word[1 << 20];
  int words = 0;
  while (scanf("%1048575s", word) == 1) words++;
  printf("%d\n", words);
  return 0;
}
