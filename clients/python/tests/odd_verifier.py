"""A verifier's process for tests: a candidate's text says what its judging does."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import time

from assay_client.proto import verifier_pb2 as pb
from assay_client.verifier import Context, Definition, correct, error, incorrect, run_verifier


def check(problem: pb.Problem) -> str | None:
    if problem.custom.json == '"hang"':
        time.sleep(3600)
    return "the problem is bad" if problem.custom.json == '"bad"' else None


def verify(problem: pb.Problem, candidate: pb.Candidate, context: Context) -> pb.Verdict:
    what, _, rest = candidate.text.partition(" ")
    match what:
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(float(rest))
        case "die":
            os.kill(os.getpid(), int(rest))
        case "exit":
            os._exit(3)
        case "quit":
            sys.exit(0)
        case "raise":
            raise RuntimeError(rest)
        case "segfault":
            ctypes.string_at(0)
        case "child":
            # It must not outlive what started it.
            child = subprocess.Popen(["sleep", "3600"])
            with open(rest, "w") as file:
                file.write(str(child.pid))
            time.sleep(3600)
        case "print":
            print("a print that must not reach the ready line", flush=True)
        case "garbage":
            # Whatever it finds but its own way back.
            for number in sorted(int(name) for name in os.listdir("/proc/self/fd"))[3:-1]:
                with contextlib.suppress(OSError):
                    os.write(number, b"\xff" * 64)
            time.sleep(3600)
        case "nothing":
            return None  # type: ignore[return-value]
        case "invalid":
            return pb.Verdict(status=pb.INCORRECT)
        case "large":
            return correct(message="x" * int(rest))
        case "lines":
            return incorrect("own_reason", message="two\nlines", answer_class="class")
        case "undecided":
            return error("undecided", "cannot tell", retryable=False)
        case "context":
            return correct(message=json.dumps([context.problem_digest, context.traceparent, problem.id]))
        case "pid":
            return correct(message=str(os.getpid()))
    return correct()


if __name__ == "__main__":
    run_verifier(
        Definition(name="odd", version="7", kinds=["odd", "math_answer"], verify=verify, check_problem=check)
    )
