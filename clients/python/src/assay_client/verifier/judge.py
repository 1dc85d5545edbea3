"""
The process that judges: reads one candidate after the other, and writes a verdict for each. Imports no gRPC.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import struct
import sys
import time

from ..proto import verifier_pb2 as pb
from .definition import Context, Definition, error, verdict_fault

#: Bytes of a verdict, at most: a message that is larger would reach nobody.
MOST_BYTES = 2 << 20
HEAD = struct.Struct("!I")
#: Lengths of digest, traceparent and problem (−1: the same problem as before), then these and the candidate.
JOB = struct.Struct("!BBi")


def pack_job(digest: str, traceparent: str, problem: bytes | None, candidate: bytes) -> bytes:
    head = JOB.pack(len(digest), len(traceparent), -1 if problem is None else len(problem))
    body = b"".join((head, digest.encode(), traceparent.encode(), problem or b"", candidate))
    return HEAD.pack(len(body)) + body


def serve(definition: Definition, connection: socket.socket) -> None:
    """Judges until the other end is closed."""
    # A group of its own: whatever the function starts is killed with it.
    os.setsid()
    _die_with_parent()
    _close_others(connection.fileno())
    # Standard output belongs to the ready line.
    os.dup2(2, 1)
    # A process that is killed leaves no gigabytes behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if definition.prepare is not None:
        definition.prepare()
    connection.sendall(HEAD.pack(0))
    problem, fault = pb.Problem(), None
    while True:
        body = _read(connection)
        if body is None:
            return
        digest_length, trace_length, length = JOB.unpack_from(body)
        at = JOB.size
        digest, at = body[at : at + digest_length].decode(), at + digest_length
        traceparent, at = body[at : at + trace_length].decode(), at + trace_length
        if length >= 0:
            problem = pb.Problem.FromString(body[at : at + length])
            fault = _problem_fault(definition, problem)
            at += length
        candidate = pb.Candidate.FromString(body[at:])
        if fault is not None:
            verdict = error("bad_problem", fault, retryable=False)
        else:
            verdict = _judge(definition, problem, candidate, Context(digest, traceparent))
        connection.sendall(_packed(verdict))


def _die_with_parent() -> None:
    """One that hangs must not outlive the service; on Linux only."""
    if sys.platform == "linux":
        set_death_signal, kill = 1, 9
        ctypes.CDLL(None).prctl(set_death_signal, kill, 0, 0, 0)


def _close_others(kept: int) -> None:
    """What was inherited leads to the process that forks judges: no candidate is to find it."""
    os.closerange(3, kept)
    os.closerange(kept + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16))


def _judge(
    definition: Definition, problem: pb.Problem, candidate: pb.Candidate, context: Context
) -> pb.Verdict:
    start, cpu = time.perf_counter(), time.process_time()
    try:
        verdict = definition.verify(problem, candidate, context)
    except Exception as failure:
        verdict = error("verifier_failure", f"{type(failure).__name__}: {failure}"[:1000], retryable=True)
    except SystemExit:
        verdict = error("verifier_failure", "the verifier's function wanted to exit", retryable=True)
    service = time.perf_counter() - start
    fault = verdict_fault(verdict, definition.decides)
    if fault is not None:
        print(f"problem {problem.id!r} candidate {candidate.index}: the verdict is {fault}", file=sys.stderr)
        verdict = error("verifier_failure", f"the verifier returned {fault}", retryable=False)
    verdict.message = " ".join(verdict.message.split("\n")).strip()
    if not verdict.HasField("times"):
        verdict.times.service_us = min(round(service * 1e6), 0xFFFFFFFF)
        verdict.times.cpu_us = min(round((time.process_time() - cpu) * 1e6), 0xFFFFFFFF)
    return verdict


def _problem_fault(definition: Definition, problem: pb.Problem) -> str | None:
    if definition.check_problem is None:
        return None
    try:
        return definition.check_problem(problem)
    except Exception as failure:
        # A check that fails has not accepted the problem either.
        return f"{type(failure).__name__}: {failure}"[:1000]


def _packed(verdict: pb.Verdict) -> bytes:
    body = verdict.SerializeToString()
    if len(body) > MOST_BYTES:
        message = f"the verdict has {len(body)} bytes, and at most {MOST_BYTES} are sent"
        body = error("verifier_failure", message, retryable=False).SerializeToString()
    return HEAD.pack(len(body)) + body


def _read(connection: socket.socket) -> bytes | None:
    head = _exactly(connection, HEAD.size)
    return None if head is None else _exactly(connection, HEAD.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(min(1 << 20, size - len(data)))
        if not piece:
            return None
        data += piece
    return bytes(data)
