"""The client of an orchestrator, for programs without an event loop. Safe to use from many threads."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from .batch import Batch, OnlineRuns
from .calls import Calls, cancel
from .errors import AssayError
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .runs import RunOptions, id_of, names_of, run_request, watch_request
from .values import Candidate, Problem, Progress, Run, Verdict, VerifierStatus
from .wire import TLS, Settings, method

if TYPE_CHECKING:
    from typing_extensions import Unpack

log = logging.getLogger(__name__)

#: Seconds after which what is waited for is named in the log.
SLOW_S = 10.0


class Client(Calls):
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
        super()._start(settings)
        self._lock = threading.Lock()
        self._online = OnlineRuns()

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
                for progress in call:
                    retry.progress()
                    self._preferred = retry.at
                    yield progress
                return
            except grpc.RpcError as error:
                pause = retry.failed(error)
            finally:
                cancel(call)
            time.sleep(pause)

    def report(self, run: str | Run, *, level: float = 0) -> dict[str, Any]:
        """
        The report (schema `assay.report/v1`) on the verdicts stored so far; `level`: of confidence, 0 for
        0.95.
        """
        response = self._unary(
            "GetReport", opb.GetReportRequest(run=id_of(run), level=level), opb.GetReportResponse
        )
        report: dict[str, Any] = json.loads(response.json)
        return report

    def cancel(self, run: str | Run) -> Run:
        """Stops a run; submitting to it again goes on."""
        return self._unary("CancelRun", opb.CancelRunRequest(run=id_of(run)), Run)

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
        verifiers. Never takes longer than `timeout` seconds (one more where there is no verdict at all, to
        find out why): what has no verdict then is ERROR `no_verdict_in_time`. Every `slow` seconds the log
        says what is waited for. `on_verdict` hears of each at once: item, place in the item's list, verdict.
        Raises AssayError for what no waiting mends: `verifier_unknown` (no verdict at all, and nobody knows
        the verifier), `token_unknown` and so on.
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
                request.id, len(names), batch.chunks, True, timeout, 1 << 62, request
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


def _tell(batch: Batch, stop: threading.Event, slow: float) -> None:
    waited = 0.0
    while not stop.wait(slow):
        waited += slow
        log.warning("waiting for %d verdicts for %.0f s: %s", batch.missing, waited, batch.pending())
