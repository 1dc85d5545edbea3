"""Called with the input; talks to the program by stdin and stdout. 0: right, 1: wrong, 2: not of the form asked for."""
import os
import signal
import sys

number = int(open(sys.argv[1]).read())
signal.signal(signal.SIGPIPE, lambda *_: os._exit(1))  # It has gone without an answer.
for _ in range(20):
    line = sys.stdin.readline()
    try:
        guess = int(line)
    except ValueError:
        print("not a number" if line else "no further guess", file=sys.stderr)
        sys.exit(2 if line else 1)
    print("yes" if guess == number else "less" if number < guess else "more", flush=True)
    if guess == number:
        sys.exit(0)
print("too many guesses", file=sys.stderr)
sys.exit(1)
