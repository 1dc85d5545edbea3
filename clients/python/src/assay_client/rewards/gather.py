"""Single questions of an event loop, judged together: one stream for what is asked for at the same time."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from ..values import Verdict
from .core import Rewards

#: Seconds for which the first waits for others.
_WAIT_S = 0.005
_MOST = 4096
#: Streams at the same time.
_STREAMS = 32

#: A verdict, and what it is worth.
Judged = tuple[Verdict, float | None]
_Waiting = list[tuple[Mapping[str, Any], str, "asyncio.Future[Judged]"]]
_by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Gathered]] = (
    weakref.WeakKeyDictionary()
)


class Gathered:
    """
    Of one event loop and one kind of rewards. The sync client is used, in threads: it bears forks, and any
    loop. The loop's own threads are left to others, as these may wait long.
    """

    def __init__(self, rewards: Rewards) -> None:
        self._rewards = rewards
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(_STREAMS, thread_name_prefix="assay")
        self._waiting: _Waiting = []
        self._timer: asyncio.TimerHandle | None = None

    @staticmethod
    def of(rewards: Rewards) -> Gathered:
        kinds = _by_loop.setdefault(asyncio.get_running_loop(), {})
        if id(rewards) not in kinds:
            kinds[id(rewards)] = Gathered(rewards)
        return kinds[id(rewards)]

    async def judge(self, row: Mapping[str, Any], text: str) -> Judged:
        """Answers as soon as its own verdict is there. Raises what `Rewards.judge` does."""
        future: asyncio.Future[Judged] = self._loop.create_future()
        self._waiting.append((row, text, future))
        if len(self._waiting) >= _MOST:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(_WAIT_S, self._flush)
        return await future

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._threads.submit(self._judge, waiting)

    def _judge(self, waiting: _Waiting) -> None:
        """In a thread."""

        def arrived(at: int, verdict: Verdict) -> None:
            if not verdict.is_missing:
                self._tell(_settle, waiting[at][2], (verdict, self._rewards.worth(verdict)))

        try:
            rows, texts = [row for row, _, _ in waiting], [text for _, text, _ in waiting]
            verdicts = self._rewards.judge(rows, texts, arrived)
            values = self._rewards.values(verdicts)
        except BaseException as failure:
            for _, _, future in waiting:
                self._tell(_fail, future, failure)
            return
        for (_, _, future), verdict, value in zip(waiting, verdicts, values, strict=True):
            self._tell(_settle, future, (verdict, value))

    def _tell(self, what: Any, *arguments: Any) -> None:
        with suppress(RuntimeError):  # The loop has ended, and with it whoever waited.
            self._loop.call_soon_threadsafe(what, *arguments)


def _settle(future: asyncio.Future[Judged], judged: Judged) -> None:
    if not future.done():
        future.set_result(judged)


def _fail(future: asyncio.Future[Judged], failure: BaseException) -> None:
    if not future.done():
        future.set_exception(failure)
