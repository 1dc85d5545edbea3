"""Called with input, output and answer; 0: right, 1: wrong, 2: not of the form that is asked for, 3: this is at fault."""
import sys

number, output, answer = (open(path, errors="replace").read().split() for path in sys.argv[1:4])
if len(number) != 1 or len(answer) != 1:
    sys.exit(3)
if len(output) != 1 or not output[0].isascii() or not output[0].isdigit() or len(output[0]) > 10:
    print("not one number", file=sys.stderr)
    sys.exit(2)
n, found = int(number[0]), int(output[0])
right = found == 0 if answer == ["0"] else 1 < found < n and n % found == 0
print(f"{found} of {n}", file=sys.stderr)
sys.exit(0 if right else 1)
