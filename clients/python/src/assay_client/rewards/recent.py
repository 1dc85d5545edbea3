"""What verdicts were worth lately, for those who ask for one at a time."""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache

_PROBLEMS = 4096
_VALUES = 64


class Recent:
    """
    Of each problem the last values, of the problems that came last. Safe to use from many threads, and after
    a fork. Pickled, it is empty.
    """

    def __init__(self) -> None:
        self._of = lru_cache(_PROBLEMS)(_window)

    def __reduce__(self) -> tuple[object, ...]:
        return Recent, ()

    def add(self, problem: str, worth: float) -> None:
        self._of(problem).append(worth)

    def mean(self, problem: str) -> float | None:
        """None: there was none."""
        values = list(self._of(problem))
        return math.fsum(values) / len(values) if values else None


def _window(_problem: str) -> deque[float]:
    return deque(maxlen=_VALUES)
