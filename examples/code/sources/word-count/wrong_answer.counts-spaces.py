import sys

text = sys.stdin.read()
print(text.count(" ") + text.count("\n"))
