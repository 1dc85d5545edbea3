#include <iostream>

int main() {
  std::cin >> a >> b;
  std::cout << a + b << std::endl
}
