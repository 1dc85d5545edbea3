"""One slot: a judging process at a time, killed where it hangs, made anew where it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Protocol

from google.protobuf.message import DecodeError

from ..proto import verifier_pb2 as pb
from . import judge
from .definition import Definition, error

log = logging.getLogger(__name__)

#: A candidate of a call that ended may finish if it does so soon: its process is worth more than the time.
_FINISH_S = 0.5
_START_S = 60.0
_FIRST_PAUSE_S = 0.1
_MOST_PAUSE_S = 5.0


class Work(Protocol):
    """A call whose candidates are judged one by one."""

    digest: str
    traceparent: str
    #: Serialised.
    problem: bytes
    #: Nobody waits for its verdicts any more.
    over: bool

    def next(self) -> pb.Candidate | None: ...

    def answer(self, candidate: pb.Candidate, verdict: pb.Verdict, started: float) -> None: ...


class Slot:
    def __init__(
        self,
        definition: Definition,
        context: ForkServerContext,
        timeout_ms: int,
        on_free: Callable[[], None],
    ) -> None:
        """`on_free` hears when it may have something to judge."""
        self._on_free = on_free
        self._closed = False
        self._definition = definition
        self._context = context
        self._timeout_ms = timeout_ms
        self._loop = asyncio.get_running_loop()
        #: Done when it is ready for the first time.
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.work: Work | None = None
        #: What it was given last: a problem of megabytes is not sent with every candidate.
        self._problem = b""
        self._candidate: pb.Candidate | None = None
        self._started = 0.0
        self._is_ready = False
        self._failures = 0
        self._process: BaseProcess | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._out: memoryview | None = None
        self._in = bytearray()
        self._spawn()

    @property
    def is_free(self) -> bool:
        return self._is_ready and self.work is None

    def knows(self, work: Work) -> bool:
        return self._problem is work.problem or self._problem == work.problem

    def give(self, work: Work, candidate: pb.Candidate) -> None:
        self.work, self._candidate, self._started = work, candidate, time.monotonic()
        problem = None if self.knows(work) else work.problem
        self._problem = work.problem
        self._timer = self._loop.call_later(self._timeout_ms / 1000, self._give_up)
        self._send(judge.pack_job(work.digest, work.traceparent, problem, candidate.SerializeToString()))

    def hurry(self) -> None:
        """The call has ended: its candidate finishes soon, or is given up."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(_FINISH_S, self._give_up)

    def close(self) -> None:
        self._closed = True
        self._end()

    def _spawn(self) -> None:
        if self._closed:
            return
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._problem = b""
        self._in.clear()
        with theirs:
            process = self._context.Process(target=judge.serve, args=(self._definition, theirs), daemon=True)
            try:
                process.start()
            except OSError as failure:
                # No memory, or what forks judges has died: it is made anew with the next one.
                ours.close()
                log.warning("no judge could be started", extra={"fields": {"error": str(failure)}})
                self._spawn_later()
                return
        self._process, self._socket = process, ours
        self._loop.add_reader(ours, self._receive)
        self._timer = self._loop.call_later(_START_S, self._died)

    def _spawn_later(self) -> None:
        pause = min(_MOST_PAUSE_S, _FIRST_PAUSE_S * 2**self._failures)
        self._failures += 1
        self._loop.call_later(pause, self._spawn)

    def _send(self, data: bytes) -> None:
        self._out = memoryview(data)
        self._write()

    def _write(self) -> None:
        try:
            while self._out:
                self._out = self._out[self._socket.send(self._out) :]
        except BlockingIOError:
            self._loop.add_writer(self._socket, self._write)
            return
        except OSError:
            # It has died; the reader learns it.
            pass
        self._out = None
        self._loop.remove_writer(self._socket)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._died()
            return
        self._in += data
        for body in self._frames():
            if not self._is_ready:
                self._became_ready()
            else:
                self._finish(body)
        self._on_free()

    def _frames(self) -> Iterator[bytes]:
        while len(self._in) >= judge.HEAD.size:
            (size,) = judge.HEAD.unpack_from(self._in)
            if size > judge.MOST_BYTES:
                # Nothing that our own code writes: somebody else has got hold of the socket.
                self._died()
                return
            end = judge.HEAD.size + size
            if len(self._in) < end:
                return
            body = bytes(self._in[judge.HEAD.size : end])
            del self._in[:end]
            yield body

    def _became_ready(self) -> None:
        self._is_ready = True
        self._stop_timer()
        if not self.ready.done():
            self.ready.set_result(None)

    def _finish(self, body: bytes) -> None:
        try:
            verdict = pb.Verdict.FromString(body)
        except DecodeError:
            verdict = None
        if verdict is None or self.work is None:
            # As above; nobody has asked for it.
            self._died()
            return
        self._failures = 0
        self._answer(verdict)

    def _answer(self, verdict: pb.Verdict) -> None:
        work, candidate, self.work, self._candidate = self.work, self._candidate, None, None
        self._stop_timer()
        if work is not None and candidate is not None:
            work.answer(candidate, verdict, self._started)

    def _give_up(self) -> None:
        """Its time is over: the process is killed, as its function does not end otherwise."""
        message = f"no verdict after {self._timeout_ms} ms"
        self._end()
        self._answer(error("verifier_timeout", message, retryable=True))
        self._spawn()
        self._on_free()

    def _died(self) -> None:
        """The process has ended by itself, or does not become ready."""
        process, was_ready = self._process, self._is_ready
        self._end()
        if self._closed:
            return
        code = None if process is None else process.exitcode
        log.warning("a judge died", extra={"fields": {"exit": code, "judging": self.work is not None}})
        self._answer(error("verifier_crash", f"the judging process died (exit {code})", retryable=True))
        if not was_ready and not self.ready.done():
            self.ready.set_exception(
                RuntimeError(f"a judging process ended before it was ready (exit {code})")
            )
            return
        if was_ready:
            self._spawn()
        else:
            # One that dies as it starts would die again.
            self._spawn_later()

    def _end(self) -> None:
        self._is_ready = False
        self._stop_timer()
        if self._process is None:
            return
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._out = None
        self._socket.close()
        if self._process.pid is not None:
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(self._process.pid, signal.SIGKILL)
        # It has been killed: this takes no time.
        self._process.join(5)
        self._process = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
