"""The client of an orchestrator, for asyncio. One event loop each; the methods are those of `Client`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import grpc.aio

from . import forking
from .batch import Batch, OnlineRuns
from .client import SLOW_S
from .errors import AssayError, error_of, reason_of
from .feed_aio import AsyncFeed, iterated
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .runs import RunOptions, names_of, run_request
from .values import Candidate, Problem, Progress, Run, Verdict, VerifierStatus, verdict_of
from .wire import TLS, UNARY, Settings, method

if TYPE_CHECKING:
    from typing_extensions import Unpack

log = logging.getLogger(__name__)
_Response = TypeVar("_Response")
_Item = tuple[Problem, Sequence[str | Candidate]]


class AsyncClient:
    """As `Client`, which see; connections belong to the event loop that makes the first call."""

    def __init__(
        self,
        address: str | Sequence[str],
        *,
        tls: bool | str | TLS | None = None,
        token: str | Callable[[], str] | None = None,
        insecure: bool = False,
        timeout: float = 30.0,
        patience: float = 60.0,
    ) -> None:
        self._start(Settings.of(address, tls, token, insecure, timeout, patience))

    def _start(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._preferred = 0
        self._online = OnlineRuns()
        self._created: set[tuple[str, str]] = set()

    def __getstate__(self) -> Settings:
        return self._settings

    def __setstate__(self, settings: Settings) -> None:
        self._start(settings)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends calls that are open. The client may be used again: it connects anew."""
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()

    async def create_run(self, verifiers: str | Sequence[str], **options: Unpack[RunOptions]) -> Run:
        return await self._unary("CreateRun", run_request(verifiers, options), Run)

    async def submit(
        self,
        run: str | Run,
        stream: Iterable[_Item] | AsyncIterable[_Item],
        *,
        complete: bool = False,
        timeout: float | None = None,
        most_pending: int = 16_384,
    ) -> AsyncIterator[Verdict]:
        """As `Client.submit`; the stream may be asynchronous. One that is not is read in the event loop."""
        if isinstance(run, str):
            run = (await self.progress(run)).run
        lists = self._submit(run.id, len(run.verifiers), iterated(stream), complete, timeout, most_pending)
        try:
            async for verdicts in lists:
                for verdict in verdicts:
                    yield verdict
        finally:
            await lists.aclose()

    async def progress(self, run: str | Run) -> Progress:
        async for progress in self.watch(run, once=True):
            return progress
        raise AssayError("orchestrator_failed", "The orchestrator told no progress.")

    async def watch(
        self, run: str | Run, *, once: bool = False, interval: float = 0.5, timeout: float | None = None
    ) -> AsyncIterator[Progress]:
        name = run if isinstance(run, str) else run.id
        request = opb.WatchRunRequest(run=name, once=once, interval_ms=max(1, round(interval * 1000)))
        retry = Retry(self._settings, timeout, self._preferred)
        while True:
            call = None
            try:
                watch = self._channel(retry.address).unary_stream(
                    method("WatchRun"), opb.WatchRunRequest.SerializeToString, opb.RunProgress.FromString
                )
                limit = retry.call_s() if once else retry.left_s()
                call = watch(request, timeout=limit, metadata=self._settings.metadata())
                async for progress in call:
                    retry.progress()
                    self._preferred = retry.at
                    yield progress
                return
            except grpc.RpcError as error:
                pause = retry.failed(error)
            finally:
                if call is not None:
                    call.cancel()
            await asyncio.sleep(pause)

    async def report(self, run: str | Run, *, level: float = 0) -> dict[str, Any]:
        request = opb.GetReportRequest(run=run if isinstance(run, str) else run.id, level=level)
        report: dict[str, Any] = json.loads(
            (await self._unary("GetReport", request, opb.GetReportResponse)).json
        )
        return report

    async def cancel(self, run: str | Run) -> Run:
        name = run if isinstance(run, str) else run.id
        return await self._unary("CancelRun", opb.CancelRunRequest(run=name), Run)

    async def runs(self) -> list[Run]:
        return list((await self._unary("ListRuns", opb.ListRunsRequest(), opb.ListRunsResponse)).runs)

    async def verifiers(self) -> list[VerifierStatus]:
        response = await self._unary("ListVerifiers", opb.ListVerifiersRequest(), opb.ListVerifiersResponse)
        return list(response.verifiers)

    async def judge(
        self,
        problem: Problem,
        candidates: Sequence[str | Candidate],
        verifiers: str | Sequence[str],
        *,
        timeout: float = 60.0,
    ) -> list[Verdict]:
        return (await self.judge_many([(problem, candidates)], verifiers, timeout=timeout))[0]

    async def judge_many(
        self,
        items: Sequence[_Item],
        verifiers: str | Sequence[str],
        *,
        timeout: float = 60.0,
        slow: float = SLOW_S,
    ) -> list[list[Verdict]]:
        names = names_of(verifiers)
        request, numbers = self._online.take(names, len(items))
        batch = Batch(items, names, numbers)
        teller = asyncio.create_task(_tell(batch, slow))
        stream = iterated(batch.chunks)
        lists = self._submit(request.id, len(names), stream, False, timeout, 1 << 62, request)
        try:
            async for verdicts in lists:
                for verdict in verdicts:
                    batch.take(verdict)
        except AssayError as error:
            if error.code not in ("timeout", "orchestrator_unreachable"):
                raise
            if error.code == "timeout" and batch.is_untouched:
                with contextlib.suppress(grpc.RpcError):
                    retry = Retry(self._settings, 1.0)
                    listed = await self._once("ListVerifiers", opb.ListVerifiersRequest(), retry)
                    batch.check_verifiers(listed.verifiers)
            log.warning("%d verdicts are missing: %s; %s", batch.missing, error.message, batch.pending())
        finally:
            teller.cancel()
            await lists.aclose()
        return batch.verdicts

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


async def _tell(batch: Batch, slow: float) -> None:
    waited = 0.0
    while True:
        await asyncio.sleep(slow)
        waited += slow
        log.warning("waiting for %d verdicts for %.0f s: %s", batch.missing, waited, batch.pending())
