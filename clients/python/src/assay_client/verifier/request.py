"""What a Verify request must be; everything else is refused before anything is judged."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence

import grpc

from ..proto import verifier_pb2 as pb
from ..values import problem_digest
from .definition import Definition, Limits

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Refusal(Exception):
    """An error of the whole call."""

    def __init__(
        self,
        code: grpc.StatusCode,
        details: str,
        reason: str = "bad_request",
        trailers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(details)
        self.trailers = (("assay-reason", reason), *trailers)
        self.code = code
        # Details travel in a header.
        self.details = details[:2000]
        self.reason = reason


def _bad(what: str, reason: str = "bad_request") -> Refusal:
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, what, reason)


class Problems:
    """
    Serialised problems by digest; those unused for longest are forgotten when there are too many bytes of
    them.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, digest: str) -> bytes | None:
        problem = self._entries.get(digest)
        if problem is not None:
            self._entries.move_to_end(digest)
        return problem

    def add(self, digest: str, problem: bytes) -> None:
        self._bytes += len(problem) - len(self._entries.pop(digest, b""))
        self._entries[digest] = problem
        while self._bytes > self._most_bytes:
            _, forgotten = self._entries.popitem(last=False)
            self._bytes -= len(forgotten)


def check_candidates(candidates: Sequence[pb.Candidate], limits: Limits) -> None:
    """Raises Refusal."""
    if not candidates:
        raise _bad("candidates: none; send at least one")
    if len(candidates) > limits.max_batch:
        raise _bad(f"candidates: {len(candidates)}; send at most {limits.max_batch} (Describe.max_batch)")
    seen: set[int] = set()
    for candidate in candidates:
        if candidate.index in seen:
            raise _bad(f"candidates: index {candidate.index} twice")
        seen.add(candidate.index)


def problem_of(request: pb.VerifyRequest, definition: Definition, problems: Problems) -> tuple[str, bytes]:
    """
    Digest and problem, as sent or as known by the digest. What was sent is what is judged. Raises Refusal.
    """
    digest = request.problem_digest
    if digest and not _DIGEST.fullmatch(digest):
        raise _bad("problem_digest: not 64 lower-case hex digits of a SHA-256")
    if not request.HasField("problem"):
        if not digest:
            raise _bad("problem: missing, and problem_digest is empty; send one of them")
        known = problems.get(digest)
        if known is None:
            details = f"problem {digest} is not known here; send it again with the problem"
            raise Refusal(grpc.StatusCode.FAILED_PRECONDITION, details, "problem_unknown")
        return digest, known
    problem = request.problem
    spec = problem.WhichOneof("spec")
    kind = problem.custom.kind if spec == "custom" else spec
    if kind not in definition.kinds and not (spec == "custom" and "custom" in definition.kinds):
        what = "has no spec" if kind is None else f"kind {kind[:80]!r}"
        raise _bad(f"problem: {what}; {definition.name} takes {', '.join(definition.kinds)}", "bad_problem")
    content = problem.SerializeToString()
    own = problem_digest(problem)
    # Never under the digest that it came with: others would then be judged by what one caller says it names.
    problems.add(own, content)
    return own, content
