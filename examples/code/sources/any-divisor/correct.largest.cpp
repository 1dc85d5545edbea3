#include <iostream>

int main() {
  long long n;
  std::cin >> n;
  for (long long i = 2; i * i <= n; i++) {
    if (n % i == 0) {
      std::cout << n / i << std::endl;
      return 0;
    }
  }
  std::cout << 0 << std::endl;
}
