"""Tiny random models, written as the checkpoints that their users download."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoModelForTokenClassification

from assay_reward.heads import GATE_PATTERN, Armorm
from assay_reward.types import Group, Response

VOCABULARY = 320

_BODY = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4,
    "num_key_value_heads": 2, "vocab_size": VOCABULARY, "max_position_embeddings": 2048,
    "initializer_range": 0.1,
}  # fmt: skip

#: What each family does in a way of its own: grouped queries in all; biases (Qwen2), normed heads of another
#: size (Qwen3).
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {"model_type": "llama"},
    "llama3-rope": {
        "model_type": "llama",
        "rope_theta": 500000.0,
        "rope_scaling": {
            "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    },
    "qwen2": {"model_type": "qwen2"},
    "qwen3": {"model_type": "qwen3", "head_dim": 32},
    "mistral": {"model_type": "mistral", "sliding_window": None},
}  # fmt: skip


def save_classifier(
    path: Path, family: str, *, labels: int = 1, by_token: bool = False, **more: Any
) -> torch.nn.Module:
    """Saves transformers' own classifier with random weights; returns it, in fp32."""
    torch.manual_seed(7)
    options = {**_BODY, **FAMILIES[family], "num_labels": labels, **more}
    config = AutoConfig.for_model(options.pop("model_type"), **options)
    of = AutoModelForTokenClassification if by_token else AutoModelForSequenceClassification
    model = of.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(path)
    return model


ARMORM = {
    "architectures": ["LlamaForRewardModelWithGating"], "model_type": "llama", "hidden_size": 32,
    "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "vocab_size": 128256, "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
    "gating_temperature": 10, "gating_hidden_dim": 24, "gating_n_hidden": 3, "pad_token_id": 128256 - 1,
    "auto_map": {"AutoModelForSequenceClassification": "modeling_custom.LlamaForRewardModelWithGating"},
}  # fmt: skip


def armorm_tensors() -> dict[str, torch.Tensor]:
    """Every tensor of ArmoRM's structure, random."""
    d, inner, kv = 32, 48, 16
    shapes = {"model.embed_tokens.weight": (128256, d), "model.norm.weight": (d,)}
    for layer in range(2):
        stem = f"model.layers.{layer}"
        shapes |= {
            f"{stem}.self_attn.{n}_proj.weight": (rows, d)
            for n, rows in [("q", d), ("k", kv), ("v", kv), ("o", d)]
        }
        shapes |= {f"{stem}.mlp.gate_proj.weight": (inner, d), f"{stem}.mlp.up_proj.weight": (inner, d)}
        shapes |= {f"{stem}.mlp.down_proj.weight": (d, inner)}
        shapes |= {f"{stem}.{n}_layernorm.weight": (d,) for n in ("input", "post_attention")}
    generator = torch.Generator().manual_seed(3)
    return {
        name: torch.randn(shape, generator=generator) * (0.2 if len(shape) > 1 else 0.1)
        + (1.0 if "norm" in name else 0.0)
        for name, shape in (shapes | Armorm.wanted(ARMORM)).items()
    }


def save_armorm(path: Path, tensors: dict[str, torch.Tensor], **config: Any) -> None:
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps({**ARMORM, **config}))
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path / "model.safetensors")


def ids(generator: torch.Generator, length: int, vocabulary: int = VOCABULARY) -> list[int]:
    return torch.randint(vocabulary, (length,), generator=generator).tolist()


def groups(
    shapes: list[tuple[int, list[int]]], *, seed: int = 0, steps: bool = False, armorm: bool = False
) -> list[Group]:
    """Groups of random tokens: (length of the prompt, lengths of its responses)."""
    generator = torch.Generator().manual_seed(seed)
    made = []
    for prompt, responses in shapes:
        made.append(
            Group(
                ids(generator, prompt) + ([*GATE_PATTERN] if armorm else []),
                [
                    Response(ids(generator, n), sorted({n // 3, n // 2, n - 1}) if steps else ())
                    for n in responses
                ],
                prompt if armorm else None,
            )
        )
    return made
