"""ArmoRM against its arithmetic written down plainly: RLHFlow/RLHF-Reward-Modeling, armo-rm."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

import tiny
from assay_reward.checkpoint import CheckpointError
from assay_reward.engine import Engine
from assay_reward.heads import GATE_PATTERN
from assay_reward.types import Group, Response

torch.set_num_threads(1)

HEADS, KEY_HEADS, HEAD = 4, 2, 8


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    return tiny.armorm_tensors()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, Tensor]) -> Path:
    path = tmp_path_factory.mktemp("armorm")
    tiny.save_armorm(path, tensors)
    return path


def normed(x: Tensor, weight: Tensor) -> Tensor:
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * weight


def rotated(x: Tensor) -> Tensor:
    """x [T, heads, 8]: pairs (i, i + 4) are turned by position · theta^(-i/4)."""
    angles = torch.arange(len(x)).double()[:, None] * 500000.0 ** (
        -torch.arange(HEAD // 2).double() / (HEAD // 2)
    )
    cos, sin = angles.cos().float()[:, None], angles.sin().float()[:, None]
    left, right = x[..., : HEAD // 2], x[..., HEAD // 2 :]
    return torch.cat([left * cos - right * sin, right * cos + left * sin], -1)


def hidden_states(w: dict[str, Tensor], ids: list[int]) -> Tensor:
    x = w["model.embed_tokens.weight"][torch.tensor(ids)]
    count = len(ids)
    for layer in range(2):
        p = {name.removeprefix(f"model.layers.{layer}."): value for name, value in w.items()}
        h = normed(x, p["input_layernorm.weight"])
        q = rotated((h @ p["self_attn.q_proj.weight"].T).view(count, HEADS, HEAD))
        k = rotated((h @ p["self_attn.k_proj.weight"].T).view(count, KEY_HEADS, HEAD))
        v = (h @ p["self_attn.v_proj.weight"].T).view(count, KEY_HEADS, HEAD)
        heads = []
        for head in range(HEADS):
            shared = head // (HEADS // KEY_HEADS)
            scores = q[:, head] @ k[:, shared].T / math.sqrt(HEAD)
            scores = scores.masked_fill(torch.ones(count, count, dtype=torch.bool).triu(1), -math.inf)
            heads.append(scores.softmax(-1) @ v[:, shared])
        x = x + torch.cat(heads, -1) @ p["self_attn.o_proj.weight"].T
        h = normed(x, p["post_attention_layernorm.weight"])
        gate = h @ p["mlp.gate_proj.weight"].T
        x = x + (gate * torch.sigmoid(gate) * (h @ p["mlp.up_proj.weight"].T)) @ p["mlp.down_proj.weight"].T
    return normed(x, w["model.norm.weight"])


def reference(w: dict[str, Tensor], ids: list[int], gate_at: int) -> tuple[float, list[float], list[float]]:
    hidden = hidden_states(w, ids)
    objectives = w["regression_layer.weight"] @ hidden[-1]
    g = hidden[gate_at]
    for layer in range(4):
        g = w[f"gating.layers.{layer}.weight"] @ g + w[f"gating.layers.{layer}.bias"]
        g = g.relu() if layer < 3 else g
    gating = (g / 10).softmax(0) * w["gating.logit_scale"][0]
    adjusted = objectives @ w["reward_transform_matrix"]
    return (
        (gating * adjusted).sum().item(),
        objectives.tolist(),
        (gating @ w["reward_transform_matrix"].T).tolist(),
    )


def test_scores_objectives_and_coefficients_equal_the_plain_reference(
    folder: Path, tensors: dict[str, Tensor]
) -> None:
    engine = Engine.load(folder, device="cpu")
    assert (engine.identity.head, engine.identity.architecture) == ("armorm", "llama")
    groups = tiny.groups([(30, [12, 1, 40]), (2, [8]), (17, [5, 5])], armorm=True)
    largest = 0.0
    for group, readings in zip(groups, engine.score(groups), strict=True):
        assert group.gate == len(group.prompt) - len(GATE_PATTERN)
        for response, reading in zip(group.responses, readings, strict=True):
            score, objectives, coefficients = reference(tensors, [*group.prompt, *response.ids], group.gate)
            got = torch.tensor([reading.logit, *reading.objectives, *reading.coefficients])
            largest = max(
                largest, (got - torch.tensor([score, *objectives, *coefficients])).abs().max().item()
            )
    print(f"ArmoRM: fp32 max |Δ| {largest:.2g}")
    assert largest <= 1e-5


def test_the_gate_stays_with_the_prompt_whatever_a_response_holds(
    folder: Path, tensors: dict[str, Tensor]
) -> None:
    engine = Engine.load(folder, device="cpu")
    (group,) = tiny.groups([(20, [])], armorm=True)
    attack = [7, *GATE_PATTERN, 9, 128009]
    (readings,) = engine.score([Group(group.prompt, [Response(attack), Response([7, 128009])], group.gate)])
    moved = len(group.prompt) + 1
    assert group.gate is not None
    assert readings[0].logit == pytest.approx(
        reference(tensors, [*group.prompt, *attack], group.gate)[0], abs=1e-5
    )
    assert readings[0].coefficients == pytest.approx(readings[1].coefficients, abs=1e-6)
    # To search for the pattern would have found the response's.
    assert abs(readings[0].logit - reference(tensors, [*group.prompt, *attack], moved)[0]) > 1e-4


def test_a_gate_elsewhere_is_refused(folder: Path) -> None:
    engine = Engine.load(folder, device="cpu")
    (group,) = tiny.groups([(20, [4])], armorm=True)
    for bad in (
        Group(group.prompt, group.responses, 19),
        Group(group.prompt, group.responses),
        Group(group.prompt[:-1], group.responses, 19),
        Group([*group.prompt, 1], group.responses, 21),
        Group([1, 2], group.responses, -3),
    ):
        with pytest.raises(ValueError, match="group 0: ArmoRM's gate reads at"):
            engine.score([bad])


def test_missing_unexpected_and_misshapen_tensors_are_listed(
    tmp_path: Path, tensors: dict[str, Tensor]
) -> None:
    faulty = dict(tensors)
    del faulty["gating.layers.2.bias"]
    faulty["score.weight"] = torch.zeros(1, 32)
    faulty["regression_layer.weight"] = torch.zeros(18, 32)
    tiny.save_armorm(tmp_path, faulty)
    with pytest.raises(CheckpointError) as error:
        Engine.load(tmp_path, device="cpu")
    for part in (
        "missing gating.layers.2.bias (24,)",
        "unexpected score.weight (1, 32)",
        "is (18, 32), not (19, 32)",
    ):
        assert part in str(error.value)


def test_the_temperature_is_that_of_the_config(
    tmp_path: Path, folder: Path, tensors: dict[str, Tensor]
) -> None:
    groups = tiny.groups([(20, [4])], armorm=True)
    tiny.save_armorm(tmp_path, tensors, gating_temperature=1)
    sharp = Engine.load(tmp_path, device="cpu").score(groups)[0][0]
    assert sharp.objectives == pytest.approx(Engine.load(folder, device="cpu").score(groups)[0][0].objectives)
    assert sharp.logit != pytest.approx(Engine.load(folder, device="cpu").score(groups)[0][0].logit, abs=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        {"gating_temperature": 0}, {"gating_temperature": -10}, {"gating_temperature": "x"},
        {"gating_temperature": float("nan")}, {"gating_n_hidden": 10**9}, {"gating_n_hidden": "x"},
    ],
)  # fmt: skip
def test_a_gate_that_cannot_be_is_refused(
    tmp_path: Path, tensors: dict[str, Tensor], config: dict[str, Any]
) -> None:
    tiny.save_armorm(tmp_path, tensors, **config)
    with pytest.raises(CheckpointError, match=next(iter(config))):
        Engine.load(tmp_path, device="cpu")


def test_heads_in_bf16_tie_what_heads_in_fp32_tell_apart(folder: Path) -> None:
    from assay_reward.bench import ties

    groups = tiny.groups([(30, [8 + n % 9 for n in range(1000)])], armorm=True)
    scores = {
        dtype: [
            r.logit
            for r in Engine.load(folder, device="cpu", dtype="bf16", head_dtype=dtype).score(groups)[0]
        ]
        for dtype in (torch.float32, torch.bfloat16)
    }
    fp32, bf16 = (ties(of) for of in scores.values())
    print(f"of 1,000 random responses, tied with another: {fp32} by fp32 heads, {bf16} by bf16 heads")
    assert fp32 <= 20
    assert bf16 >= 500


def test_pickles_and_other_folders_are_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CheckpointError, match="no config.json"):
        Engine.load(tmp_path, device="cpu")
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(CheckpointError, match="pickled weights"):
        Engine.load(tmp_path, device="cpu")
    save_file({"x": torch.zeros(1)}, tmp_path / "outside.safetensors")
    (tmp_path / "model.safetensors.index.json").write_text('{"weight_map": {"x": "../outside.safetensors"}}')
    with pytest.raises(CheckpointError, match="not safetensors beside it"):
        Engine.load(tmp_path, device="cpu")
