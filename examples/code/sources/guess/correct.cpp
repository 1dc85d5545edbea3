#include <bits/stdc++.h>
using namespace std;

int main() {
  int low = 1, high = 1000000;
  for (string answer; answer != "yes";) {
    int guess = (low + high) / 2;
    cout << guess << endl;
    if (!(cin >> answer)) return 1;
    if (answer == "less") high = guess - 1;
    if (answer == "more") low = guess + 1;
  }
}
