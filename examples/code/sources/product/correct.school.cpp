#include <bits/stdc++.h>
using namespace std;

int main() {
  string a, b;
  cin >> a >> b;
  vector<int> digits(a.size() + b.size());
  for (int i = a.size() - 1; i >= 0; i--) {
    for (int j = b.size() - 1; j >= 0; j--) {
      int sum = digits[i + j + 1] + (a[i] - '0') * (b[j] - '0');
      digits[i + j + 1] = sum % 10;
      digits[i + j] += sum / 10;
    }
  }
  size_t at = 0;
  while (at + 1 < digits.size() && digits[at] == 0) at++;
  for (; at < digits.size(); at++) cout << digits[at];
  cout << endl;
}
