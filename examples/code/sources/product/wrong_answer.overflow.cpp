#include <iostream>

int main() {
  unsigned long long a, b;
  std::cin >> a >> b;
  std::cout << a * b << std::endl;
}
