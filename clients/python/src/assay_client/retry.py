"""When and where to try again what failed by the way."""

from __future__ import annotations

import random
import time

import grpc

from .errors import AssayError, error_of, is_broken, reason_of
from .wire import Settings

_FIRST_S = 0.1
_FACTOR = 1.7
_MOST_S = 5.0
_JITTER = 0.2


class Retry:
    """
    One task's tries over several addresses, until its time is over or nobody has answered for `patience_s`.
    """

    def __init__(self, settings: Settings, timeout_s: float | None, first: int = 0) -> None:
        self._settings = settings
        self._at = first
        self._failures = 0
        #: When nobody answered for the first time since somebody did.
        self._silent_since = 0.0
        self._timeout_s = timeout_s
        self._until = None if timeout_s is None else time.monotonic() + timeout_s

    @property
    def address(self) -> str:
        return self._settings.addresses[self._at % len(self._settings.addresses)]

    @property
    def at(self) -> int:
        return self._at % len(self._settings.addresses)

    def left_s(self) -> float | None:
        """Seconds; None: no end. Raises AssayError `timeout` where it is over."""
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise self._over()
        return left

    def call_s(self) -> float:
        """Seconds for one answer."""
        left = self.left_s()
        # Where there are others to ask, one that is silent does not get all of the time.
        share = self._settings.timeout_s / min(3, len(self._settings.addresses))
        return share if left is None else min(left, share)

    def progress(self) -> None:
        self._failures = 0

    def failed(self, error: grpc.RpcError) -> float:
        """Seconds to wait before the next try, at the next address. Raises AssayError where there is none."""
        late = error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        if late:
            self.left_s()
        # Whoever died keeps its runs until its lease is over.
        busy = self._failures > 0 and reason_of(error) == "run_busy"
        # The tenant has had its calls of this second.
        limited = reason_of(error) == "rate_limited"
        if is_broken(error) or busy or limited or (late and len(self._settings.addresses) > 1):
            return self.wait(error_of(error, self.address))
        raise error_of(error, self.address) from error

    def wait(self, error: AssayError) -> float:
        """As `failed`, for an error of ours that another try may not meet."""
        if self._failures == 0:
            self._silent_since = time.monotonic()
        elif time.monotonic() - self._silent_since > self._settings.patience_s:
            raise error
        self._at += 1
        self._failures += 1
        # All addresses are tried once before the first pause.
        rounds = self._failures - len(self._settings.addresses)
        if rounds < 0:
            return 0.0
        pause = min(_MOST_S, _FIRST_S * _FACTOR**rounds) * (1 + _JITTER * random.uniform(-1, 1))
        left = self.left_s()
        return pause if left is None else min(pause, left)

    def _over(self) -> AssayError:
        return AssayError("timeout", f"Not done within {self._timeout_s} s.", mend="Give a longer timeout.")
