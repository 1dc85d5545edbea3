"""The worker as a verifier: assay.v1.Verifier over gRPC, with health, reflection, limits, metrics and drain."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from .metrics import Metrics, serve_http
from .proto import verifier_pb2 as pb
from .scheduler import Failure, Result, Scheduler, Scorer, Ticket
from .tokens import BadConversation, Encoded, Encoder, Message, Prompt, TooLong
from .types import Reading

log = logging.getLogger(__name__)

SERVICE = "assay.v1.Verifier"
KINDS = ("scoring", "math_answer", "program_tests", "repository_patch", "theorem", "custom")

#: ArmoRM's objectives, in the order of its regression head
#: (https://huggingface.co/RLHFlow/ArmoRM-Llama3-8B-v0.1, `attributes` of its model card).
OBJECTIVES = (
    *(f"helpsteer-{name}" for name in ("helpfulness", "correctness", "coherence", "complexity", "verbosity")),
    "ultrafeedback-overall_score",
    *(
        f"ultrafeedback-{name}"
        for name in ("instruction_following", "truthfulness", "honesty", "helpfulness")
    ),
    "beavertails-is_safe",
    "prometheus-score",
    "argilla-overall_quality",
    "argilla-judge_lm",
    *(
        f"code-{name}"
        for name in ("complexity", "style", "explanation", "instruction-following", "readability")
    ),
)

#: Candidates that are encoded in one go: others' are encoded in between.
_CHUNK = 32
#: Bytes of one response: clients commonly read no more than 4 MiB.
_RESPONSE_BYTES = 1 << 20
_MESSAGE_BYTES = 64 << 20
_PROBLEM_BYTES = 256 << 20
_FAREWELL_S = 0.5
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_UINT32 = 0xFFFFFFFF


class BindError(OSError):
    """The address is taken, or is none."""


class IdentityLike(Protocol):
    """What of the engine's identity is told with each score."""

    model: str
    revision: str
    digest: str


class EngineLike(Scorer, Protocol):
    """What of the engine is used here."""

    @property
    def identity(self) -> IdentityLike: ...

    @property
    def stats(self) -> Any: ...


@dataclass(frozen=True)
class Limits:
    """What the worker takes; as `Limits` of packages/verifier-kit."""

    #: Candidates judged at the same time: enough for two packs of ordinary answers.
    slots: int = 512
    #: Candidates accepted in total.
    capacity: int = 2048
    #: Most candidates in one call.
    max_batch: int = 256
    #: Wall time after which a pack is given up.
    candidate_timeout_ms: int = 120_000
    #: Time for a drain before calls are ended by force; also how long a pack that was given up may go on.
    grace_ms: int = 25_000
    max_message_bytes: int = _MESSAGE_BYTES
    #: How long items wait for others to share a pack with.
    flush_ms: float = 10.0

    def __post_init__(self) -> None:
        if self.capacity < max(self.slots, self.max_batch):
            raise ValueError(
                f"capacity {self.capacity} is less than slots {self.slots} or max-batch {self.max_batch}: "
                "raise it, or lower these"
            )


class _Refusal(Exception):
    """An error of the whole call."""

    def __init__(self, code: grpc.StatusCode, details: str, reason: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.reason = reason


def _bad_request(what: str, reason: str = "bad_request") -> _Refusal:
    return _Refusal(grpc.StatusCode.INVALID_ARGUMENT, what, reason)


def _draining(what: str) -> _Refusal:
    return _Refusal(grpc.StatusCode.UNAVAILABLE, what, "draining")


class Problems:
    """Problems by digest; those unused for longest are forgotten when their encoded bytes exceed `most_bytes`."""

    def __init__(self, most_bytes: int = _PROBLEM_BYTES) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, pb.Problem] = OrderedDict()
        self._bytes = 0

    def get(self, digest: str) -> pb.Problem | None:
        problem = self._entries.get(digest)
        if problem is not None:
            self._entries.move_to_end(digest)
        return problem

    def add(self, digest: str, problem: pb.Problem) -> None:
        size = problem.ByteSize()
        if self.get(digest) is not None or size > self._most_bytes:
            return
        self._entries[digest] = problem
        self._bytes += size
        while self._bytes > self._most_bytes:
            _, forgotten = self._entries.popitem(last=False)
            self._bytes -= forgotten.ByteSize()


def problem_digest(problem: pb.Problem) -> str:
    """Digest of all but id, data set and token count: as packages/contract/src/digest.ts. 64 hex digits."""
    content = pb.Problem()
    content.CopyFrom(problem)
    for field in ("id", "dataset", "prompt_tokens"):
        content.ClearField(field)
    return sha256(content.SerializeToString(deterministic=True)).hexdigest()


def messages_of(problem: pb.Problem) -> list[Message]:
    """The conversation that candidates answer. Raises BadConversation."""
    if problem.prompt == "":
        raise BadConversation("the problem has no prompt: a reward model scores an answer to one")
    scoring = problem.scoring
    system = [Message("system", scoring.system)] if scoring.system else []
    turns = [Message(turn.role, turn.content) for turn in scoring.turns]
    return [*system, *turns, Message("user", problem.prompt)]


class _Call(Ticket):
    """One Verify call: what of it is finished, and not yet sent."""

    __slots__ = ("accepted_at", "arrived", "loop", "refusal", "results", "tokens")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop
        self.arrived = asyncio.Event()
        self.results: list[Result] = []
        #: Tokens and tokens cut off, by index.
        self.tokens: dict[int, tuple[int, int]] = {}
        self.accepted_at = time.monotonic()
        #: Why it is ended by force.
        self.refusal: _Refusal | None = None

    def deliver(self, results: Sequence[Result]) -> None:
        with suppress(RuntimeError):  # The loop has ended, and with it the call.
            self.loop.call_soon_threadsafe(self.take, results)

    def take(self, results: Sequence[Result]) -> None:
        self.results.extend(results)
        self.arrived.set()

    def end(self, refusal: _Refusal) -> None:
        self.refusal = refusal
        self.arrived.set()


class Worker:
    """Serves one engine from `start` to `drain` or `close`, in the event loop that called `start`."""

    #: host:port, once started.
    address: str
    metrics_address: str | None = None

    def __init__(
        self,
        engine: EngineLike,
        encoder: Encoder,
        *,
        name: str = "reward",
        limits: Limits | None = None,
        budget_tokens: int = 32768,
        peak_flops: float | None = None,
        on_stuck: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        `on_stuck` hears why only a restart helps. Raises ValueError for a name that is none.
        """
        if not re.fullmatch(r"[a-z0-9-]{1,63}", name):
            raise ValueError(f"name {name!r}: use 1 to 63 of a-z, 0-9 and -")
        self._engine = engine
        self._encoder = encoder
        #: Name of the template.
        self.template = encoder.template
        self._limits = limits or Limits()
        self._on_stuck = on_stuck
        identity = engine.identity
        digest = sha256(f"{identity.digest}\0{encoder.digest}".encode()).hexdigest()[:12]
        self.describe = pb.DescribeResponse(
            name=name,
            version=f"{identity.model}@{identity.revision}+{digest}",
            kinds=KINDS,
            decides=False,
            slots=self._limits.slots,
            capacity=self._limits.capacity,
            max_batch=self._limits.max_batch,
            candidate_timeout_ms=self._limits.candidate_timeout_ms,
            normalization=pb.NORMALIZATION_EXACT,
            max_message_bytes=self._limits.max_message_bytes,
        )
        self._provenance = (
            f"model={identity.model}; revision={identity.revision}; engine=assay-reward/{digest}"
        )
        self._scheduler = Scheduler(engine, budget_tokens=budget_tokens, flush_s=self._limits.flush_ms / 1000)
        self._encoders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="encode")
        self._problems = Problems()
        self._calls: set[_Call] = set()
        self._idle = asyncio.Event()
        self._accepted = 0
        self._serving = True
        self._drains = False
        self._health = health.aio.HealthServicer()
        self._http: Any = None
        self.metrics = Metrics(
            stats=lambda: engine.stats.snapshot(),
            levels={
                "in_flight_candidates": lambda: self._accepted,
                "queued_candidates": lambda: self._scheduler.queued,
                "capacity_candidates": lambda: self._limits.capacity,
                "slots": lambda: self._limits.slots,
            },
            peak_flops=peak_flops,
        )

    async def start(self, host: str = "127.0.0.1", port: int = 0, metrics_port: int | None = None) -> None:
        """Serves; port 0 takes a free one. Raises BindError."""
        self._server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", self._limits.max_message_bytes),
                ("grpc.max_send_message_length", -1),
                # Two processes on one port would share its connections unnoticed.
                ("grpc.so_reuseport", 0),
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                # Clients may ask every 10 s whether the connection lives.
                ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
            ]
        )
        handlers = {
            "Describe": grpc.unary_unary_rpc_method_handler(
                self._describe, pb.DescribeRequest.FromString, pb.DescribeResponse.SerializeToString
            ),
            "Verify": grpc.unary_stream_rpc_method_handler(
                self._verify, pb.VerifyRequest.FromString, pb.VerifyResponse.SerializeToString
            ),
        }
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)
        name = f"[{host}]" if ":" in host else host
        try:
            bound = self._server.add_insecure_port(f"{name}:{port}")
        except RuntimeError as cause:
            raise BindError(
                f"cannot listen on {name}:{port}; choose another --host or --port, 0 for a free one"
            ) from cause
        if metrics_port is not None:
            try:
                self._http = serve_http(host, metrics_port, self.metrics.registry, lambda: self._serving)
            except OSError as cause:
                raise BindError(
                    f"cannot serve metrics on {name}:{metrics_port}: {cause.strerror}; choose another --metrics-port"
                ) from cause
            self.metrics_address = f"{name}:{self._http.server_port}"
        self._scheduler.start()
        await self._server.start()
        self.address = f"{name}:{bound}"
        self._watchdog = asyncio.create_task(self._watch())

    async def drain(self) -> bool:
        """Takes no new call, lets those in flight finish, stops. False: some were ended by force after the grace."""
        self._drains = True
        await self._not_serving()
        log.info("draining", extra={"fields": {"calls": len(self._calls), "candidates": self._accepted}})
        if self._calls:
            self._idle.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._idle.wait(), self._limits.grace_ms / 1000)
        finished = not self._calls
        await self.close()
        return finished

    async def close(self) -> None:
        """Stops at once; calls in flight end with UNAVAILABLE."""
        self._drains = True
        await self._not_serving()
        self._watchdog.cancel()
        for call in self._calls:
            call.end(_draining("the worker shuts down"))
        await self._server.stop(_FAREWELL_S)
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
        self._encoders.shutdown(wait=False, cancel_futures=True)
        await asyncio.get_running_loop().run_in_executor(None, self._scheduler.close, _FAREWELL_S)

    async def _describe(
        self, _request: pb.DescribeRequest, _context: grpc.aio.ServicerContext
    ) -> pb.DescribeResponse:
        return self.describe

    async def _verify(self, request: pb.VerifyRequest, context: grpc.aio.ServicerContext) -> None:
        code = "UNKNOWN"
        try:
            problem = self._admit(request)
            await self._judge(problem, request.candidates, context)
            code = "OK"
        except _Refusal as refusal:
            code = refusal.code.name
            said = {"code": code, "reason": refusal.reason, "details": refusal.details}
            log.debug("call refused", extra={"fields": said})
            await context.abort(refusal.code, refusal.details, (("assay-reason", refusal.reason),))
        except asyncio.CancelledError:
            # The client has gone, or its time is over.
            left = context.time_remaining()
            code = "DEADLINE_EXCEEDED" if left is not None and left <= 0 else "CANCELLED"
            raise
        finally:
            self.metrics.calls.labels(code).inc()

    def _admit(self, request: pb.VerifyRequest) -> pb.Problem:
        """Takes the call's candidates in. Raises _Refusal, having taken nothing."""
        limits = self._limits
        if self._drains:
            raise _draining(f"{self.describe.name} drains")
        _check_candidates(request.candidates, limits.max_batch)
        problem = self._problem_of(request)
        if self._accepted + len(request.candidates) > limits.capacity:
            raise _Refusal(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"{self._accepted} of {limits.capacity} candidates are in flight: "
                f"no room for {len(request.candidates)} more",
                "full",
            )
        self._accepted += len(request.candidates)
        self.metrics.batch.observe(len(request.candidates))
        return problem

    def _problem_of(self, request: pb.VerifyRequest) -> pb.Problem:
        """As sent, or as known by its digest. What was sent is always what is judged."""
        digest = request.problem_digest
        if digest and not _DIGEST.fullmatch(digest):
            raise _bad_request("problem_digest: not 64 lower-case hex digits of a SHA-256")
        if not request.HasField("problem"):
            if not digest:
                raise _bad_request("problem: missing, and problem_digest is empty; send one of them")
            known = self._problems.get(digest)
            if known is None:
                raise _Refusal(
                    grpc.StatusCode.FAILED_PRECONDITION,
                    f"problem {digest} is not known here; send it again with the problem",
                    "problem_unknown",
                )
            return known
        if request.problem.WhichOneof("spec") is None:
            raise _bad_request(
                f"problem: has no spec; {self.describe.name} takes {', '.join(KINDS)}", "bad_problem"
            )
        # Never under the digest that it came with: others would then be judged by what one caller says it names.
        self._problems.add(problem_digest(request.problem), request.problem)
        return request.problem

    async def _judge(
        self, problem: pb.Problem, candidates: Sequence[pb.Candidate], context: grpc.aio.ServicerContext
    ) -> None:
        """Sends every candidate's verdict once. Raises _Refusal where it is ended by force."""
        call = _Call(asyncio.get_running_loop())
        self._calls.add(call)
        held = len(candidates)
        feed = asyncio.create_task(self._feed(call, problem, candidates))
        try:
            while held:
                await call.arrived.wait()
                call.arrived.clear()
                if call.refusal is not None:
                    raise call.refusal
                results, call.results = call.results, []
                for response in _responses(self._verdict(call, result) for result in results):
                    await context.write(response)
                    # Room comes back when the client has read, so that slow ones do not fill the memory.
                    held -= len(response.verdicts)
                    self._accepted -= len(response.verdicts)
        finally:
            feed.cancel()
            self._scheduler.cancel(call)
            self._accepted -= held
            self._calls.discard(call)
            if not self._calls:
                self._idle.set()

    async def _feed(self, call: _Call, problem: pb.Problem, candidates: Sequence[pb.Candidate]) -> None:
        """Encodes candidates and hands them to the scheduler, some at a time."""
        encode = asyncio.get_running_loop().run_in_executor
        prompt = await encode(self._encoders, self._prompt, problem)
        if isinstance(prompt, Failure):
            call.take([Result(candidate.index, prompt) for candidate in candidates])
            return
        for at in range(0, len(candidates), _CHUNK):
            encoded = await encode(self._encoders, self._encode, prompt, candidates[at : at + _CHUNK])
            ready = [(index, item) for index, item in encoded if isinstance(item, Encoded)]
            failed = [Result(index, item) for index, item in encoded if isinstance(item, Failure)]
            call.tokens.update((index, (item.tokens, item.truncated)) for index, item in ready)
            if failed:
                call.take(failed)
            if ready:
                self._scheduler.submit(call, ready)

    def _prompt(self, problem: pb.Problem) -> Prompt | Failure:
        try:
            return self._encoder.prompt(messages_of(problem))
        except BadConversation as error:
            return Failure("bad_problem", str(error), False)
        except Exception as error:
            return _encoding_failure(error)

    def _encode(
        self, prompt: Prompt, candidates: Sequence[pb.Candidate]
    ) -> list[tuple[int, Encoded | Failure]]:
        encoded: list[tuple[int, Encoded | Failure]] = []
        for candidate in candidates:
            try:
                encoded.append((candidate.index, self._encoder.response(prompt, candidate.text)))
            except Exception as error:
                encoded.append((candidate.index, _encoding_failure(error)))
        return encoded

    def _verdict(self, call: _Call, result: Result) -> pb.Verdict:
        service_us = round(result.service_s * 1e6)
        queue_us = max(0, round((time.monotonic() - call.accepted_at) * 1e6) - service_us)
        times = pb.Times(queue_us=min(queue_us, _MOST_UINT32), service_us=min(service_us, _MOST_UINT32))
        outcome = result.outcome
        if isinstance(outcome, Failure):
            verdict = pb.Verdict(
                status=pb.ERROR,
                reason=outcome.reason,
                message=_one_line(outcome.message),
                retryable=outcome.retryable,
            )
            said = {"index": result.index, "reason": outcome.reason, "why": outcome.message}
            log.debug("no score", extra={"fields": said})
        else:
            tokens, truncated = call.tokens[result.index]
            cut = f"; truncated={truncated}" if truncated else ""
            message = f"{self._provenance}; tokens={tokens}{cut}"
            verdict = pb.Verdict(
                status=pb.SCORED, score=outcome.logit, message=message, parts=parts_of(outcome)
            )
        verdict.index = result.index
        verdict.times.CopyFrom(times)
        self.metrics.verdicts.labels(pb.VerdictStatus.Name(verdict.status), verdict.reason).inc()
        self.metrics.queue.observe(queue_us / 1e6)
        self.metrics.service.observe(result.service_s)
        return verdict

    async def _watch(self) -> None:
        """Gives up what takes too long, and says so where the engine does not come back."""
        timeout_s = self._limits.candidate_timeout_ms / 1000
        grace_s = self._limits.grace_ms / 1000
        while True:
            await asyncio.sleep(min(0.25, timeout_s / 4))
            busy_s = self._scheduler.busy_s
            why = self._scheduler.broken
            if busy_s > timeout_s:
                message = f"no verdict after {self._limits.candidate_timeout_ms} ms"
                self._scheduler.give_up(Failure("verifier_timeout", message, True))
                if busy_s > timeout_s + grace_s:
                    why = "the engine does not come back from a pack that was given up"
            if why is not None:
                log.critical("stuck", extra={"fields": {"why": why}})
                await self._not_serving()
                self._on_stuck(why)
                return

    async def _not_serving(self) -> None:
        self._serving = False
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)

    async def _set_health(self, status: Any) -> None:
        for service in ("", SERVICE):
            await self._health.set(service, status)


def parts_of(reading: Reading) -> list[pb.Part]:
    """What a score is made of: steps of a process model, objectives of ArmoRM."""
    steps = [
        pb.Part(name=f"step {at}", status=pb.SCORED, score=score)
        for at, score in enumerate(reading.steps, start=1)
    ]
    objectives = [
        pb.Part(name=name, status=pb.SCORED, score=score, message=f"coefficient {coefficient:.6g}")
        for name, score, coefficient in zip(OBJECTIVES, reading.objectives, reading.coefficients)
    ]
    return [*steps, *objectives]


def _check_candidates(candidates: Sequence[pb.Candidate], max_batch: int) -> None:
    if not candidates:
        raise _bad_request("candidates: none; send at least one")
    if len(candidates) > max_batch:
        raise _bad_request(f"candidates: {len(candidates)}; send at most {max_batch} (Describe.max_batch)")
    seen: set[int] = set()
    for candidate in candidates:
        if candidate.index in seen:
            raise _bad_request(f"candidates: index {candidate.index} twice")
        seen.add(candidate.index)


def _encoding_failure(error: Exception) -> Failure:
    if isinstance(error, TooLong):
        return Failure("too_large", str(error), False)
    return Failure("verifier_failure", f"not encoded: {type(error).__name__}: {error}", True)


def _responses(verdicts: Iterable[pb.Verdict]) -> Iterator[pb.VerifyResponse]:
    """As few as clients can read."""
    response = pb.VerifyResponse()
    size = 0
    for verdict in verdicts:
        size += verdict.ByteSize() + 8
        if response.verdicts and size > _RESPONSE_BYTES:
            yield response
            response = pb.VerifyResponse()
            size = verdict.ByteSize() + 8
        response.verdicts.append(verdict)
    if response.verdicts:
        yield response


def _one_line(text: str) -> str:
    return " ".join(text.split())
