"""
What an author writes: one function and a few facts; and verdicts, as it returns them. Imports no gRPC: judges
do not.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..proto import verifier_pb2 as pb

NAME = re.compile(r"[a-z0-9-]{1,63}")
CODE = re.compile(r"[a-z0-9_]{1,63}")
MOST = 0x7FFFFFFF


@dataclass(frozen=True)
class Context:
    """What the function gets besides problem and candidate."""

    #: Names the problem's content: a key for whatever the function keeps per problem.
    problem_digest: str
    #: W3C trace context of the call, to be passed on; empty: there is none.
    traceparent: str = ""


Verify = Callable[[pb.Problem, pb.Candidate, Context], pb.Verdict]


@dataclass(frozen=True)
class Definition:
    """
    A verifier. `verify` judges one candidate, in a process of its own that is killed when its time is over:
    it must be importable (a module's function, not a lambda). What it raises is ERROR `verifier_failure`.
    Raises ValueError for facts that do not keep the contract.
    """

    #: What users write after --verifier.
    name: str
    #: Must change whenever any verdict could change: verdicts are cached under (name, version).
    version: str
    #: Kinds of problem: names of Problem.spec's fields, or Custom.kind.
    kinds: Sequence[str]
    verify: Verify
    #: Verdicts are CORRECT or INCORRECT; False: SCORED.
    decides: bool = True
    #: White space around a text changes no verdict.
    trims: bool = False
    #: Judging changes nothing and costs little: two replicas may judge the same candidate.
    pure: bool = False
    #: Says why a problem cannot be judged (every candidate then gets ERROR `bad_problem`), or nothing.
    check_problem: Callable[[pb.Problem], str | None] | None = None
    #: In each judging process, before its first candidate.
    prepare: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"name {self.name!r}: use 1 to 63 of a-z, 0-9 and -")
        if not self.version:
            raise ValueError("version: empty; give one, and change it when verdicts change")
        if isinstance(self.kinds, str) or not self.kinds:
            raise ValueError("kinds: list the kinds of problem that it takes")
        for kind in self.kinds:
            if not CODE.fullmatch(kind):
                raise ValueError(f"kind {kind!r}: use 1 to 63 of a-z, 0-9 and _")


def usable_cpus() -> int:
    """CPUs that this process may use: by affinity and cgroup quota."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open("/sys/fs/cgroup/cpu.max") as file:
            quota, period = file.read().split()
        if quota != "max":
            cpus = min(cpus, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        pass
    return max(1, cpus)


@dataclass(frozen=True)
class Limits:
    """What a verifier takes. Raises ValueError."""

    slots: int
    capacity: int
    max_batch: int = 256
    candidate_timeout_ms: int = 30_000
    #: Time for a drain before calls are ended by force.
    grace_ms: int = 25_000
    max_message_bytes: int = 64 << 20
    problem_cache_bytes: int = 256 << 20

    @staticmethod
    def of(
        slots: int | None = None,
        capacity: int | None = None,
        max_batch: int = 256,
        candidate_timeout_ms: int = 30_000,
        grace_ms: int = 25_000,
    ) -> Limits:
        slots = slots or usable_cpus()
        return Limits(
            slots, capacity or max(4 * max_batch, 2 * slots), max_batch, candidate_timeout_ms, grace_ms
        )

    def __post_init__(self) -> None:
        least = max(self.slots, self.max_batch)
        if self.capacity < least:
            raise ValueError(
                f"capacity {self.capacity} is less than the {least} candidates that it judges "
                "at once or takes in a call: raise it, or lower slots or max-batch"
            )


def correct(
    *, answer: str = "", answer_class: str = "", message: str = "", score: float | None = None
) -> pb.Verdict:
    """Verified. `answer_class`: equal for candidates whose answers are equivalent; voting counts it."""
    return pb.Verdict(
        status=pb.CORRECT, answer=answer, answer_class=answer_class, message=message, score=score
    )


def incorrect(
    reason: str, *, message: str = "", answer: str = "", answer_class: str = "", score: float | None = None
) -> pb.Verdict:
    """
    Judged and wrong, the candidate's own doing: `wrong_answer`, `no_answer`, `time_limit` or a reason of your
    own.
    """
    return pb.Verdict(
        status=pb.INCORRECT,
        reason=reason,
        answer=answer,
        answer_class=answer_class,
        message=message,
        score=score,
    )


def scored(score: float, *, message: str = "") -> pb.Verdict:
    """A score, and no right or wrong."""
    return pb.Verdict(status=pb.SCORED, score=score, message=message)


def error(reason: str, message: str, *, retryable: bool) -> pb.Verdict:
    """The verifier could not judge; says nothing of the candidate."""
    return pb.Verdict(status=pb.ERROR, reason=reason, message=message, retryable=retryable)


def verdict_fault(verdict: object, decides: bool) -> str | None:
    """Says in what a verdict breaks the contract; None where it keeps it."""
    if not isinstance(verdict, pb.Verdict):
        return f"{type(verdict).__name__}, which is no verdict"
    fault = _statement_fault(verdict)
    if fault is not None:
        return fault
    for part in verdict.parts:
        fault = _statement_fault(part)
        if fault is not None:
            return f"part {part.name[:80]!r}: {fault}"
    if verdict.status != pb.ERROR and (verdict.status == pb.SCORED) == decides:
        status = pb.VerdictStatus.Name(verdict.status)
        return f"{status} from a verifier that {'decides' if decides else 'scores'}"
    return None


def _statement_fault(said: pb.Verdict | pb.Part) -> str | None:
    if said.status not in (pb.CORRECT, pb.INCORRECT, pb.SCORED, pb.ERROR):
        return f"status {said.status}"
    name = pb.VerdictStatus.Name(said.status)
    if said.status in (pb.INCORRECT, pb.ERROR) and not said.reason:
        return f"{name} without a reason"
    if said.reason and not CODE.fullmatch(said.reason):
        return f"reason {said.reason[:80]!r}, which is not [a-z0-9_]{{1,63}}"
    if said.status == pb.SCORED and not said.HasField("score"):
        return "SCORED without a score"
    if said.HasField("score") and not math.isfinite(said.score):
        return f"score {said.score}"
    return None
