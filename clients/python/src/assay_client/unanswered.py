"""
Candidates of a submission that lack verdicts: what is sent again where a connection breaks. Does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .proto import orchestrator_pb2 as opb
from .proto import verifier_pb2 as pb
from .values import Problem

#: Most candidates, and about the most bytes of candidates, in a message.
MESSAGE_CANDIDATES = 256
MESSAGE_BYTES = 1 << 20
#: Bytes of problems after which the server may have forgotten one: it keeps 256 MiB.
_PROBLEM_BYTES = 128 << 20


class _Entry:
    __slots__ = ("answered", "candidate", "problem")

    def __init__(self, problem: Problem, candidate: pb.Candidate) -> None:
        self.problem = problem
        self.candidate = candidate
        self.answered: set[str] = set()


class Unanswered:
    """By problem and index; several where the input has a candidate twice."""

    def __init__(self, verifiers: int) -> None:
        self._verifiers = verifiers
        self._entries: dict[tuple[str, int], list[_Entry]] = {}
        #: Problems that came without candidates: nothing says that they have arrived.
        self._bare: list[Problem] = []
        #: Candidates, and bytes of their texts.
        self.size = 0
        self.bytes = 0

    def add(self, problem: Problem, candidates: Sequence[pb.Candidate]) -> None:
        if not candidates:
            self._bare.append(problem)
        for candidate in candidates:
            self._entries.setdefault((problem.id, candidate.index), []).append(_Entry(problem, candidate))
            self.size += 1
            self.bytes += len(candidate.text)

    def take(self, verdicts: Iterable[opb.RunVerdict]) -> list[opb.RunVerdict]:
        """Those of the verdicts that were not given before."""
        fresh = []
        for verdict in verdicts:
            key = (verdict.problem, verdict.candidate)
            same = self._entries.get(key, [])
            entry = next((entry for entry in same if verdict.verifier not in entry.answered), None)
            if entry is None:
                continue
            entry.answered.add(verdict.verifier)
            if len(entry.answered) >= self._verifiers:
                same.remove(entry)
                self.size -= 1
                self.bytes -= len(entry.candidate.text)
                if not same:
                    del self._entries[key]
            fresh.append(verdict)
        return fresh

    def names(self, most: int) -> list[str]:
        """Some of them, for people."""
        named = []
        for (problem, index), _ in zip(self._entries, range(most), strict=False):
            named.append(f"problem {problem!r} candidate {index}")
        return named

    def chunks(self) -> Iterator[tuple[Problem, list[pb.Candidate]]]:
        """
        What has to be sent again. A message may hold an index once: candidates sent twice come in turns.
        """
        for problem in self._bare:
            yield problem, []
        rounds: dict[tuple[int, int], tuple[Problem, list[pb.Candidate]]] = {}
        for same in self._entries.values():
            for turn, entry in enumerate(same):
                key = (id(entry.problem), turn)
                rounds.setdefault(key, (entry.problem, []))[1].append(entry.candidate)
        yield from rounds.values()


class Writer:
    """
    Messages of one connection: each problem is sent before its candidates, and again only where it must be.
    """

    def __init__(self) -> None:
        self._sent: dict[str, Problem] = {}
        self._sent_bytes = 0

    def messages(
        self, problem: Problem, candidates: Sequence[pb.Candidate], input_share: float = 0.0
    ) -> Iterator[opb.SubmitRequest]:
        """
        Raises nothing: another problem of the same id is sent, and the server says what is wrong with it.
        """
        for part in _parts(candidates):
            request = opb.SubmitRequest(input_share=input_share)
            if self._is_news(problem):
                request.problems.append(problem)
            if part:
                request.candidates.add(problem=problem.id).candidates.extend(part)
            yield request

    def _is_news(self, problem: Problem) -> bool:
        known = self._sent.get(problem.id)
        if known is problem or (known is not None and known == problem):
            return False
        self._sent_bytes += problem.ByteSize()
        if self._sent_bytes > _PROBLEM_BYTES:
            self._sent.clear()
            self._sent_bytes = problem.ByteSize()
        self._sent[problem.id] = problem
        return True


def _parts(candidates: Sequence[pb.Candidate]) -> Iterator[list[pb.Candidate]]:
    part: list[pb.Candidate] = []
    size = 0
    for candidate in candidates:
        if part and (len(part) >= MESSAGE_CANDIDATES or size + len(candidate.text) > MESSAGE_BYTES):
            yield part
            part, size = [], 0
        part.append(candidate)
        size += len(candidate.text)
    yield part
