#include <bits/stdc++.h>
using namespace std;

/* Adds the first number as often as the second one says. */
int main() {
  string a, b;
  cin >> a >> b;
  vector<int> sum(a.size() + b.size());
  while (b.find_first_not_of('0') != string::npos) {
    int at = b.size() - 1;
    while (b[at] == '0') b[at--] = '9';
    b[at]--;
    for (size_t i = 0, carry = 0; i < sum.size(); i++) {
      carry += sum[i] + (i < a.size() ? a[a.size() - 1 - i] - '0' : 0);
      sum[i] = carry % 10;
      carry /= 10;
    }
  }
  size_t top = sum.size() - 1;
  while (top > 0 && sum[top] == 0) top--;
  for (int i = top; i >= 0; i--) cout << sum[i];
  cout << endl;
}
