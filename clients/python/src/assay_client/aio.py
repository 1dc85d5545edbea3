"""The client of an orchestrator, for asyncio. One event loop each; the methods are those of `Client`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from .batch import Batch, OnlineRuns
from .calls_aio import AsyncCalls
from .client import SLOW_S
from .errors import AssayError
from .feed_aio import iterated
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .runs import RunOptions, id_of, names_of, run_request, watch_request
from .values import Candidate, Problem, Progress, Run, Verdict, VerifierStatus
from .wire import TLS, Settings, method

if TYPE_CHECKING:
    from typing_extensions import Unpack

log = logging.getLogger(__name__)
_Item = tuple[Problem, Sequence[str | Candidate]]


class AsyncClient(AsyncCalls):
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
        super()._start(settings)
        self._online = OnlineRuns()

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
        request = watch_request(run, once, interval)
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
        request = opb.GetReportRequest(run=id_of(run), level=level)
        report: dict[str, Any] = json.loads(
            (await self._unary("GetReport", request, opb.GetReportResponse)).json
        )
        return report

    async def cancel(self, run: str | Run) -> Run:
        return await self._unary("CancelRun", opb.CancelRunRequest(run=id_of(run)), Run)

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
        lists = self._submit(request.id, len(names), stream, True, timeout, 1 << 62, request)
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


async def _tell(batch: Batch, slow: float) -> None:
    waited = 0.0
    while True:
        await asyncio.sleep(slow)
        waited += slow
        log.warning("waiting for %d verdicts for %.0f s: %s", batch.missing, waited, batch.pending())
