"""What the parts of the worker hand each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Response:
    """The tokens of one response, from the first after its prompt to the one that an outcome head reads."""

    ids: Sequence[int]
    #: Positions within `ids` that a process reward model reads, one a step; empty for other models.
    steps: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A prompt and responses to it: the prompt's tokens are computed once for all of them."""

    prompt: Sequence[int]
    responses: Sequence[Response]
    #: Position within `prompt` of the token that ArmoRM's gate reads; None for other models.
    gate: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model said of one response. All numbers are fp32 values, without activation where none is named."""

    #: The score: of an outcome head its logit, of a process head the aggregate of `steps`, of ArmoRM its gated score.
    logit: float
    #: Chance of each step being right (softmax of a process head).
    steps: Sequence[float] = field(default=())
    #: ArmoRM: the 19 objectives as the regression head gives them, and their coefficients (`gating_output @ M.T`).
    objectives: Sequence[float] = field(default=())
    coefficients: Sequence[float] = field(default=())
