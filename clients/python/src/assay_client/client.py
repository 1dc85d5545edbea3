"""The client of an orchestrator, for programs without an event loop. Safe to use from many threads."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from .batch import Batch, OnlineRuns
from .channels import Channels
from .errors import AssayError, error_of, reason_of
from .feed import Feed
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .runs import RunOptions, names_of, run_request
from .values import Candidate, Problem, Progress, Run, Verdict, VerifierStatus, verdict_of
from .wire import TLS, UNARY, Settings, method

if TYPE_CHECKING:
    from typing_extensions import Unpack

log = logging.getLogger(__name__)
_Response = TypeVar("_Response")

#: Seconds after which what is waited for is named in the log.
SLOW_S = 10.0


class Client:
    """
    Connections are made when they are first needed, by each process its own. Pickled, it is its settings.

    `address`: "host:port", or several of orchestrators that share a store: when one is gone, the next is
    asked. `tls`: True, a file of authorities, or `TLS(…)`; `token`: the token, or what answers with it. What
    is not given comes from ASSAY_TLS_CA, ASSAY_TOKEN and so on. `timeout`: seconds for each answer.
    `patience`: seconds for which nobody may answer before a task is given up. Raises AssayError `usage`,
    `bad_token`, `plain_text`.
    """

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
        self._channels = Channels(settings)
        #: Where the last call went through.
        self._preferred = 0
        self._lock = threading.Lock()
        self._online = OnlineRuns()
        self._created: set[tuple[str, str]] = set()

    def __getstate__(self) -> Settings:
        return self._settings

    def __setstate__(self, settings: Settings) -> None:
        self._start(settings)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends calls that are open. The client may be used again: it connects anew."""
        if self._channels.is_own:
            self._channels.close()

    # Runs

    def create_run(self, verifiers: str | Sequence[str], **options: Unpack[RunOptions]) -> Run:
        """
        Creates a run, or opens the one with this id; the first verifier decides the success rates. Raises
        AssayError `run_exists` where there is one of this id with other settings, `invalid_run`.
        """
        return self._unary("CreateRun", run_request(verifiers, options), Run)

    def submit(
        self,
        run: str | Run,
        stream: Iterable[tuple[Problem, Sequence[str | Candidate]]],
        *,
        complete: bool = False,
        timeout: float | None = None,
        most_pending: int = 16_384,
    ) -> Iterator[Verdict]:
        """
        Sends candidates as `stream` gives them, and yields their verdicts as they become durable, each once.
        The stream is read in another thread, no faster than verdicts are taken: at most `most_pending`
        candidates are underway. Where the connection breaks, the next address is tried, and what has no
        verdict yet is sent again. `complete`: the stream is the run's whole input. A problem must not be
        changed once it is given. Ending the iteration early ends the submission. Raises AssayError: `timeout`
        after that many seconds, `orchestrator_unreachable`, `run_unknown`, `run_cancelled`,
        `invalid_candidate` and so on; and what the stream raises.
        """
        if isinstance(run, str):
            run = self.progress(run).run
        for verdicts in self._submit(run.id, len(run.verifiers), stream, complete, timeout, most_pending):
            yield from verdicts

    def progress(self, run: str | Run) -> Progress:
        """Progress now. Raises AssayError `run_unknown`."""
        return next(iter(self.watch(run, once=True)))

    def watch(
        self, run: str | Run, *, once: bool = False, interval: float = 0.5, timeout: float | None = None
    ) -> Iterator[Progress]:
        """Progress at once, and then every `interval` seconds until the run ends."""
        request = opb.WatchRunRequest(run=_id(run), once=once, interval_ms=max(1, round(interval * 1000)))
        retry = Retry(self._settings, timeout, self._preferred)
        while True:
            call = None
            try:
                watch = self._channel(retry.address).unary_stream(
                    method("WatchRun"), opb.WatchRunRequest.SerializeToString, opb.RunProgress.FromString
                )
                limit = retry.call_s() if once else retry.left_s()
                call = watch(request, timeout=limit, metadata=self._settings.metadata())
                for progress in call:
                    retry.progress()
                    self._preferred = retry.at
                    yield progress
                return
            except grpc.RpcError as error:
                pause = retry.failed(error)
            finally:
                _cancel(call)
            time.sleep(pause)

    def report(self, run: str | Run, *, level: float = 0) -> dict[str, Any]:
        """
        The report (schema `assay.report/v1`) on the verdicts stored so far; `level`: of confidence, 0 for
        0.95.
        """
        response = self._unary(
            "GetReport", opb.GetReportRequest(run=_id(run), level=level), opb.GetReportResponse
        )
        report: dict[str, Any] = json.loads(response.json)
        return report

    def cancel(self, run: str | Run) -> Run:
        """Stops a run; submitting to it again goes on."""
        return self._unary("CancelRun", opb.CancelRunRequest(run=_id(run)), Run)

    def runs(self) -> list[Run]:
        return list(self._unary("ListRuns", opb.ListRunsRequest(), opb.ListRunsResponse).runs)

    def verifiers(self) -> list[VerifierStatus]:
        """Every known verifier with its replicas and their load."""
        return list(
            self._unary("ListVerifiers", opb.ListVerifiersRequest(), opb.ListVerifiersResponse).verifiers
        )

    # Online

    def judge(
        self,
        problem: Problem,
        candidates: Sequence[str | Candidate],
        verifiers: str | Sequence[str],
        *,
        timeout: float = 60.0,
    ) -> list[Verdict]:
        """As `judge_many`, for one problem."""
        return self.judge_many([(problem, candidates)], verifiers, timeout=timeout)[0]

    def judge_many(
        self,
        items: Sequence[tuple[Problem, Sequence[str | Candidate]]],
        verifiers: str | Sequence[str],
        *,
        timeout: float = 60.0,
        slow: float = SLOW_S,
        on_verdict: Callable[[int, int, Verdict], object] | None = None,
    ) -> list[list[Verdict]]:
        """
        Verdicts of all candidates in one stream, in the order of the items, their candidates, and the
        verifiers. Never takes longer than `timeout` seconds: what has no verdict then is ERROR
        `no_verdict_in_time`. Every `slow` seconds the log says what is waited for. `on_verdict` hears of each
        at once: item, place in the item's list, verdict. Raises AssayError for what no waiting mends:
        `verifier_unknown` (no verdict at all, and nobody knows the verifier), `token_unknown` and so on.
        """
        names = names_of(verifiers)
        self._own()
        with self._lock:
            request, numbers = self._online.take(names, len(items))
        batch = Batch(items, names, numbers)
        stop = threading.Event()
        if batch.missing > 0:
            threading.Thread(target=_tell, args=(batch, stop, slow), daemon=True).start()
        try:
            for verdicts in self._submit(
                request.id, len(names), batch.chunks, False, timeout, 1 << 62, request
            ):
                for verdict in verdicts:
                    place = batch.take(verdict)
                    if on_verdict is not None:
                        on_verdict(*place)
        except AssayError as error:
            if error.code not in ("timeout", "orchestrator_unreachable"):
                raise
            if error.code == "timeout" and batch.is_untouched:
                # Of the answer's own time there is none left.
                with contextlib.suppress(grpc.RpcError):
                    listed = self._once(
                        "ListVerifiers", opb.ListVerifiersRequest(), Retry(self._settings, 1.0)
                    )
                    batch.check_verifiers(listed.verifiers)
            log.warning("%d verdicts are missing: %s; %s", batch.missing, error.message, batch.pending())
        finally:
            stop.set()
        return batch.verdicts

    # Calls

    def _channel(self, address: str) -> grpc.Channel:
        self._own()
        return self._channels.get(address)

    def _own(self) -> None:
        """A forked child starts anew: a lock may have been held, and runs number problems."""
        if not self._channels.is_own:
            self._channels.abandon()
            self._start(self._settings)

    def _once(self, name: str, request: Any, retry: Retry) -> Any:
        kind, answer = UNARY[name]
        call = self._channel(retry.address).unary_unary(
            method(name), kind.SerializeToString, answer.FromString
        )
        return call(request, timeout=retry.call_s(), metadata=self._settings.metadata())

    def _unary(self, name: str, request: Any, _answer: type[_Response]) -> _Response:
        retry = Retry(self._settings, self._settings.timeout_s, self._preferred)
        while True:
            try:
                response: _Response = self._once(name, request, retry)
                self._preferred = retry.at
                return response
            except grpc.RpcError as error:
                time.sleep(retry.failed(error))

    def _submit(
        self,
        run: str,
        verifiers: int,
        stream: Iterable[tuple[Problem, Sequence[Any]]],
        complete: bool,
        timeout: float | None,
        most_pending: int,
        create: opb.CreateRunRequest | None = None,
    ) -> Iterator[list[Verdict]]:
        feed = Feed(run, verifiers, stream, complete, most_pending)
        retry = Retry(self._settings, timeout, self._preferred)
        while True:
            call = None
            try:
                if create is not None and (retry.address, run) not in self._created:
                    self._once("CreateRun", create, retry)
                    self._created.add((retry.address, run))
                submit = self._channel(retry.address).stream_stream(
                    method("Submit"), opb.SubmitRequest.SerializeToString, opb.SubmitResponse.FromString
                )
                requests = feed.connect()
                call = submit(requests, timeout=retry.left_s(), metadata=self._settings.metadata())
                feed.on_failure(call.cancel)
                for response in call:
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
                    # Another store: the run is made there, too.
                    self._created.discard((retry.address, run))
                    pause = retry.wait(error_of(error, retry.address))
                else:
                    pause = retry.failed(error)
            finally:
                feed.disconnect()
                _cancel(call)
            log.info("run %s: %d candidates are sent again to %s", run, feed.pending, retry.address)
            time.sleep(pause)


def _id(run: str | Run) -> str:
    return run if isinstance(run, str) else run.id


def _cancel(call: Any) -> None:
    if call is not None:
        call.cancel()


def _tell(batch: Batch, stop: threading.Event, slow: float) -> None:
    waited = 0.0
    while not stop.wait(slow):
        waited += slow
        log.warning("waiting for %d verdicts for %.0f s: %s", batch.missing, waited, batch.pending())
