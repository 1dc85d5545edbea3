"""
What is read from the backbone's last hidden states, and what becomes of it. Heads compute in fp32 if not
told else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from .checkpoint import CheckpointError
from .packing import on_device
from .types import Group, Reading

#: How step scores become one score.
AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "last": lambda steps: steps[-1],
    "min": min,
    "product": math.prod,
    "mean": lambda steps: math.fsum(steps) / len(steps),
}

#: `<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n`, at whose last occurrence ArmoRM's gate reads
#: (RLHFlow/RLHF-Reward-Modeling armo-rm, modeling_custom.py `find_token_for_gating`).
GATE_PATTERN = (128009, 128006, 78191, 128007, 271)

OBJECTIVES = 19


class Head(Protocol):
    kind: str

    def check(self, group: Group) -> None:
        """Raises ValueError where a group lacks what this head reads."""

    def positions(self, group: Group, response: int) -> Sequence[int]:
        """Positions of the sequence prompt + response that are read."""

    def __call__(self, hidden: Tensor, slots: Sequence[Sequence[int]]) -> Tensor:
        """Values on the device from hidden states [n, d]; `slots` says which of the n each response reads."""

    def readings(self, values: list[list[float]], slots: Sequence[Sequence[int]]) -> list[Reading]:
        """The readings, from the values as numbers."""


class _Mlp:
    """
    `score.*`: one linear layer, or `score.0` ReLU `score.2` (Qwen2ForRewardModel,
    Qwen2ForProcessRewardModel).
    """

    def __init__(self, tensors: Mapping[str, Tensor], dtype: torch.dtype) -> None:
        stems = ["score"] if "score.weight" in tensors else ["score.0", "score.2"]
        self._layers = [
            (tensors[f"{s}.weight"].to(dtype), _to(tensors.get(f"{s}.bias"), dtype)) for s in stems
        ]

    def __call__(self, hidden: Tensor) -> Tensor:
        for index, (weight, bias) in enumerate(self._layers):
            hidden = F.linear(F.relu(hidden) if index else hidden, weight, bias)
        return hidden.float()


def _to(tensor: Tensor | None, dtype: torch.dtype) -> Tensor | None:
    return None if tensor is None else tensor.to(dtype)


class Outcome:
    """
    One logit, at the last token; with `pad`, at the last that is not it, as transformers' classifiers do.
    """

    kind = "outcome"

    def __init__(self, tensors: Mapping[str, Tensor], dtype: torch.dtype, pad: int | None) -> None:
        self._mlp, self._pad = _Mlp(tensors, dtype), pad

    def check(self, group: Group) -> None:
        pass

    def positions(self, group: Group, response: int) -> Sequence[int]:
        ids = group.responses[response].ids
        end = len(ids)
        while end > 0 and ids[end - 1] == self._pad:
            end -= 1
        return [len(group.prompt) + (end or len(ids)) - 1]

    def __call__(self, hidden: Tensor, slots: Sequence[Sequence[int]]) -> Tensor:
        return self._mlp(hidden)

    def readings(self, values: list[list[float]], slots: Sequence[Sequence[int]]) -> list[Reading]:
        return [Reading(values[slot][0]) for (slot,) in slots]


class Process:
    """Two logits at each step, (wrong, right): the chance of right, and an aggregate of all steps."""

    kind = "process"

    def __init__(
        self, tensors: Mapping[str, Tensor], dtype: torch.dtype, aggregate: str, step_tag: int | None
    ) -> None:
        self._mlp, self._aggregate, self._step_tag = _Mlp(tensors, dtype), AGGREGATES[aggregate], step_tag

    def check(self, group: Group) -> None:
        for r, response in enumerate(group.responses):
            if not response.steps:
                raise ValueError(f"response {r} has no steps, and a process reward model reads nothing else")
            for step in response.steps:
                if not 0 <= step < len(response.ids):
                    raise ValueError(
                        f"response {r} has a step at {step}, outside of its {len(response.ids)} tokens"
                    )
                if self._step_tag is not None and response.ids[step] != self._step_tag:
                    raise ValueError(
                        f"response {r} has token {response.ids[step]} at step {step}, not {self._step_tag}"
                    )

    def positions(self, group: Group, response: int) -> Sequence[int]:
        return [len(group.prompt) + step for step in group.responses[response].steps]

    def __call__(self, hidden: Tensor, slots: Sequence[Sequence[int]]) -> Tensor:
        return self._mlp(hidden).softmax(-1)[:, 1:]

    def readings(self, values: list[list[float]], slots: Sequence[Sequence[int]]) -> list[Reading]:
        steps = [tuple(values[slot][0] for slot in own) for own in slots]
        return [Reading(self._aggregate(own), own) for own in steps]


class Armorm:
    """
    RLHFlow/ArmoRM-Llama3-8B-v0.1: 19 objectives at the last token, weighted by a gate that reads the
    prompt's end. score = Σ gate ⊙ (objectives @ M), coefficients = gate @ Mᵀ.
    """

    kind = "armorm"

    @staticmethod
    def wanted(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
        """Names and shapes of its tensors, after config.json."""
        d, inner, hidden = (
            config["hidden_size"], config.get("gating_hidden_dim", 1024), config.get("gating_n_hidden", 3)
        )  # fmt: skip
        if not isinstance(hidden, int) or not 0 <= hidden <= 64:
            raise CheckpointError(f"gating_n_hidden must be from 0 to 64, not {hidden!r}")
        widths = [d, *[inner] * hidden, OBJECTIVES]
        shapes: dict[str, tuple[int, ...]] = {
            "regression_layer.weight": (OBJECTIVES, d),
            "reward_transform_matrix": (OBJECTIVES, OBJECTIVES),
            "gating.logit_scale": (1,),
        }
        for layer, (before, after) in enumerate(zip(widths, widths[1:], strict=False)):
            shapes |= {
                f"gating.layers.{layer}.weight": (after, before),
                f"gating.layers.{layer}.bias": (after,),
            }
        return shapes

    def __init__(self, tensors: Mapping[str, Tensor], dtype: torch.dtype, temperature: float) -> None:
        if not isinstance(temperature, int | float) or not 0 < temperature < math.inf:
            raise CheckpointError(f"gating_temperature must be above 0, not {temperature!r}")
        own = {name: tensor.to(dtype) for name, tensor in tensors.items()}
        self._objectives, self._matrix = own["regression_layer.weight"], own["reward_transform_matrix"]
        self._scale, self._temperature = own["gating.logit_scale"], temperature
        depth = sum(name.startswith("gating.layers.") for name in own) // 2
        self._gate = [
            (own[f"gating.layers.{i}.weight"], own[f"gating.layers.{i}.bias"]) for i in range(depth)
        ]

    def check(self, group: Group) -> None:
        end = len(group.prompt) - len(GATE_PATTERN)
        if group.gate != end or tuple(group.prompt[end:]) != GATE_PATTERN:
            raise ValueError(
                f"ArmoRM's gate reads at {end}, where the prompt must end with {list(GATE_PATTERN)}; "
                f"it is said to read at {group.gate}, and the prompt ends with "
                f"{list(group.prompt[-len(GATE_PATTERN) :])}"
            )

    def positions(self, group: Group, response: int) -> Sequence[int]:
        assert group.gate is not None
        return [group.gate, len(group.prompt) + len(group.responses[response].ids) - 1]

    def __call__(self, hidden: Tensor, slots: Sequence[Sequence[int]]) -> Tensor:
        # Each prompt once, whatever the number of its responses.
        at = {gate: index for index, gate in enumerate(dict.fromkeys(gate for gate, _ in slots))}
        gating = hidden[on_device(list(at), hidden.device)]
        for index, (weight, bias) in enumerate(self._gate):
            gating = F.linear(F.relu(gating) if index else gating, weight, bias)
        gating = (gating / self._temperature).softmax(-1) * self._scale
        gating = gating[on_device([at[gate] for gate, _ in slots], hidden.device)]
        objectives = F.linear(hidden[on_device([last for _, last in slots], hidden.device)], self._objectives)
        score = (gating * (objectives @ self._matrix)).sum(-1, keepdim=True)
        return torch.cat([score, objectives, gating @ self._matrix.T], -1).float()

    def readings(self, values: list[list[float]], slots: Sequence[Sequence[int]]) -> list[Reading]:
        end = 1 + OBJECTIVES
        return [
            Reading(own[0], objectives=tuple(own[1:end]), coefficients=tuple(own[end:])) for own in values
        ]


def score_shapes(shapes: Mapping[str, Sequence[int]], d: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes that the `score.*` tensors must have, after how many of them there are."""
    labels = next(iter(shapes.get("score.weight", shapes.get("score.2.weight", ()))), 0)
    if "score.weight" in shapes:
        wanted: dict[str, tuple[int, ...]] = {"score.weight": (labels, d)}
        return wanted | ({"score.bias": (labels,)} if "score.bias" in shapes else {})
    if "score.2.weight" in shapes:
        return {
            "score.0.weight": (d, d),
            "score.0.bias": (d,),
            "score.2.weight": (labels, d),
            "score.2.bias": (labels,),
        }
    raise CheckpointError(
        "there is no score.weight and no score.2.weight: this is no reward model (or one of another form)"
    )
