"""What goes in (problems, candidates) and what comes out (verdicts), in the contract's words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any

from .proto import orchestrator_pb2 as opb
from .proto import verifier_pb2 as pb

Problem = pb.Problem
Run = opb.Run
Progress = opb.RunProgress
VerifierStatus = opb.VerifierStatus


class Status(str, Enum):
    """What a verifier says of a candidate."""

    CORRECT = "CORRECT"
    INCORRECT = "INCORRECT"
    #: A score, and no right or wrong.
    SCORED = "SCORED"
    #: The verifier or its machine failed: never a failure of the candidate.
    ERROR = "ERROR"


class Source(str, Enum):
    """How a verdict came about."""

    JUDGED = "JUDGED"
    #: An identical candidate's verdict.
    SHARED = "SHARED"
    #: The run had it already.
    STORED = "STORED"
    #: Not judged: its problem was solved, and the run stops early.
    SKIPPED = "SKIPPED"
    #: None came in time: made by this client, known to no orchestrator.
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sample: its text, which sample of its problem it is, and its tokens where known."""

    text: str
    index: int
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a verdict: a test, a message of a compiler, a step's score."""

    name: str
    status: Status | None
    reason: str
    message: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one verifier says of one candidate."""

    problem: str
    #: Which sample of its problem.
    candidate: int
    verifier: str
    source: Source
    #: None where the candidate was skipped.
    status: Status | None
    reason: str = ""
    message: str = ""
    score: float | None = None
    #: As found in the candidate.
    answer: str = ""
    #: Equal for candidates whose answers are equivalent; empty: no answer.
    answer_class: str = ""
    parts: tuple[Part, ...] = field(default=(), repr=False)
    retryable: bool = False
    #: Seconds waited, judged (wall), judged (CPU).
    queue_s: float = 0.0
    service_s: float = 0.0
    cpu_s: float = 0.0

    @property
    def is_correct(self) -> bool:
        return self.status is Status.CORRECT

    @property
    def is_missing(self) -> bool:
        """Nothing is known of the candidate: ERROR, or skipped. Never to be counted as a failure."""
        return self.status is None or self.status is Status.ERROR


def verdict_of(given: opb.RunVerdict) -> Verdict:
    """A verdict off the wire."""
    source = Source(opb.VerdictSource.Name(given.source))
    if not given.HasField("verdict"):
        return Verdict(given.problem, given.candidate, given.verifier, source, None)
    verdict = given.verdict
    return Verdict(
        problem=given.problem,
        candidate=given.candidate,
        verifier=given.verifier,
        source=source,
        status=Status(pb.VerdictStatus.Name(verdict.status)),
        reason=verdict.reason,
        message=verdict.message,
        score=verdict.score if verdict.HasField("score") else None,
        answer=verdict.answer,
        answer_class=verdict.answer_class,
        parts=tuple(_part_of(part) for part in verdict.parts),
        retryable=verdict.retryable,
        queue_s=verdict.times.queue_us / 1e6,
        service_s=verdict.times.service_us / 1e6,
        cpu_s=verdict.times.cpu_us / 1e6,
    )


def _part_of(part: pb.Part) -> Part:
    status = None if part.status == 0 else Status(pb.VerdictStatus.Name(part.status))
    return Part(part.name, status, part.reason, part.message, part.score if part.HasField("score") else None)


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced, as the other clients do: protobuf strings are UTF-8."""
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def candidates_of(given: Sequence[str | Candidate | pb.Candidate]) -> list[pb.Candidate]:
    """
    Candidates as sent: texts are counted from 0. Raises ValueError for an index twice, TypeError for no text.
    """
    sent: list[pb.Candidate] = []
    seen: set[int] = set()
    if isinstance(given, str):
        raise TypeError("candidates: one text; give a list of texts")
    for at, item in enumerate(given):
        candidate = Candidate(item, at) if isinstance(item, str) else item
        if not isinstance(candidate, (Candidate, pb.Candidate)):
            raise TypeError(f"candidates[{at}]: {type(item).__name__}; give a text or a Candidate")
        if candidate.index in seen:
            raise ValueError(
                f"candidates[{at}]: index {candidate.index} twice; give each sample its own index"
            )
        seen.add(candidate.index)
        sent.append(
            pb.Candidate(index=candidate.index, text=well_formed(candidate.text), tokens=candidate.tokens)
        )
    return sent


def math_problem(gold: str, *, id: str = "", prompt: str = "", policy: str = "") -> Problem:
    """The final answer must equal `gold`: a number, an expression, or a worked solution that ends in one."""
    answer = pb.MathAnswer(gold=well_formed(gold), policy=policy)
    return _named(Problem(id=id, prompt=well_formed(prompt), math_answer=answer))


def program_problem(
    tests: Sequence[tuple[str | bytes, str | bytes]],
    *,
    id: str = "",
    prompt: str = "",
    language: str = "",
    time_limit_s: float = 0,
    memory_limit_bytes: int = 0,
    comparer: str = "",
    entry_point: str = "",
) -> Problem:
    """The candidate is a program; `tests` are pairs of input and output. Limits of 0: the verifier's own."""
    spec = pb.ProgramTests(
        language=language,
        tests=[pb.ProgramTest(input=_bytes(given), output=_bytes(wanted)) for given, wanted in tests],
        time_limit_s=time_limit_s,
        memory_limit_bytes=memory_limit_bytes,
        comparer=comparer,
        entry_point=entry_point,
    )
    return _named(Problem(id=id, prompt=well_formed(prompt), program_tests=spec))


def theorem_problem(
    statement: str, *, header: str = "", name: str = "", id: str = "", prompt: str = ""
) -> Problem:
    """The candidate is a proof in Lean 4 of the statement."""
    theorem = pb.Theorem(statement=well_formed(statement), header=well_formed(header), name=name)
    return _named(Problem(id=id, prompt=well_formed(prompt), theorem=theorem))


def scoring_problem(prompt: str, *, system: str = "", id: str = "") -> Problem:
    """The candidate is scored as a response to the prompt."""
    return _named(Problem(id=id, prompt=well_formed(prompt), scoring=pb.Scoring(system=well_formed(system))))


def custom_problem(kind: str, value: Any, *, id: str = "", prompt: str = "") -> Problem:
    """A problem of a verifier's own kind; `value` is anything that JSON holds."""
    # JSON has no NaN; a verifier in another language would refuse it.
    spec = pb.Custom(kind=kind, json=well_formed(json.dumps(value, allow_nan=False)))
    return _named(Problem(id=id, prompt=well_formed(prompt), custom=spec))


def problem_digest(problem: Problem) -> str:
    """Digest of all but id, data set and token count, as the contract has it. 64 hex digits."""
    content = Problem()
    content.CopyFrom(problem)
    for name in ("id", "dataset", "prompt_tokens"):
        content.ClearField(name)
    return sha256(content.SerializeToString(deterministic=True)).hexdigest()


def _named(problem: Problem) -> Problem:
    """A problem without an id is named by what it says."""
    if problem.id == "":
        problem.id = problem_digest(problem)[:16]
    return problem


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else well_formed(text).encode()
