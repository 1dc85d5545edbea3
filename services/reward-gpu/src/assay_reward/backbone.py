"""The decoder of a reward model: transformers' own layers, run over one packed row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig

from .attention import Attend, using
from .checkpoint import CheckpointError
from .packing import Plan, Row, on_device

#: Families whose whole forward is: embed, rotate, layers, norm. Others scale, cap, mask or mix in ways not
#: done here.
FAMILIES = ("llama", "mistral", "qwen2", "qwen3")

#: Kinds of RoPE whose angles depend on the position alone; others change with the longest sequence of a
#: batch.
_ROPES = ("default", "linear", "llama3", "yarn")

#: More layers than any model has: a bound on what a config alone can make us build.
_LAYERS = 1024

#: The matrices of a layer, whose work is counted and that FP8 takes.
LINEARS = (
    "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
    "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
)  # fmt: skip


def read_config(raw: Mapping[str, Any]) -> PreTrainedConfig:
    """The config of config.json, or CheckpointError where the model needs what this engine does not do."""
    family = raw.get("model_type")
    if family not in FAMILIES:
        raise CheckpointError(
            f"model_type {family!r} is not one of {', '.join(FAMILIES)}: use another backend for it"
        )
    # Names of code in the model's repository must not reach transformers.
    known = {
        key: value
        for key, value in raw.items()
        if key not in ("model_type", "auto_map", "quantization_config")
    }
    layers = raw.get("num_hidden_layers", 32)
    if not isinstance(layers, int) or not 1 <= layers <= _LAYERS:
        raise CheckpointError(f"num_hidden_layers must be from 1 to {_LAYERS}, not {layers!r}")
    if raw.get("quantization_config"):
        raise CheckpointError(
            "the weights are quantised (quantization_config): take the model's bf16 weights"
        )
    try:
        config = AutoConfig.for_model(family, **known)
    except Exception as cause:  # transformers and its checks of types have errors of their own
        raise CheckpointError(f"config.json is not one of {family}: {cause}") from cause
    rope = (config.rope_parameters or {}).get("rope_type", "default")
    if rope not in _ROPES:
        raise CheckpointError(
            f"RoPE of type {rope!r} makes scores depend on the batch: only {', '.join(_ROPES)} are done"
        )
    if longest(config) < 1:
        raise CheckpointError(f"the config lets a sequence have {longest(config)} tokens")
    return config


def longest(config: PreTrainedConfig) -> int:
    """
    Tokens up to which a sequence is scored as the model would: its positions, and no more than its sliding
    window.
    """
    windowed = config.model_type == "mistral" or "sliding_attention" in (
        getattr(config, "layer_types", None) or ()
    )
    window = getattr(config, "sliding_window", None) if windowed else None
    return int(min(config.max_position_embeddings, window or config.max_position_embeddings))


class Backbone:
    """Names of tensors are those of transformers' base model, without the prefix `model.`."""

    def __init__(self, config: PreTrainedConfig, device: torch.device, dtype: torch.dtype) -> None:
        self.config, self.device, self.dtype = config, device, dtype
        try:
            with torch.device("meta"):
                self.model = AutoModel.from_config(config, attn_implementation="assay", dtype=dtype).eval()
            # Its angles are computed, not loaded, and stay fp32.
            angles = type(self.model.rotary_emb)(self.model.config)
        except Exception as cause:  # sizes below zero, an unknown activation, a head too large for memory
            raise CheckpointError(
                f"config.json makes no model: {type(cause).__name__}: {str(cause)[:200]}"
            ) from cause
        self.model.rotary_emb = angles.to(device)
        self.shapes = {name: tuple(tensor.shape) for name, tensor in self.model.named_parameters()}
        self._last = _last_layer
        layer = self.model.layers[0]
        self._weights = {name: layer.get_submodule(name).weight.numel() for name in LINEARS}
        self.heads, self.key_heads = config.num_attention_heads, config.num_key_value_heads
        self.head_dim = layer.self_attn.head_dim

    def put(self, name: str, tensor: Tensor) -> None:
        """Makes `tensor` the parameter `name`, on the device and in the type of the model."""
        owner, _, leaf = name.rpartition(".")
        value = tensor.to(self.device, self.dtype)
        setattr(self.model.get_submodule(owner), leaf, nn.Parameter(value, requires_grad=False))

    def fill(self, seed: int) -> None:
        """Random weights, made on the device: matrices N(0, 0.02²), norms 1, biases 0."""
        generator = torch.Generator(self.device).manual_seed(seed)
        for name, shape in self.shapes.items():
            tensor = torch.empty(shape, device=self.device, dtype=self.dtype)
            if name.endswith("bias"):
                tensor.zero_()
            elif len(shape) == 1:
                tensor.fill_(1)
            else:
                tensor.normal_(0, 0.02, generator=generator)
            self.put(name, tensor)

    def compile(self, backend: str = "inductor") -> None:
        """Compiles one layer for all, and the last; the number of tokens stays free."""
        for layer in self.model.layers[:-1]:
            layer.compile(dynamic=True, fullgraph=True, backend=backend)
        self._last = torch.compile(_last_layer, dynamic=True, fullgraph=True, backend=backend)

    def interpret(self) -> None:
        """Undoes `compile`."""
        for layer in self.model.layers:
            layer._compiled_call_impl = None
        self._last = _last_layer

    @torch.no_grad()
    def __call__(self, row: Row, read: Sequence[int], attend: Attend, dtype: torch.dtype) -> Tensor:
        """
        Hidden states [len(read), d] after the final norm at the indices `read` of the row, in `dtype`: the
        norm of a bf16 model read in fp32 is not rounded to bf16, so that close scores stay apart.
        """
        plan = Plan(row, self.device)
        ids = on_device(row.ids, self.device)[None]
        # Compiled layers take any number but one, which would have them compiled again.
        rows = on_device([*read, *read] if len(read) == 1 else read, self.device)
        positions = plan.positions[None]
        hidden = self.model.embed_tokens(ids)
        rope = self.model.rotary_emb(hidden, position_ids=positions)
        with using(attend, plan):
            for layer in self.model.layers[:-1]:
                hidden = layer(hidden, position_embeddings=rope, position_ids=positions)
            hidden = self._last(self.model.layers[-1], hidden, rope, rows)
        return self.model.norm(hidden[: len(read)].to(dtype)).to(dtype)

    def flops(self, row: Row, read: int) -> float:
        """
        Work of one forward: 2 a weight and token, 4 a head, dimension and (query, key) pair; heads are left
        out.
        """
        layers = self.config.num_hidden_layers
        linear = 2.0 * len(row) * layers * sum(self._weights.values())
        spared = (
            2.0 * (len(row) - read) * sum(n for name, n in self._weights.items() if name.startswith("mlp"))
        )
        return linear - spared + 4.0 * layers * self.heads * self.head_dim * row.pairs


def _last_layer(layer: nn.Module, hidden: Tensor, rope: tuple[Tensor, Tensor], read: Tensor) -> Tensor:
    """
    The last layer [n, d]: nothing follows what is not read, so its feed-forward part sees only the `read`
    tokens.
    """
    attended, _ = layer.self_attn(
        hidden_states=layer.input_layernorm(hidden), position_embeddings=rope, attention_mask=None
    )
    hidden = (hidden + attended)[0, read]
    return hidden + layer.mlp(layer.post_attention_layernorm(hidden))


def check_tensors(
    found: Mapping[str, Sequence[int]], wanted: Mapping[str, Sequence[int]], may_have: Iterable[str] = ()
) -> None:
    """CheckpointError that lists every tensor that is missing, unexpected or of another shape."""
    ignored = set(may_have)
    faults = [f"missing {name} {tuple(shape)}" for name, shape in wanted.items() if name not in found]
    # Older checkpoints carry the angles of RoPE, which are computed.
    extra = [
        n for n in found if n not in wanted and n not in ignored and not n.endswith("rotary_emb.inv_freq")
    ]
    faults += [f"unexpected {name} {tuple(found[name])}" for name in extra]
    faults += [
        f"{name} is {tuple(found[name])}, not {tuple(shape)}"
        for name, shape in wanted.items()
        if name in found and tuple(found[name]) != tuple(shape)
    ]
    if faults:
        shown = "; ".join(faults[:20]) + (f"; and {len(faults) - 20} more" if len(faults) > 20 else "")
        raise CheckpointError(f"the tensors are not those of this model: {shown}")
