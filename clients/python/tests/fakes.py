"""An orchestrator that judges by a candidate's first letter, and does wrong what it is told to do wrong."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc

from assay_client.proto import orchestrator_pb2 as opb
from assay_client.proto import verifier_pb2 as pb

SOURCE = str(Path(__file__).resolve().parents[1] / "src")

#: Called with the number of the connection and of the verdict; True: the connection breaks before it.
Breaks = Callable[[int, int], bool]


def judged(text: str) -> pb.Verdict:
    """C…: correct, E…: an error, S…: a score; all else is incorrect."""
    match text[:1]:
        case "C":
            return pb.Verdict(status=pb.CORRECT, answer=text, answer_class=text)
        case "E":
            return pb.Verdict(status=pb.ERROR, reason="verifier_failure", message="broken", retryable=True)
        case "S":
            return pb.Verdict(status=pb.SCORED, score=float(text[1:]))
    return pb.Verdict(status=pb.INCORRECT, reason="wrong_answer")


def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within 30 s")


class FakeOrchestrator:
    def __init__(self) -> None:
        self.runs: dict[str, opb.Run] = {}
        #: Candidates received: (run, problem, index).
        self.received: list[tuple[str, str, int]] = []
        self.problems: dict[str, pb.Problem] = {}
        self.metadata: list[dict[str, str]] = []
        self.connections = 0
        self.completed: set[str] = set()
        self.breaks: Breaks = lambda _connection, _verdict: False
        #: Sends each verdict that often.
        self.copies = 1
        #: Candidates whose text starts with this never get a verdict.
        self.silent = "silent"
        #: Answers to calls before they are taken: status and reason.
        self.refusal: tuple[grpc.StatusCode, str] | None = None
        self.refusals = 0
        self.registered: list[opb.RegisterVerifierRequest] = []
        self.lock = threading.Lock()
        self.port = 0

    def __enter__(self) -> FakeOrchestrator:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self, credentials: grpc.ServerCredentials | None = None) -> None:
        self._server = grpc.server(ThreadPoolExecutor(32), options=[("grpc.so_reuseport", 0)])
        unary = {
            "CreateRun": (self._create, opb.CreateRunRequest),
            "ListRuns": (lambda _r, _c: opb.ListRunsResponse(runs=self.runs.values()), opb.ListRunsRequest),
            "ListVerifiers": (self._verifiers, opb.ListVerifiersRequest),
            "CancelRun": (self._cancel, opb.CancelRunRequest),
            "GetReport": (self._report, opb.GetReportRequest),
            "RegisterVerifier": (self._register, opb.RegisterVerifierRequest),
        }
        handlers: dict[str, Any] = {
            name: grpc.unary_unary_rpc_method_handler(
                self._checked(handler), request.FromString, lambda response: response.SerializeToString()
            )
            for name, (handler, request) in unary.items()
        }
        handlers["WatchRun"] = grpc.unary_stream_rpc_method_handler(
            self._watch, opb.WatchRunRequest.FromString, opb.RunProgress.SerializeToString
        )
        handlers["Submit"] = grpc.stream_stream_rpc_method_handler(
            self._submit, opb.SubmitRequest.FromString, opb.SubmitResponse.SerializeToString
        )
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("assay.v1.Orchestrator", handlers),)
        )
        address = f"127.0.0.1:{self.port}"
        bound = (
            self._server.add_insecure_port(address)
            if credentials is None
            else self._server.add_secure_port(address, credentials)
        )
        self.port = bound
        self._server.start()

    def stop(self) -> None:
        self._server.stop(0).wait()

    def _checked(self, handler: Callable[[Any, Any], Any]) -> Callable[[Any, grpc.ServicerContext], Any]:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            self.metadata.append({key: str(value) for key, value in context.invocation_metadata()})
            self._refuse(context)
            return handler(request, context)

        return answer

    def _refuse(self, context: grpc.ServicerContext) -> None:
        if self.refusal is not None:
            self.refusals += 1
            code, reason = self.refusal
            self._fail(context, code, reason)

    def _fail(self, context: grpc.ServicerContext, code: grpc.StatusCode, reason: str) -> None:
        context.set_trailing_metadata((("assay-reason", reason),) if reason else ())
        context.abort(code, reason or "broken")

    def _known(self, run: str, context: grpc.ServicerContext) -> opb.Run:
        if run not in self.runs:
            self._fail(context, grpc.StatusCode.NOT_FOUND, "run_unknown")
        return self.runs[run]

    def _create(self, request: opb.CreateRunRequest, context: grpc.ServicerContext) -> opb.Run:
        run = opb.Run(id=request.id, verifiers=request.verifiers, labels=request.labels, state=opb.OPEN)
        known = self.runs.setdefault(request.id, run)
        if list(known.verifiers) != list(request.verifiers):
            self._fail(context, grpc.StatusCode.ALREADY_EXISTS, "run_exists")
        return known

    def _cancel(self, request: opb.CancelRunRequest, context: grpc.ServicerContext) -> opb.Run:
        run = self._known(request.run, context)
        run.state = opb.CANCELLED
        return run

    def _report(self, request: opb.GetReportRequest, context: grpc.ServicerContext) -> opb.GetReportResponse:
        self._known(request.run, context)
        return opb.GetReportResponse(json=json.dumps({"schema": "assay.report/v1", "level": request.level}))

    def _verifiers(self, _request: Any, _context: Any) -> opb.ListVerifiersResponse:
        return opb.ListVerifiersResponse(verifiers=[opb.VerifierStatus(name="letters")])

    def _register(self, request: opb.RegisterVerifierRequest, _context: Any) -> opb.RegisterVerifierResponse:
        self.registered.append(request)
        return opb.RegisterVerifierResponse(lease_s=3)

    def _watch(
        self, request: opb.WatchRunRequest, context: grpc.ServicerContext
    ) -> Iterator[opb.RunProgress]:
        run = self._known(request.run, context)
        while True:
            yield opb.RunProgress(run=run, done=len(self.received))
            if request.once or run.state != opb.OPEN:
                return
            time.sleep(0.01)

    def _submit(
        self, requests: Iterator[opb.SubmitRequest], context: grpc.ServicerContext
    ) -> Iterator[opb.SubmitResponse]:
        with self.lock:
            self.connections += 1
            connection = self.connections
        self._refuse(context)
        run = self._known(next(requests).run, context)
        problems: set[str] = set()
        numbers = itertools.count()
        is_silent = False
        for request in requests:
            if request.complete:
                self.completed.add(run.id)
            for problem in request.problems:
                problems.add(problem.id)
                self.problems[problem.id] = problem
            for submitted in request.candidates:
                if submitted.problem not in problems:
                    self._fail(context, grpc.StatusCode.INVALID_ARGUMENT, "invalid_request")
                for candidate in submitted.candidates:
                    self.received.append((run.id, submitted.problem, candidate.index))
                    if candidate.text.startswith(self.silent):
                        is_silent = True
                        continue
                    for verifier in run.verifiers:
                        if self.breaks(connection, next(numbers)):
                            self._fail(context, grpc.StatusCode.UNAVAILABLE, "")
                        verdict = judged(candidate.text)
                        verdict.index = candidate.index
                        told = opb.RunVerdict(
                            problem=submitted.problem,
                            candidate=candidate.index,
                            verifier=verifier,
                            source=opb.JUDGED,
                            verdict=verdict,
                        )
                        for _ in range(self.copies):
                            yield opb.SubmitResponse(verdicts=[told])
        while is_silent and context.is_active():
            time.sleep(0.01)
