"""Who judges when: slots with a process each, and calls served in the order in which they came."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
from collections import deque

from .definition import Definition, Limits
from .slot import Slot, Work


class Pool:
    def __init__(self, definition: Definition, limits: Limits) -> None:
        self._definition = definition
        self._limits = limits
        # It forks judges from a process that has never used gRPC, and has imported the author's module once.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["__main__", "assay_client.verifier.judge"])
        self._queue: deque[Work] = deque()
        self._slots: list[Slot] = []

    async def start(self) -> None:
        """Raises RuntimeError where a judge cannot be started."""
        for _ in range(self._limits.slots):
            self._slots.append(
                Slot(self._definition, self._context, self._limits.candidate_timeout_ms, self.pump)
            )
        await asyncio.gather(*(slot.ready for slot in self._slots))

    def enqueue(self, work: Work) -> None:
        self._queue.append(work)
        self.pump()

    def remove(self, work: Work) -> None:
        """Forgets what waits of a call that has ended; what is judged gets a little time to finish."""
        with contextlib.suppress(ValueError):
            self._queue.remove(work)
        for slot in self._slots:
            if slot.work is work:
                slot.hurry()

    def pump(self) -> None:
        """
        Gives what waits to whoever is free; a call's candidates to those who know its problem, where they are
        free.
        """
        free = [slot for slot in self._slots if slot.is_free]
        while free and self._queue:
            work = self._queue[0]
            candidate = work.next()
            if candidate is None:
                self._queue.popleft()
                continue
            at = next((i for i, slot in enumerate(free) if slot.knows(work)), -1)
            free.pop(at).give(work, candidate)

    def close(self) -> None:
        for slot in self._slots:
            slot.close()
