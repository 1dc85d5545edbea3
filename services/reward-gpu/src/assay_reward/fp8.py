"""Row-wise FP8 (e4m3) for the matrices of the decoder, and whether it keeps the order of the scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .backbone import LINEARS, Backbone

_MAX = torch.finfo(torch.float8_e4m3fn).max


def quantise(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix [n, k] in e4m3 and the scale of each row [n, 1], fp32: matrix ≈ quantised · scale."""
    scale = matrix.abs().amax(-1, keepdim=True).float().clamp(min=1e-12) / _MAX
    return (matrix.float() / scale).clamp(-_MAX, _MAX).to(torch.float8_e4m3fn), scale


class Fp8Linear(nn.Module):
    """A linear layer whose weight has a scale for each output and whose input has one for each token."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight, scale = quantise(linear.weight.detach())
        self.weight, self.scale = nn.Buffer(weight), nn.Buffer(scale)
        self.bias = linear.bias

    def forward(self, hidden: Tensor) -> Tensor:
        rows = hidden.reshape(-1, hidden.shape[-1])
        quantised, scale = quantise(rows)
        if hidden.is_cuda:
            out = torch._scaled_mm(
                quantised,
                self.weight.t(),
                scale,
                self.scale.t(),
                out_dtype=torch.bfloat16,
                use_fast_accum=True,
            ).to(hidden.dtype)
        else:
            # The same rounding where there is no FP8 hardware, so that tests see what it does to scores.
            out = F.linear(quantised.float() * scale, self.weight.float() * self.scale).to(hidden.dtype)
        out = out if self.bias is None else out + self.bias
        return out.reshape(*hidden.shape[:-1], -1)


def convert(backbone: Backbone) -> None:
    """
    Replaces the matrices of all layers; their former weights are freed. Raises ValueError where a size is no
    multiple of 16, which the kernels want (torch._scaled_mm).
    """
    for name in LINEARS:
        shape = tuple(backbone.model.layers[0].get_submodule(name).weight.shape)
        if any(size % 16 for size in shape):
            raise ValueError(f"FP8 takes sizes that are multiples of 16, and {name} is {shape}")
    for layer in backbone.model.layers:
        for name in LINEARS:
            layer.set_submodule(name, Fp8Linear(layer.get_submodule(name)), strict=True)


@dataclass(frozen=True, slots=True)
class RankAgreement:
    #: Kendall's tau-b between the two scores of a prompt's responses, mean over the prompts where it is
    #: defined.
    tau: float
    #: For each N: share of choices of the best of N that score as well, by the reference, as its own choice
    #: does.
    choice: dict[int, float]
    prompts: int
    choices: dict[int, int] = field(default_factory=dict)

    def __str__(self) -> str:
        of_n = ", ".join(
            f"best of {n} {share:.4f} ({self.choices[n]} choices)" for n, share in self.choice.items()
        )
        return f"tau-b {self.tau:.4f} over {self.prompts} prompts; same choice: {of_n or 'too few responses'}"


def rank_agreement(
    reference: Sequence[Sequence[float]], scores: Sequence[Sequence[float]], ns: Sequence[int] = (16, 64)
) -> RankAgreement:
    """
    Compares two scores of the same responses, prompt by prompt. A prompt's responses are taken N at a time,
    in their order, so that a choice counts once; ties within `scores` go to the first.
    """
    taus = [tau for a, b in zip(reference, scores, strict=True) if not math.isnan(tau := kendall_tau_b(a, b))]
    choice, choices = {}, {}
    for n in ns:
        same = [
            a[start + int(np.argmax(b[start : start + n]))] == max(a[start : start + n])
            for a, b in zip(reference, scores, strict=True)
            for start in range(0, len(a) - n + 1, n)
        ]
        if same:
            choice[n], choices[n] = sum(same) / len(same), len(same)
    return RankAgreement(sum(taus) / len(taus) if taus else math.nan, choice, len(taus), choices)


def kendall_tau_b(a: Sequence[float], b: Sequence[float]) -> float:
    """
    Kendall's tau-b: (concordant - discordant) / sqrt(pairs not tied in a · pairs not tied in b); NaN where
    all tie.
    """
    x, y = (np.sign(np.subtract.outer(np.asarray(v, float), np.asarray(v, float))) for v in (a, b))
    untied = math.sqrt(float((x * x).sum()) * float((y * y).sum()))
    return float((x * y).sum()) / untied if untied else math.nan
