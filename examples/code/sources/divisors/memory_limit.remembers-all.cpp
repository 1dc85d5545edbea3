#include <bits/stdc++.h>
using namespace std;

int main() {
  long long n;
  cin >> n;
  vector<long long> remainders;
  for (long long i = 1; i <= n; i++) remainders.push_back(n % i);
  for (long long i = 1; i <= n; i++)
    if (remainders[i - 1] == 0) cout << i << "\n";
}
