"""What a sync submission sends, over as many connections as it takes. gRPC reads it in threads of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .proto import orchestrator_pb2 as opb
from .proto import verifier_pb2 as pb
from .unanswered import Unanswered, Writer
from .values import Problem, candidates_of

#: Characters of candidates that may be underway.
MOST_BYTES = 256 << 20


class Feed:
    def __init__(
        self,
        run: str,
        verifiers: int,
        stream: Iterable[tuple[Problem, Sequence[Any]]],
        complete: bool,
        most_pending: int,
    ) -> None:
        self._run = run
        self._complete = complete
        self._most_pending = most_pending
        self._stream = iter(stream)
        #: Held while the stream is asked for more, which may take any time.
        self._reading = threading.Lock()
        self._read = False
        self._failure: BaseException | None = None
        self._on_failure: Callable[[], object] = lambda: None
        #: Guards what follows; told of room, and of ends of connections.
        self._changed = threading.Condition()
        self._unanswered = Unanswered(verifiers)
        self._again: deque[tuple[Problem, list[pb.Candidate]]] = deque()
        self._connection = 0

    @property
    def pending(self) -> int:
        return self._unanswered.size

    @property
    def done(self) -> bool:
        return self._read and self._unanswered.size == 0

    def take(self, verdicts: Iterable[opb.RunVerdict]) -> list[opb.RunVerdict]:
        """Those that were not given before."""
        with self._changed:
            fresh = self._unanswered.take(verdicts)
            self._changed.notify_all()
        return fresh

    def on_failure(self, end: Callable[[], object]) -> None:
        """Called when the stream raises: the call is to be ended."""
        self._on_failure = end
        if self._failure is not None:
            end()

    def raise_failure(self) -> None:
        """Raises what the stream raised, if it did."""
        if self._failure is not None:
            raise self._failure

    def disconnect(self) -> None:
        """Ends what is sent over the connection there was."""
        with self._changed:
            self._connection += 1
            self._changed.notify_all()

    def connect(self) -> Iterator[opb.SubmitRequest]:
        """Messages of a new connection: what lacks verdicts, and what follows."""
        with self._changed:
            self._connection += 1
            self._again = deque(self._unanswered.chunks())
            return self._messages(self._connection)

    def _messages(self, connection: int) -> Iterator[opb.SubmitRequest]:
        writer = Writer()
        yield opb.SubmitRequest(run=self._run)
        while (chunk := self._next(connection)) is not None:
            yield from writer.messages(*chunk)
        if self._complete and self._failure is None and connection == self._connection:
            yield opb.SubmitRequest(complete=True)

    def _next(self, connection: int) -> tuple[Problem, list[pb.Candidate]] | None:
        """None: nothing (more) is to be sent over this connection."""
        with self._changed:
            while connection == self._connection and not self._again and not self._has_room():
                self._changed.wait()
            if connection != self._connection:
                return None
            if self._again:
                return self._again.popleft()
        with self._reading:
            if connection != self._connection:
                return None
            with self._changed:
                # Came while this waited for its turn to read.
                if self._again:
                    return self._again.popleft()
            if self._read or self._failure is not None:
                return None
            try:
                item = next(self._stream, None)
                if item is None:
                    self._read = True
                    return None
                chunk = (item[0], candidates_of(item[1]))
            except BaseException as failure:
                self._failure = failure
                self._on_failure()
                return None
        with self._changed:
            self._unanswered.add(*chunk)
            if connection != self._connection:
                # It came too late for this connection, and perhaps for what the next one was told.
                self._again.append(chunk)
                self._changed.notify_all()
                return None
        return chunk

    def _has_room(self) -> bool:
        unanswered = self._unanswered
        return unanswered.size < self._most_pending and unanswered.bytes < MOST_BYTES
