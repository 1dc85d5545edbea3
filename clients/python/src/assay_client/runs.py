"""Requests that both clients make."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TypedDict

from .errors import AssayError
from .proto import orchestrator_pb2 as opb


class RunOptions(TypedDict, total=False):
    """Settings of a run; what is left out is as the server has it."""

    id: str
    #: Skip a problem's remaining candidates after its first CORRECT.
    early_stop: bool
    #: Times that a candidate is tried after ERRORs that may be retried.
    max_attempts: int
    #: Judge every candidate for itself.
    uncached: bool
    #: Runs of a higher priority get free slots first; among equals, shares are by weight.
    priority: int
    weight: float
    #: Most candidates × verifiers that are at replicas at a time.
    max_in_flight: int
    labels: Mapping[str, str]


def run_request(verifiers: str | Sequence[str], options: RunOptions) -> opb.CreateRunRequest:
    """
    A run without an id is named here, so that asking again after a broken connection makes no second one.
    Raises AssayError `usage`.
    """
    request = opb.CreateRunRequest(verifiers=names_of(verifiers), **options)
    if request.id == "":
        request.id = f"run-{uuid.uuid4().hex[:16]}"
    return request


def names_of(verifiers: str | Sequence[str]) -> tuple[str, ...]:
    """Raises AssayError `usage`."""
    names = (verifiers,) if isinstance(verifiers, str) else tuple(verifiers)
    if not names or len(set(names)) < len(names):
        raise AssayError("usage", f"verifiers: {list(names)}.", mend="Name at least one, each once.")
    return names


def id_of(run: str | opb.Run) -> str:
    return run if isinstance(run, str) else run.id


def watch_request(run: str | opb.Run, once: bool, interval: float) -> opb.WatchRunRequest:
    return opb.WatchRunRequest(run=id_of(run), once=once, interval_ms=max(1, round(interval * 1000)))
