"""Joins what several calls want scored into packs for the engine, which one thread runs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from .tokens import Encoded
from .types import Group, Reading


log = logging.getLogger(__name__)


class Scorer(Protocol):
    """What of the engine is used here."""

    def score(self, groups: Sequence[Group]) -> list[list[Reading]]: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item has no reading. `reason` is one of packages/contract/src/verdict.ts."""

    reason: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item. Seconds: from `submit` to the start of its pack, and its share of the pack's time."""

    index: int
    outcome: Reading | Failure
    queued_s: float = 0.0
    service_s: float = 0.0


@dataclass(slots=True, eq=False)
class Job:
    """One item that waits or runs."""

    ticket: Ticket
    index: int
    encoded: Encoded
    since: float
    answered: bool = False


class Ticket:
    """The items of one call. `deliver` is called from other threads, and must not block."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: deque[Job] = deque()

    def deliver(self, results: Sequence[Result]) -> None:
        raise NotImplementedError


class Scheduler:
    """
    Calls take turns of one pack each. A pack holds one call's items up to the budget, so that they share their prompt's
    tokens, and where room is left, the next calls'. It starts when the budget is reached, or its oldest item has waited
    for `flush_s`.
    """

    def __init__(self, engine: Scorer, *, budget_tokens: int, flush_s: float = 0.01) -> None:
        self._engine = engine
        self._budget = budget_tokens
        self._flush_s = flush_s
        self._changed = threading.Condition()
        #: Calls with waiting items, the next one first.
        self._turns: deque[Ticket] = deque()
        self._tokens = 0
        self._items = 0
        self._closed = False
        self._pack: list[Job] = []
        self._busy_since: float | None = None
        self._told_at = 0.0
        #: Why the engine can score nothing any more; None while it can.
        self.broken: str | None = None
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def queued(self) -> int:
        """Items that wait."""
        return self._items

    @property
    def busy_s(self) -> float:
        """Seconds since the running pack started; 0: none runs."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def submit(self, ticket: Ticket, items: Sequence[tuple[int, Encoded]]) -> None:
        """Puts items (index, encoded) in the queue. Each is delivered once, unless its ticket is cancelled."""
        now = time.monotonic()
        with self._changed:
            if self.broken is None and not self._closed:
                if items and not ticket.waiting:
                    self._turns.append(ticket)
                for index, encoded in items:
                    ticket.waiting.append(Job(ticket, index, encoded, now))
                    self._tokens += len(encoded.response.ids)
                self._items += len(items)
                self._changed.notify()
                return
        failure = Failure("verifier_failure", self.broken or "the worker ends", True)
        ticket.deliver([Result(index, failure) for index, _ in items])

    def cancel(self, ticket: Ticket) -> None:
        """Forgets what of it waits; what runs is not delivered."""
        with self._changed:
            self._forget(ticket)
            for job in self._pack:
                if job.ticket is ticket:
                    job.answered = True

    def give_up(self, failure: Failure) -> None:
        """Answers the items of the running pack, whatever the engine still does with them."""
        with self._changed:
            jobs = [job for job in self._pack if not job.answered]
            since = self._busy_since or time.monotonic()
        self._deliver(jobs, [failure] * len(jobs), since)

    def close(self, timeout_s: float = 5.0) -> None:
        """Ends the thread after its pack; what waits is answered with failures."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._drop(Failure("verifier_failure", "the worker ends", True))

    def _run(self) -> None:
        while (pack := self._next()) is not None:
            try:
                self._score(pack)
            finally:
                with self._changed:
                    self._pack = []
                    self._busy_since = None

    def _next(self) -> list[Job] | None:
        """Waits for a pack; None: closed."""
        with self._changed:
            while not self._closed:
                if self._turns:
                    oldest = min(ticket.waiting[0].since for ticket in self._turns)
                    left = oldest + self._flush_s - time.monotonic()
                    if left <= 0 or self._tokens >= self._budget:
                        self._pack = self._fill()
                        self._busy_since = time.monotonic()
                        return self._pack
                    self._changed.wait(left)
                else:
                    self._changed.wait()
        return None

    def _fill(self) -> list[Job]:
        pack: list[Job] = []
        prompts: set[bytes] = set()
        tokens = 0
        served = 0
        # Those that got room go to the end; the one that found none is the next.
        for ticket in list(self._turns):
            while ticket.waiting:
                encoded = ticket.waiting[0].encoded
                cost = len(encoded.response.ids)
                if encoded.prompt.key not in prompts:
                    cost += len(encoded.prompt.ids)
                if pack and tokens + cost > self._budget:
                    break
                prompts.add(encoded.prompt.key)
                tokens += cost
                pack.append(ticket.waiting.popleft())
            if ticket.waiting:
                served += served == 0
                break
            served += 1
        self._turns.rotate(-served)
        self._turns = deque(ticket for ticket in self._turns if ticket.waiting)
        self._items -= len(pack)
        self._tokens -= sum(len(job.encoded.response.ids) for job in pack)
        return pack

    def _score(self, pack: Sequence[Job]) -> None:
        """Scores a pack; one that fails is halved, until the items that it fails for are alone."""
        jobs = [job for job in pack if not job.answered]
        if not jobs:
            return
        ordered, groups = _grouped(jobs)
        start = time.monotonic()
        try:
            outcomes = self._attempt(groups)
        except Exception as error:
            if _is_lasting(error):
                log.error("the device failed", exc_info=error)
                self._break(f"the device failed: {_line(error)}")
                return
            if len(ordered) > 1:
                middle = len(ordered) // 2
                self._score(ordered[:middle])
                self._score(ordered[middle:])
                return
            self._tell(error)
            # A ValueError is about this item, and will be about it again.
            outcomes = [Failure("verifier_failure", _line(error), not isinstance(error, ValueError))]
        self._deliver(ordered, outcomes, start)

    def _tell(self, error: Exception) -> None:
        """Logs an error, ten in a second at most."""
        now = time.monotonic()
        if now - self._told_at > 0.1:
            self._told_at = now
            log.warning("an item is not scored", exc_info=error)

    def _attempt(self, groups: Sequence[Group]) -> list[Reading | Failure]:
        """One outcome an item. Raises what the engine raises, but for failures of which it says whose they are."""
        failures: Mapping[tuple[int, int], str] = {}
        readings: Sequence[Sequence[Reading | None]]
        try:
            readings = self._engine.score(groups)
        except Exception as error:
            if not hasattr(error, "readings"):
                raise
            # `Unscored` of the engine: it has tried each item by itself.
            readings, failures = error.readings, error.failures
        if [len(each) for each in readings] != [len(group.responses) for group in groups]:
            raise RuntimeError("the engine answered for other items than it was given")
        return [
            _checked(reading, failures.get((group, at), "no reading"))
            for group, each in enumerate(readings)
            for at, reading in enumerate(each)
        ]

    def _deliver(self, jobs: Sequence[Job], outcomes: Sequence[Reading | Failure], start: float) -> None:
        elapsed = time.monotonic() - start
        tokens = max(1, sum(len(job.encoded.response.ids) for job in jobs))
        results: dict[Ticket, list[Result]] = {}
        with self._changed:
            for job, outcome in zip(jobs, outcomes, strict=True):
                if not job.answered:
                    job.answered = True
                    share = elapsed * len(job.encoded.response.ids) / tokens
                    result = Result(job.index, outcome, max(0.0, start - job.since), share)
                    results.setdefault(job.ticket, []).append(result)
        for ticket, each in results.items():
            ticket.deliver(each)

    def _break(self, why: str) -> None:
        self.broken = why
        failure = Failure("verifier_failure", why, True)
        self.give_up(failure)
        self._drop(failure)

    def _drop(self, failure: Failure) -> None:
        with self._changed:
            waiting = [(ticket, [job.index for job in ticket.waiting]) for ticket in self._turns]
            for ticket, _ in waiting:
                self._forget(ticket)
        for ticket, indexes in waiting:
            ticket.deliver([Result(index, failure) for index in indexes])

    def _forget(self, ticket: Ticket) -> None:
        if not ticket.waiting:
            return
        self._items -= len(ticket.waiting)
        self._tokens -= sum(len(job.encoded.response.ids) for job in ticket.waiting)
        ticket.waiting.clear()
        self._turns.remove(ticket)


def _grouped(jobs: Sequence[Job]) -> tuple[list[Job], list[Group]]:
    """One group for each prompt, and the jobs in the order of the groups' responses."""
    by_prompt: dict[bytes, list[Job]] = {}
    for job in jobs:
        by_prompt.setdefault(job.encoded.prompt.key, []).append(job)
    groups = []
    for members in by_prompt.values():
        prompt = members[0].encoded.prompt
        groups.append(Group(prompt.ids, [job.encoded.response for job in members], prompt.gate))
    return [job for members in by_prompt.values() for job in members], groups


def _checked(reading: Reading | None, why: str) -> Reading | Failure:
    if reading is None:
        return Failure("verifier_failure", why, True)
    if all(map(isfinite, (reading.logit, *reading.steps, *reading.objectives, *reading.coefficients))):
        return reading
    return Failure("verifier_failure", "the model's answer is not finite", True)


def _is_lasting(error: Exception) -> bool:
    """After an error of the device itself, every further call fails; running out of its memory is none."""
    text = str(error)
    return type(error).__name__ == "AcceleratorError" or (
        "CUDA error" in text and "out of memory" not in text
    )


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500]
