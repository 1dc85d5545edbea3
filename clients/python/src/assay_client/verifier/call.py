"""One Verify call: its candidates, and their verdicts as they finish."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence

from ..proto import verifier_pb2 as pb

#: Bytes of one response: clients commonly read no more than 4 MiB.
_RESPONSE_BYTES = 1 << 20
_MOST_UINT32 = 0xFFFFFFFF


class Call:
    def __init__(
        self, digest: str, problem: bytes, candidates: Sequence[pb.Candidate], traceparent: str
    ) -> None:
        self.digest = digest
        self.problem = problem
        self.traceparent = traceparent
        self.over = False
        #: Why it is ended by force.
        self.broken: str | None = None
        self.arrived = asyncio.Event()
        self._accepted = time.monotonic()
        self._candidates = candidates
        self._next = 0
        self._judging = 0
        self._finished: list[pb.Verdict] = []
        self._released: Callable[[], None] = lambda: None

    @property
    def waiting(self) -> int:
        return 0 if self.over else len(self._candidates) - self._next

    @property
    def judging(self) -> int:
        return self._judging

    def next(self) -> pb.Candidate | None:
        if self.waiting == 0:
            return None
        self._next += 1
        self._judging += 1
        return self._candidates[self._next - 1]

    def answer(self, candidate: pb.Candidate, verdict: pb.Verdict, started: float) -> None:
        self._judging -= 1
        if self.over:
            self._released()
            return
        verdict.index = candidate.index
        times = verdict.times
        if times.service_us == 0:
            times.service_us = min(round((time.monotonic() - started) * 1e6), _MOST_UINT32)
        if times.queue_us == 0:
            times.queue_us = min(round((started - self._accepted) * 1e6), _MOST_UINT32)
        self._finished.append(verdict)
        self.arrived.set()

    def on_end(self, released: Callable[[], None]) -> None:
        """Called for each candidate that was judged when the call ended, when that ends, too."""
        self._released = released

    def end(self, why: str) -> None:
        self.broken = why
        self.arrived.set()

    def take(self) -> list[pb.Verdict]:
        self.arrived.clear()
        finished, self._finished = self._finished, []
        return finished


def responses(verdicts: Sequence[pb.Verdict]) -> Iterator[pb.VerifyResponse]:
    """As few as clients can read."""
    response = pb.VerifyResponse()
    size = 0
    for verdict in verdicts:
        length = verdict.ByteSize()
        if response.verdicts and size + length > _RESPONSE_BYTES:
            yield response
            response, size = pb.VerifyResponse(), 0
        response.verdicts.append(verdict)
        size += length
    if response.verdicts:
        yield response
