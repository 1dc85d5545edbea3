"""Calls of the asyncio client, each tried again elsewhere where it fails by the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

import grpc
import grpc.aio

from . import forking
from .errors import AssayError, error_of, reason_of
from .feed_aio import AsyncFeed
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .values import Problem, verdict_of
from .wire import UNARY, Settings, method

log = logging.getLogger(__name__)
_Response = TypeVar("_Response")


class AsyncCalls:
    """As `Calls`, which see."""

    def _start(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._preferred = 0
        self._created: set[tuple[str, str]] = set()

    def __getstate__(self) -> Settings:
        return self._settings

    def __setstate__(self, settings: Settings) -> None:
        self._start(settings)

    def _channel(self, address: str) -> grpc.aio.Channel:
        forking.enter("asyncio")
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop is not None and not self._loop.is_closed() and self._channels:
                raise AssayError(
                    "usage", "This client is in use in another event loop.", mend="Make one for each."
                )
            self._loop, self._channels = loop, {}
        channel = self._channels.get(address)
        if channel is None:
            credentials, options = self._settings.credentials(), self._settings.options()
            if credentials is None:
                channel = grpc.aio.insecure_channel(address, options)
            else:
                channel = grpc.aio.secure_channel(address, credentials, options)
            self._channels[address] = channel
        return channel

    async def _once(self, name: str, request: Any, retry: Retry) -> Any:
        kind, answer = UNARY[name]
        call = self._channel(retry.address).unary_unary(
            method(name), kind.SerializeToString, answer.FromString
        )
        return await call(request, timeout=retry.call_s(), metadata=self._settings.metadata())

    async def _unary(self, name: str, request: Any, _answer: type[_Response]) -> _Response:
        retry = Retry(self._settings, self._settings.timeout_s, self._preferred)
        while True:
            try:
                response: _Response = await self._once(name, request, retry)
                self._preferred = retry.at
                return response
            except grpc.RpcError as error:
                pause = retry.failed(error)
            await asyncio.sleep(pause)

    async def _submit(
        self,
        run: str,
        verifiers: int,
        stream: AsyncIterator[tuple[Problem, Sequence[Any]]],
        complete: bool,
        timeout: float | None,
        most_pending: int,
        create: opb.CreateRunRequest | None = None,
    ) -> Any:  # An asynchronous generator of lists of verdicts.
        feed = AsyncFeed(run, verifiers, stream, complete, most_pending)
        retry = Retry(self._settings, timeout, self._preferred)
        try:
            while True:
                call, writer = None, None
                try:
                    if create is not None and (retry.address, run) not in self._created:
                        await self._once("CreateRun", create, retry)
                        self._created.add((retry.address, run))
                    submit = self._channel(retry.address).stream_stream(
                        method("Submit"), opb.SubmitRequest.SerializeToString, opb.SubmitResponse.FromString
                    )
                    call = submit(timeout=retry.left_s(), metadata=self._settings.metadata())
                    writer = asyncio.create_task(feed.write(call))
                    async for response in call:
                        fresh = feed.take(response.verdicts)
                        retry.progress()
                        self._preferred = retry.at
                        if fresh:
                            yield [verdict_of(verdict) for verdict in fresh]
                    feed.raise_failure()
                    if feed.done:
                        return
                    pause = retry.wait(
                        AssayError("verdicts_missing", "The orchestrator ended without all verdicts.")
                    )
                except grpc.RpcError as error:
                    feed.raise_failure()
                    if create is not None and reason_of(error) == "run_unknown":
                        self._created.discard((retry.address, run))
                        pause = retry.wait(error_of(error, retry.address))
                    else:
                        pause = retry.failed(error)
                except asyncio.CancelledError:
                    # Our own end of the call is told as a cancellation, too.
                    feed.raise_failure()
                    raise
                finally:
                    if writer is not None:
                        writer.cancel()
                        await asyncio.gather(writer, return_exceptions=True)
                    if call is not None:
                        call.cancel()
                log.info("run %s: %d candidates are sent again to %s", run, feed.pending, retry.address)
                await asyncio.sleep(pause)
        finally:
            await feed.close()
