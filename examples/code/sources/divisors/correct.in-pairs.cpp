#include <bits/stdc++.h>
using namespace std;

int main() {
  long long n;
  cin >> n;
  for (long long i = 1; i * i <= n; i++) {
    if (n % i) continue;
    cout << i << "\n";
    if (i != n / i) cout << n / i << "\n";
  }
}
