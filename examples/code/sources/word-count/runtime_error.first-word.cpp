#include <bits/stdc++.h>
using namespace std;

int main() {
  vector<string> words;
  for (string word; cin >> word;) words.push_back(word);
  // There may be none.
  cerr << "the first word is " << words.at(0) << endl;
  cout << words.size() << endl;
}
