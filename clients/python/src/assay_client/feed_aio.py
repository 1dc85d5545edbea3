"""What an asyncio submission sends, over as many connections as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any

import grpc

from .feed import MOST_BYTES
from .proto import orchestrator_pb2 as opb
from .proto import verifier_pb2 as pb
from .unanswered import Unanswered, Writer
from .values import Problem, candidates_of


class _StreamError(Exception):
    """What the caller's own stream raised, of whatever kind: errors of the call are of the same kinds."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class AsyncFeed:
    def __init__(
        self,
        run: str,
        verifiers: int,
        stream: AsyncIterator[tuple[Problem, Sequence[Any]]],
        complete: bool,
        most_pending: int,
    ) -> None:
        self._run = run
        self._complete = complete
        self._most_pending = most_pending
        self._stream = stream
        #: Asked for and not yet sent: it outlives the connection.
        self._next: asyncio.Future[Any] | None = None
        self._read = False
        self._failure: BaseException | None = None
        self._unanswered = Unanswered(verifiers)
        self._room = asyncio.Event()

    @property
    def pending(self) -> int:
        return self._unanswered.size

    @property
    def done(self) -> bool:
        return self._read and self._unanswered.size == 0

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def take(self, verdicts: Iterable[opb.RunVerdict]) -> list[opb.RunVerdict]:
        fresh = self._unanswered.take(verdicts)
        self._room.set()
        return fresh

    async def write(self, call: Any) -> None:
        """Sends what lacks verdicts, then what follows. Ends quietly where the call has ended."""
        writer = Writer()
        try:
            await call.write(opb.SubmitRequest(run=self._run))
            for chunk in list(self._unanswered.chunks()):
                for message in writer.messages(*chunk):
                    await call.write(message)
            while (following := await self._following()) is not None:
                self._unanswered.add(*following)
                for message in writer.messages(*following):
                    await call.write(message)
            if self._complete:
                await call.write(opb.SubmitRequest(complete=True))
            await call.done_writing()
        except _StreamError as error:
            self._failure = error.failure
            call.cancel()
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass
        except Exception as failure:
            self._failure = failure
            call.cancel()

    async def _following(self) -> tuple[Problem, list[pb.Candidate]] | None:
        while self._unanswered.size >= self._most_pending or self._unanswered.bytes >= MOST_BYTES:
            self._room.clear()
            await self._room.wait()
        if self._read:
            return None
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._stream, None))
        try:
            item = await asyncio.shield(self._next)
        except asyncio.CancelledError as cancelled:
            if not self._next.cancelled():
                raise
            raise _StreamError(RuntimeError("The stream of candidates was cancelled.")) from cancelled
        except Exception as failure:
            raise _StreamError(failure) from failure
        self._next = None
        if item is None:
            self._read = True
            return None
        return item[0], candidates_of(item[1])

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
        end = getattr(self._stream, "aclose", None)
        if end is not None and not self._read:
            await end()


async def iterated(stream: Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[Any]:
    """As an asynchronous one."""
    if isinstance(stream, AsyncIterable):
        async for item in stream:
            yield item
    else:
        for item in stream:
            yield item
