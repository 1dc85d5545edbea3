"""Single questions of an event loop, judged together: one stream for what is asked for at the same time."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from ..values import Verdict
from .core import Rewards

#: Seconds for which the first waits for others.
_WAIT_S = 0.005
_MOST = 4096
#: Streams at the same time: one that has a verdict outstanding goes on until its time is over.
_STREAMS = 128

#: A verdict, and what it is worth.
Judged = tuple[Verdict, float | None]


class _Question(NamedTuple):
    row: Mapping[str, Any]
    text: str
    #: On the monotonic clock.
    until: float


_Waiting = dict["asyncio.Future[Judged]", _Question]
_by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Gathered]] = (
    weakref.WeakKeyDictionary()
)


class Gathered:
    """
    Of one event loop and one kind of rewards. The sync client is used, in threads: it bears forks, and any
    loop. They hold up neither the loop nor the end of the process.
    """

    def __init__(self, rewards: Rewards) -> None:
        self._rewards = rewards
        #: It is the key to this, which must not keep it.
        self._loop = weakref.ref(asyncio.get_running_loop())
        self._waiting: _Waiting = {}
        self._is_timed = False
        self._streams = 0

    @staticmethod
    def of(rewards: Rewards) -> Gathered:
        kinds = _by_loop.setdefault(asyncio.get_running_loop(), {})
        if id(rewards) not in kinds:
            kinds[id(rewards)] = Gathered(rewards)
        return kinds[id(rewards)]

    async def judge(self, row: Mapping[str, Any], text: str) -> Judged:
        """
        Answers as soon as its own verdict is there; the time for it begins now, and may be as long again
        where it had to wait for others. Raises what `Rewards.judge`
        does.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Judged] = loop.create_future()
        self._waiting[future] = _Question(row, text, time.monotonic() + self._rewards.timeout)
        if len(self._waiting) >= _MOST:
            self._flush()
        elif not self._is_timed:
            self._is_timed = True
            loop.call_later(_WAIT_S, self._flush)
        try:
            return await future
        finally:
            # Whoever is cancelled asks no more.
            self._waiting.pop(future, None)

    def _flush(self) -> None:
        self._is_timed = False
        if not self._waiting or self._streams >= _STREAMS:
            return
        waiting, self._waiting = self._waiting, {}
        self._streams += 1
        thread = threading.Thread(target=self._judge, args=(waiting,), name="assay", daemon=True)
        try:
            thread.start()
        except RuntimeError as failure:  # There can be no more threads.
            self._streams -= 1
            for future in waiting:
                _fail(future, failure)

    def _ended(self) -> None:
        self._streams -= 1
        self._flush()

    def _judge(self, waiting: _Waiting) -> None:
        """In a thread."""
        futures, questions = list(waiting), list(waiting.values())

        def arrived(at: int, verdict: Verdict) -> None:
            if not verdict.is_missing:
                self._tell(_settle, futures[at], (verdict, self._rewards.worth(verdict)))

        try:
            rows, texts = [row for row, _, _ in questions], [text for _, text, _ in questions]
            # The first may wait for as long as the last: less than twice its time, and nobody loses any.
            left = max(until for _, _, until in questions) - time.monotonic()
            verdicts = self._rewards.judge(rows, texts, arrived, left)
            for future, verdict in zip(futures, verdicts, strict=True):
                # Each for itself: the others of its problem are in other streams, too.
                self._tell(_settle, future, (verdict, self._rewards.values([verdict])[0]))
        except BaseException as failure:
            for future in futures:
                self._tell(_fail, future, failure)
        finally:
            self._tell(self._ended)

    def _tell(self, what: Any, *arguments: Any) -> None:
        loop = self._loop()
        with suppress(RuntimeError):  # It has ended, and with it whoever waited.
            if loop is not None:
                loop.call_soon_threadsafe(what, *arguments)


def _settle(future: asyncio.Future[Judged], judged: Judged) -> None:
    if not future.done():
        future.set_result(judged)


def _fail(future: asyncio.Future[Judged], failure: BaseException) -> None:
    if not future.done():
        future.set_exception(failure)
