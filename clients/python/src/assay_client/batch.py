"""
Many problems judged in one stream, online: which verdict belongs where, and what to say of those that are
missing.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .errors import AssayError
from .proto import orchestrator_pb2 as opb
from .proto import verifier_pb2 as pb
from .values import Candidate, Problem, Source, Status, Verdict, VerifierStatus, candidates_of

#: Problems of one run, after which another one is made: a run of the store is for a while, not for ever.
_RUN_PROBLEMS = 100_000


class OnlineRuns:
    """
    Runs for what is judged without a run of one's own: one for each set of verifiers, in this process. It is
    COMPLETE whenever nobody submits to it, and so none of a tenant's open runs.
    """

    def __init__(self) -> None:
        self._runs: dict[tuple[str, ...], tuple[opb.CreateRunRequest, Iterator[int], int]] = {}

    def take(self, verifiers: Sequence[str], problems: int) -> tuple[opb.CreateRunRequest, Iterator[int]]:
        """The run, and numbers for its problems."""
        key = tuple(verifiers)
        request, numbers, used = self._runs.get(key, (None, itertools.count(), _RUN_PROBLEMS))
        if request is None or used >= _RUN_PROBLEMS:
            name = f"online-{uuid.uuid4().hex[:16]}"
            request = opb.CreateRunRequest(id=name, verifiers=verifiers, labels={"client": "python"})
            numbers, used = itertools.count(), 0
        self._runs[key] = (request, numbers, used + problems)
        return request, numbers


class Batch:
    """
    Problems are renamed for the run: the same problem comes again with other candidates of the same index.
    """

    def __init__(
        self,
        items: Sequence[tuple[Problem, Sequence[str | Candidate]]],
        verifiers: Sequence[str],
        numbers: Iterator[int],
    ) -> None:
        self._verifiers = verifiers
        self._places: dict[tuple[str, int, str], tuple[int, int]] = {}
        self.verdicts: list[list[Verdict]] = []
        #: What is submitted.
        self.chunks: list[tuple[Problem, list[pb.Candidate]]] = []
        self.missing = 0
        names: list[str] = []
        for at, (problem, given) in enumerate(items):
            renamed = Problem()
            renamed.CopyFrom(problem)
            renamed.id = f"{next(numbers)}:{problem.id}"
            names.append(problem.id)
            candidates = candidates_of(given)
            self.verdicts.append([])
            for candidate in candidates:
                for verifier in verifiers:
                    key = (renamed.id, candidate.index, verifier)
                    self._places[key] = (at, len(self.verdicts[at]))
                    self.verdicts[at].append(_missing(problem.id, candidate.index, verifier))
            self.missing += len(self.verdicts[at])
            if candidates:
                self.chunks.append((renamed, candidates))
        self._names = names

    def take(self, verdict: Verdict) -> tuple[int, int, Verdict]:
        """Where it belongs (item, place among the item's verdicts), and the verdict under its own name."""
        at, place = self._places.pop((verdict.problem, verdict.candidate, verdict.verifier))
        verdict = replace(verdict, problem=self._names[at])
        self.verdicts[at][place] = verdict
        self.missing -= 1
        return at, place, verdict

    @property
    def is_untouched(self) -> bool:
        """There is no verdict at all."""
        return self.missing == sum(len(verdicts) for verdicts in self.verdicts)

    def check_verifiers(self, known: Sequence[VerifierStatus]) -> None:
        """Raises AssayError `verifier_unknown` where it can only be a matter of names."""
        names = [status.name for status in known if status.name]
        unknown = [name for name in self._verifiers if name not in names]
        if unknown:
            raise AssayError(
                "verifier_unknown",
                f"No verifier is called {', '.join(unknown)}.",
                mend=f"The orchestrator knows {', '.join(names) or 'none'}; see: assay verifiers.",
            )

    def pending(self, most: int = 5) -> str:
        """What there is no verdict of, for people."""
        shown = [
            f"problem {self._names[at]!r} candidate {candidate} by {verifier}"
            for (_, candidate, verifier), (at, _) in itertools.islice(self._places.items(), most)
        ]
        more = len(self._places) - len(shown)
        return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _missing(problem: str, candidate: int, verifier: str) -> Verdict:
    return Verdict(
        problem,
        candidate,
        verifier,
        Source.MISSING,
        Status.ERROR,
        reason="no_verdict_in_time",
        message="the client's time was over",
        retryable=True,
    )
