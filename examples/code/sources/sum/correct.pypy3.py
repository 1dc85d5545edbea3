import sys

print("PyPy" in sys.version and sum(map(int, input().split())))
