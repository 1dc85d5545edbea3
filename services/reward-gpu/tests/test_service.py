"""The worker over gRPC, by the contract of proto/assay/v1/verifier.proto."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import grpc
import pytest
from assay_reward.proto import verifier_pb2 as pb
from assay_reward.service import OBJECTIVES, BindError, Limits, Problems, Worker, problem_digest
from assay_reward.tokens import Encoder, Message
from assay_reward.types import Reading
from fakes import FakeEngine, llama3
from grpc_health.v1 import health_pb2

ENCODER = Encoder(llama3(), template="llama3", max_tokens=200)
PROBLEM = pb.Problem(id="p", prompt="two and two?", scoring=pb.Scoring())
PROMPT = ENCODER.prompt([Message("user", PROBLEM.prompt)]).ids


def in_loop(test: Callable[..., Any]) -> Callable[..., None]:
    """Runs a coroutine as a test, for at most 30 s."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), 30))

    return run


@dataclass
class Outcome:
    """How a call ended."""

    code: str = "OK"
    reason: str = ""
    details: str = ""
    verdicts: dict[int, pb.Verdict] = field(default_factory=dict)
    responses: int = 0


@dataclass
class Served:
    """A worker and a way to call it."""

    worker: Worker
    engine: FakeEngine
    channel: grpc.aio.Channel

    def open(self, request: pb.VerifyRequest, timeout: float = 20) -> grpc.aio.UnaryStreamCall:
        method = self.channel.unary_stream(
            "/assay.v1.Verifier/Verify", pb.VerifyRequest.SerializeToString, pb.VerifyResponse.FromString
        )
        return method(request, timeout=timeout)

    async def verify(self, request: pb.VerifyRequest, timeout: float = 20) -> Outcome:
        return await outcome_of(self.open(request, timeout))

    async def scores(self, request: pb.VerifyRequest) -> list[float]:
        outcome = await self.verify(request)
        assert outcome.code == "OK", outcome
        return [outcome.verdicts[at].score for at in sorted(outcome.verdicts)]

    async def health(self, service: str = "assay.v1.Verifier") -> int:
        method = self.channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            health_pb2.HealthCheckRequest.SerializeToString,
            health_pb2.HealthCheckResponse.FromString,
        )
        return (await method(health_pb2.HealthCheckRequest(service=service), timeout=20)).status

    def http(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{self.worker.metrics_address}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


async def outcome_of(call: grpc.aio.UnaryStreamCall) -> Outcome:
    outcome = Outcome()
    try:
        async for response in call:
            outcome.responses += 1
            assert response.verdicts
            for verdict in response.verdicts:
                assert verdict.index not in outcome.verdicts
                outcome.verdicts[verdict.index] = verdict
    except grpc.aio.AioRpcError as error:
        outcome.code = error.code().name
        outcome.details = error.details()
        outcome.reason = dict(error.trailing_metadata() or ()).get("assay-reason", "")
    return outcome


@asynccontextmanager
async def served(engine: FakeEngine | None = None, **options: Any) -> AsyncIterator[Served]:
    engine = engine or FakeEngine(judge=len)
    limits = Limits(
        **{"slots": 8, "capacity": 16, "max_batch": 8, "flush_ms": 1, **options.pop("limits", {})}
    )
    worker = Worker(engine, options.pop("encoder", ENCODER), limits=limits, **options)
    await worker.start(metrics_port=0)
    try:
        async with grpc.aio.insecure_channel(worker.address) as channel:
            yield Served(worker, engine, channel)
    finally:
        engine.gate.set()
        await worker.close()


def ask(texts: Sequence[str], problem: pb.Problem | None = PROBLEM, digest: str = "") -> pb.VerifyRequest:
    candidates = [pb.Candidate(index=at, text=text) for at, text in enumerate(texts)]
    return pb.VerifyRequest(problem=problem, problem_digest=digest, candidates=candidates)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.005)


@in_loop
async def test_scores_with_what_gave_them() -> None:
    async with served() as at:
        outcome = await at.verify(ask(["four", ""]))
        version = at.worker.describe.version
    digest = version.split("+")[1]
    assert version == f"fake@1+{digest}"
    for verdict in outcome.verdicts.values():
        length = verdict.score
        assert (verdict.status, verdict.retryable) == (pb.SCORED, False)
        assert (
            verdict.message
            == f"model=fake; revision=1; engine=assay-reward/{digest}; tokens={len(PROMPT) + length:.0f}"
        )
        assert verdict.times.service_us > 0
    assert outcome.verdicts[1].score == 1
    assert outcome.verdicts[0].score > 1


@in_loop
async def test_describes_itself() -> None:
    async with served(name="rm-2") as at:
        method = at.channel.unary_unary(
            "/assay.v1.Verifier/Describe",
            pb.DescribeRequest.SerializeToString,
            pb.DescribeResponse.FromString,
        )
        answer = await method(pb.DescribeRequest(), timeout=20)
    fields = pb.Problem.DESCRIPTOR.oneofs_by_name["spec"].fields
    assert sorted(answer.kinds) == sorted(field.name for field in fields)
    assert (answer.name, answer.decides, answer.normalization) == ("rm-2", False, pb.NORMALIZATION_EXACT)
    assert (answer.slots, answer.capacity, answer.max_batch) == (8, 16, 8)


def test_versions_tell_apart_what_decides_on_scores() -> None:
    def version(engine: FakeEngine, encoder: Encoder) -> str:
        return Worker(engine, encoder, limits=Limits()).describe.version

    other = FakeEngine()
    other.identity.digest = "e" * 64
    cut = Encoder(llama3(), template="llama3", max_tokens=200, truncation="response")
    versions = {version(FakeEngine(), ENCODER), version(other, ENCODER), version(FakeEngine(), cut)}
    assert len(versions) == 3
    assert version(FakeEngine(), ENCODER) in versions


@in_loop
async def test_every_kind_is_a_question_and_its_answers() -> None:
    specs = {
        "math_answer": pb.MathAnswer(gold="4"),
        "theorem": pb.Theorem(statement="x"),
        "custom": pb.Custom(kind="mine", json="{}"),
    }
    async with served() as at:
        expected = await at.scores(ask(["four"]))
        for kind, spec in specs.items():
            assert (
                await at.scores(ask(["four"], pb.Problem(prompt=PROBLEM.prompt, **{kind: spec}))) == expected
            )


@in_loop
async def test_system_and_turns_are_part_of_the_prompt() -> None:
    scoring = pb.Scoring(
        system="be brief", turns=[pb.Turn(role="user", content="a"), pb.Turn(role="assistant", content="b")]
    )
    async with served() as at:
        await at.scores(ask(["x"], pb.Problem(prompt="c", scoring=scoring)))
        [[group]] = at.engine.packs
    turns = [("system", "be brief"), ("user", "a"), ("assistant", "b"), ("user", "c")]
    assert list(group.prompt) == list(ENCODER.prompt([Message(role, text) for role, text in turns]).ids)


@in_loop
async def test_truncation_is_told() -> None:
    encoder = Encoder(llama3(), template="llama3", max_tokens=60, truncation="response")
    async with served(encoder=encoder) as at:
        outcome = await at.verify(ask(["1" * 100]))
    assert outcome.verdicts[0].message.endswith(f"tokens=60; truncated={len(PROMPT) + 101 - 60}")


@in_loop
async def test_parts() -> None:
    engine = FakeEngine()
    engine.read = lambda ids: Reading(0.5, steps=(0.25, 0.75))
    async with served(engine) as at:
        [verdict] = (await at.verify(ask(["x"]))).verdicts.values()
        assert [(part.name, part.status, part.score) for part in verdict.parts] == [
            ("step 1", pb.SCORED, 0.25),
            ("step 2", pb.SCORED, 0.75),
        ]
        values = [at / 8 for at in range(19)]
        engine.read = lambda ids: Reading(0.5, objectives=values, coefficients=[0.0123] * 19)
        [verdict] = (await at.verify(ask(["x"]))).verdicts.values()
    assert [(part.name, part.score, part.message) for part in verdict.parts] == [
        (name, value, "coefficient 0.0123") for name, value in zip(OBJECTIVES, values, strict=True)
    ]
    assert OBJECTIVES[4] == "helpsteer-verbosity"
    assert OBJECTIVES[10] == "beavertails-is_safe"


@in_loop
async def test_errors_are_never_scores() -> None:
    def judge(ids: Sequence[int]) -> float:
        if len(ids) == 2:
            return float("nan")
        if len(ids) == 3:
            raise RuntimeError("it\nbroke")
        return 1.0

    async with served(FakeEngine(judge)) as at:
        outcome = await at.verify(ask(["", "1", "11", "1" * 500]))
    kinds = {index: (each.status, each.reason, each.retryable) for index, each in outcome.verdicts.items()}
    assert kinds == {
        0: (pb.SCORED, "", False),
        1: (pb.ERROR, "verifier_failure", True),
        2: (pb.ERROR, "verifier_failure", True),
        3: (pb.ERROR, "too_large", False),
    }
    assert outcome.verdicts[2].message == "RuntimeError: it broke"
    assert "200" in outcome.verdicts[3].message
    assert not any(outcome.verdicts[at].HasField("score") for at in (1, 2, 3))


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (pb.Problem(scoring=pb.Scoring()), "bad_problem"),
        (
            pb.Problem(prompt="x", scoring=pb.Scoring(turns=[pb.Turn(role="<|eot_id|>", content="y")])),
            "bad_problem",
        ),
        (pb.Problem(prompt="1" * 400, scoring=pb.Scoring()), "too_large"),
    ],
)
@in_loop
async def test_problems_that_cannot_be_scored(problem: pb.Problem, reason: str) -> None:
    async with served() as at:
        outcome = await at.verify(ask(["a", "b"], problem))
    kinds = [(each.status, each.reason, each.retryable) for each in outcome.verdicts.values()]
    assert kinds == [(pb.ERROR, reason, False)] * 2


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (ask([]), "bad_request"),
        (ask(["x"] * 9), "bad_request"),
        (
            pb.VerifyRequest(problem=PROBLEM, candidates=[pb.Candidate(index=3), pb.Candidate(index=3)]),
            "bad_request",
        ),
        (ask(["x"], None), "bad_request"),
        (ask(["x"], PROBLEM, "A" * 64), "bad_request"),
        (ask(["x"], pb.Problem(id="bare")), "bad_problem"),
    ],
)
@in_loop
async def test_requests_that_break_the_contract(request_: pb.VerifyRequest, reason: str) -> None:
    async with served() as at:
        outcome = await at.verify(request_)
    assert (outcome.code, outcome.reason, outcome.verdicts) == ("INVALID_ARGUMENT", reason, {})


@in_loop
async def test_problems_by_digest() -> None:
    digest = problem_digest(PROBLEM)
    async with served() as at:
        unknown = await at.verify(ask(["x"], None, digest))
        assert (unknown.code, unknown.reason) == ("FAILED_PRECONDITION", "problem_unknown")
        expected = await at.scores(ask(["x"]))
        assert await at.scores(ask(["x"], None, digest)) == expected
        # What was sent is what is judged, whatever it is called.
        empty = pb.Problem(scoring=pb.Scoring())
        assert (await at.verify(ask(["x"], empty, digest))).verdicts[0].reason == "bad_problem"
        # And nobody names another's problem.
        other = problem_digest(empty)
        await at.verify(ask(["x"], PROBLEM, other))
        assert (await at.verify(ask(["x"], None, other))).verdicts[0].reason == "bad_problem"
        unnamed = "0" * 64
        await at.verify(ask(["x"], PROBLEM, unnamed))
        assert (await at.verify(ask(["x"], None, unnamed))).reason == "problem_unknown"


def test_digests_are_the_contracts() -> None:
    # By problemDigest of packages/contract/src/digest.ts.
    assert problem_digest(PROBLEM) == "c9e414737e190c1b404fcd912b861b3ccc4348b55e5db71e941397d727a9ad7d"
    math = pb.Problem(
        id="a", dataset="d", prompt="How much?", prompt_tokens=9, math_answer=pb.MathAnswer(gold="42")
    )
    assert problem_digest(math) == "c34e8b136fc93960965c5de9c97793170384b2b275efffe65711771c511d3822"


def test_problems_unused_for_longest_are_forgotten() -> None:
    problems = [pb.Problem(prompt=letter * 100) for letter in "abcd"]
    kept = Problems(most_bytes=2 * problems[0].ByteSize())
    kept.add("a", problems[0])
    kept.add("b", problems[1])
    assert kept.get("a") is problems[0]
    kept.add("c", problems[2])
    assert [kept.get(name) is None for name in "abc"] == [False, True, False]
    kept.add("huge", pb.Problem(prompt="x" * 1000))
    assert [kept.get(name) is None for name in ("a", "c", "huge")] == [False, False, True]


@in_loop
async def test_no_room() -> None:
    async with served() as at:
        at.engine.gate.clear()
        calls = [asyncio.create_task(at.verify(ask(["x"] * 8))) for _ in range(2)]
        await until(lambda: at.worker._accepted == 16)
        refused = await at.verify(ask(["x"]))
        assert (refused.code, refused.reason, refused.verdicts) == ("RESOURCE_EXHAUSTED", "full", {})
        at.engine.gate.set()
        assert [len((await call).verdicts) for call in calls] == [8, 8]
        assert len(await at.scores(ask(["x"] * 8))) == 8
        assert at.worker._accepted == 0


@in_loop
async def test_cancelled_calls_give_back_their_room_and_are_not_scored() -> None:
    async with served() as at:
        at.engine.gate.clear()
        first = asyncio.create_task(at.verify(ask(["x"])))
        await until(at.engine.entered.is_set)
        call = at.open(ask(["y"] * 8))
        await until(lambda: at.worker._scheduler.queued == 8)
        call.cancel()
        await until(lambda: at.worker._accepted == 1)
        assert at.worker._scheduler.queued == 0
        late = await at.verify(ask(["y"]), timeout=0.1)
        assert late.code == "DEADLINE_EXCEEDED"
        at.engine.gate.set()
        assert (await first).code == "OK"
        await until(lambda: at.worker._accepted == 0)
        assert at.engine.sizes == [1]


@in_loop
async def test_what_the_engine_takes_too_long_for_is_given_up() -> None:
    stuck: list[str] = []
    engine = FakeEngine(len)
    limits = {"candidate_timeout_ms": 60, "grace_ms": 100}
    async with served(engine, limits=limits, on_stuck=stuck.append) as at:
        engine.gate.clear()
        outcome = await at.verify(ask(["x"]))
        [verdict] = outcome.verdicts.values()
        assert (verdict.status, verdict.reason, verdict.retryable) == (pb.ERROR, "verifier_timeout", True)
        await until(lambda: bool(stuck))
        assert await at.health() == health_pb2.HealthCheckResponse.NOT_SERVING


@in_loop
async def test_a_broken_device_is_told() -> None:
    def judge(ids: Sequence[int]) -> float:
        raise RuntimeError("CUDA error: device-side assert triggered")

    stuck: list[str] = []
    async with served(FakeEngine(judge), on_stuck=stuck.append) as at:
        outcome = await at.verify(ask(["x", "y"]))
        assert [(each.reason, each.retryable) for each in outcome.verdicts.values()] == [
            ("verifier_failure", True)
        ] * 2
        await until(lambda: bool(stuck))
    assert "device-side assert" in stuck[0]


@in_loop
async def test_drain_finishes_what_was_taken_and_takes_nothing_more() -> None:
    async with served() as at:
        at.engine.gate.clear()
        running = asyncio.create_task(at.verify(ask(["x"])))
        await until(at.engine.entered.is_set)
        assert await at.health("") == health_pb2.HealthCheckResponse.SERVING
        drained = asyncio.create_task(at.worker.drain())
        await until(lambda: at.worker._drains)
        assert await at.health() == health_pb2.HealthCheckResponse.NOT_SERVING
        refused = await at.verify(ask(["x"]))
        assert (refused.code, refused.reason) == ("UNAVAILABLE", "draining")
        assert await asyncio.get_running_loop().run_in_executor(None, at.http, "/healthz") == (
            503,
            "not serving\n",
        )
        at.engine.gate.set()
        assert len((await running).verdicts) == 1
        assert await drained is True


@in_loop
async def test_calls_that_outlast_the_grace_are_ended() -> None:
    async with served(limits={"grace_ms": 50}) as at:
        at.engine.gate.clear()
        running = asyncio.create_task(at.verify(ask(["x"])))
        await until(at.engine.entered.is_set)
        assert await at.worker.drain() is False
        outcome = await running
        assert (outcome.code, outcome.reason) == ("UNAVAILABLE", "draining")


@in_loop
async def test_metrics() -> None:
    async with served(peak_flops=6.0) as at:
        await at.verify(ask(["x", "1" * 500]))
        await at.verify(ask([]))
        get = asyncio.get_running_loop().run_in_executor
        status, text = await get(None, at.http, "/metrics")
        assert (await get(None, at.http, "/healthz"))[0] == 200
        assert (await get(None, at.http, "/other"))[0] == 404
    assert status == 200
    lines = set(text.splitlines())
    assert lines >= {
        'assay_verifier_candidates_total{reason="",status="SCORED"} 1.0',
        'assay_verifier_candidates_total{reason="too_large",status="ERROR"} 1.0',
        'assay_verifier_calls_total{code="OK"} 1.0',
        'assay_verifier_calls_total{code="INVALID_ARGUMENT"} 1.0',
        "assay_verifier_in_flight_candidates 0.0",
        "assay_reward_tokens_total 10.0",
        "assay_reward_tokens_per_second 5.0",
        "assay_reward_mfu_ratio 0.5",
        "assay_reward_oom_halvings_total 1.0",
    }


@in_loop
async def test_responses_are_no_larger_than_clients_read() -> None:
    engine = FakeEngine()
    engine.read = lambda ids: Reading(0.5, steps=[0.5] * 20_000)
    async with served(engine, limits={"flush_ms": 500}) as at:
        outcome = await at.verify(ask(["x"] * 8))
    assert len(outcome.verdicts) == 8
    assert outcome.responses > 1


@in_loop
async def test_a_taken_port_is_told() -> None:
    async with served() as at:
        port = int(at.worker.address.rsplit(":", 1)[1])
        with pytest.raises(BindError, match="--port"):
            await Worker(FakeEngine(), ENCODER).start(port=port)


def test_limits_that_do_not_fit_together() -> None:
    with pytest.raises(ValueError, match="capacity 4"):
        Limits(slots=8, capacity=4, max_batch=2)
    with pytest.raises(ValueError, match="name"):
        Worker(FakeEngine(), ENCODER, name="No Name")
