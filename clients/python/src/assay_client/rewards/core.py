"""From texts to rewards: what the reward functions of all trainers share."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..client import SLOW_S, Client
from ..errors import AssayError
from ..values import Problem, Status, Verdict, math_problem
from .recent import Recent

log = logging.getLogger(__name__)

#: What a missing verdict (ERROR, or none in time) is worth: None, NaN, the mean of what other candidates of
#: the problem got (in the batch, else lately; half way between right and wrong where none got anything), an
#: error, or a number.
Missing = Literal["none", "nan", "neutral", "raise"] | float
MISSING = ("none", "nan", "neutral", "raise")

#: A row of the trainer's data → the problem; with `prompt` and the data set's columns.
ToProblem = Callable[[Mapping[str, Any]], Problem]


@dataclass(frozen=True)
class Column:
    """Problems of math answers: the reference is in a column."""

    gold: str

    def __call__(self, row: Mapping[str, Any]) -> Problem:
        gold = row.get(self.gold)
        if gold is None:
            raise AssayError(
                "bad_column",
                f"There is no column {self.gold!r} with references; there is {', '.join(map(str, row))}.",
                mend="Name the column (gold=…), or give problem=… to make problems of another kind.",
            )
        return math_problem(str(gold), prompt=text_of(row.get("prompt", "")))


@dataclass
class Rewards:
    """
    What a trainer's reward is made of. Pickled, it is its settings; each process connects when it is first
    asked.

    `address`: of orchestrators, as `Client` takes it; by default ASSAY_ADDRESS. `problem`: makes a problem of
    a row; by default a math answer with the reference in the column `gold`. `timeout`: seconds for a batch,
    at most. `correct`, `incorrect`: what verdicts are worth; scores are worth themselves. `most_missing`: the
    share of missing verdicts of a batch above which AssayError `verdicts_missing` is raised; 1: never. Raises
    AssayError `usage`.
    """

    address: str | Sequence[str] = ""
    verifier: str = "math"
    gold: str = "gold"
    problem: ToProblem | None = None
    timeout: float = 120.0
    missing: Missing = "neutral"
    correct: float = 1.0
    incorrect: float = 0.0
    most_missing: float = 1.0
    slow: float = SLOW_S
    #: Further settings of `Client`.
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.missing, str) and self.missing not in MISSING:
            raise AssayError(
                "usage", f"missing={self.missing!r}.", mend=f"Give a number, or {', '.join(MISSING)}."
            )
        address = self.address or os.environ.get("ASSAY_ADDRESS", "")
        if isinstance(address, str):
            address = [each.strip() for each in address.split(",") if each.strip()]
        if not address:
            raise AssayError(
                "usage", "There is no orchestrator's address.", mend="Give address=…, or ASSAY_ADDRESS."
            )
        self._client = Client(address, **self.options)
        self._recent = Recent()

    def judge(
        self,
        rows: Sequence[Mapping[str, Any]],
        texts: Sequence[str],
        on_verdict: Callable[[int, Verdict], object] = lambda _at, _verdict: None,
        timeout: float | None = None,
    ) -> list[Verdict]:
        """
        A verdict of each text; equal problems are sent once. `on_verdict` hears of each as it comes;
        `timeout`: seconds, where other than of all batches. Raises AssayError as `Client.judge_many`, and
        `verdicts_missing`.
        """
        make = self.problem or Column(self.gold)
        groups: dict[bytes, tuple[Problem, list[int]]] = {}
        for at, row in enumerate(rows):
            problem = make(row)
            groups.setdefault(problem.SerializeToString(deterministic=True), (problem, []))[1].append(at)
        items = [(problem, [texts[at] for at in places]) for problem, places in groups.values()]
        order = [places for _, places in groups.values()]

        def arrived(item: int, place: int, verdict: Verdict) -> None:
            if (worth := self.worth(verdict)) is not None:
                self._recent.add(verdict.problem, worth)
            on_verdict(order[item][place], verdict)

        judged = self._client.judge_many(
            items,
            self.verifier,
            timeout=self.timeout if timeout is None else timeout,
            slow=self.slow,
            on_verdict=arrived,
        )
        verdicts = {
            at: verdict
            for places, given in zip(order, judged, strict=True)
            for at, verdict in zip(places, given, strict=True)
        }
        found = [verdicts[at] for at in range(len(texts))]
        self._tell_missing(found)
        return found

    def values(self, verdicts: Sequence[Verdict]) -> list[float | None]:
        """What each is worth. Raises AssayError `verdicts_missing`."""
        known = [self.worth(verdict) for verdict in verdicts]
        neutral = self._neutral(verdicts, known)
        return [
            self._worth_missing(verdict, neutral[verdict.problem]) if worth is None else worth
            for verdict, worth in zip(verdicts, known, strict=True)
        ]

    def worth(self, verdict: Verdict) -> float | None:
        """None: it is missing."""
        if verdict.is_missing:
            return None
        if verdict.status is Status.SCORED:
            return verdict.score
        return self.correct if verdict.is_correct else self.incorrect

    def _neutral(self, verdicts: Sequence[Verdict], known: Sequence[float | None]) -> dict[str, float]:
        """
        What a missing verdict of a problem is worth, so that it speaks neither for nor against its candidate.
        """
        groups: dict[str, list[float]] = {}
        for verdict, worth in zip(verdicts, known, strict=True):
            groups.setdefault(verdict.problem, []).extend([] if worth is None else [worth])
        return {
            name: math.fsum(group) / len(group) if group else self._lately(name)
            for name, group in groups.items()
        }

    def _lately(self, problem: str) -> float:
        mean = self._recent.mean(problem)
        return (self.correct + self.incorrect) / 2 if mean is None else mean

    def _worth_missing(self, verdict: Verdict, neutral: float) -> float | None:
        if self.missing == "none":
            return None
        if self.missing == "nan":
            return math.nan
        if self.missing == "neutral":
            return neutral
        if isinstance(self.missing, str):
            why = f"{verdict.reason}: {verdict.message}"
            raise AssayError(
                "verdicts_missing", f"Candidate {verdict.candidate} of {verdict.problem!r}: {why}."
            )
        return float(self.missing)

    def _tell_missing(self, verdicts: Sequence[Verdict]) -> None:
        lost = [verdict for verdict in verdicts if verdict.is_missing]
        if not lost:
            return
        reasons: dict[str, int] = {}
        for verdict in lost:
            reasons[verdict.reason] = reasons.get(verdict.reason, 0) + 1
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        said = f"{len(lost)} of {len(verdicts)} verdicts by {self.verifier} are missing ({told})"
        log.warning("%s, worth %s; first: %s", said, self.missing, lost[0].message)
        if len(lost) > self.most_missing * len(verdicts):
            raise AssayError(
                "verdicts_missing", f"{said}.", mend="See the orchestrator, or raise most_missing."
            )


def text_of(completion: Any) -> str:
    """
    The text of a completion: plain, or the last message of a conversation (`content` as text or as parts).
    """
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        content = completion.get("content")
        if isinstance(content, str) or content is None:
            return content or ""
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    if isinstance(completion, Sequence):
        return text_of(completion[-1]) if completion else ""
    raise TypeError(f"a completion that is {type(completion).__name__}; give a text or messages")


_shared: dict[tuple[Any, ...], Rewards] = {}
_lock = threading.Lock()


def _after_fork() -> None:
    """Another thread of the parent may have held it."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def shared(**settings: Any) -> Rewards:
    """The same object for the same settings: trainers call functions by name, again and again."""
    key = tuple(sorted((name, repr(value)) for name, value in settings.items()))
    with _lock:
        if key not in _shared:
            _shared[key] = Rewards(**settings)
        return _shared[key]
