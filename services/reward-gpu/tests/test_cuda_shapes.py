"""What runs on an accelerator alone, with tensors without data: shapes, types, devices and signatures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from assay_reward import attention, backbone, fp8, heads, packing
from assay_reward.attention import Cascade
from assay_reward.backbone import Backbone, read_config
from assay_reward.engine import SHAPES
from assay_reward.packing import Piece, Row
from assay_reward.types import Group, Response

varlen = pytest.importorskip("torch.nn.attention.varlen")

CUDA = torch.device("cuda")

#: Shared and single prompts, an empty response, a prompt without responses.
GROUPS = [
    Group([1] * 7, [Response([2] * 5), Response([3]), Response([])]),
    Group([1], [Response([2])]),
    Group([4] * 9, []),
]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTensorMode]:
    """Tensors on a GPU that is not there; data from the host cannot get to it."""

    def on_device(values: Any, device: torch.device, dtype: torch.dtype = torch.int64) -> torch.Tensor:
        return torch.empty(len(values), device=device, dtype=dtype)

    for module in (packing, attention, backbone, heads):
        monkeypatch.setattr(module, "on_device", on_device)
    with FakeTensorMode() as mode:
        yield mode


def model(layers: int = 2, **options: Any) -> Backbone:
    config = read_config({**SHAPES["llama-3-8b"], "num_hidden_layers": layers, **options})
    made = Backbone(config, CUDA, torch.bfloat16)
    for name, shape in made.shapes.items():
        made.put(name, torch.empty(shape, device=CUDA, dtype=torch.bfloat16))
    return made


def row() -> Row:
    return Row(GROUPS, [Piece(g, tuple(range(len(group.responses))), 0) for g, group in enumerate(GROUPS)])


def cascade(**options: bool) -> Cascade:
    return Cascade(varlen.varlen_attn, varlen.AuxRequest(lse=True), **options)


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("read", [[0, 3, 5], [4]])
def test_a_packed_row_goes_through_the_kernels_of_torch(
    fake: FakeTensorMode, repeat: bool, read: list[int]
) -> None:
    hidden = model()(row(), read, cascade(repeat_keys=repeat), torch.float32)
    assert (hidden.shape, hidden.dtype, hidden.device.type) == ((len(read), 4096), torch.float32, "cuda")


def test_the_log_sum_exp_comes_by_head_in_fp32(fake: FakeTensorMode) -> None:
    query = torch.empty(12, 32, 128, device=CUDA, dtype=torch.bfloat16)
    key = torch.empty(12, 8, 128, device=CUDA, dtype=torch.bfloat16)
    offsets = torch.empty(3, device=CUDA, dtype=torch.int32), 7
    out, lse = cascade()._call(query, key, key, offsets, offsets, 0.1, causal=True)
    assert (out.shape, out.dtype) == ((12, 32, 128), torch.bfloat16)
    assert (lse.shape, lse.dtype) == ((12, 32), torch.float32)


def test_fp8_gives_its_kernel_what_it_takes(fake: FakeTensorMode) -> None:
    # torch's own check of _scaled_mm: a column-major second matrix, scales in fp32 by row, multiples of 16.
    made = model()
    fp8.convert(made)
    hidden = made(row(), [0, 3], cascade(), torch.float32)
    assert (hidden.shape, hidden.dtype) == ((2, 4096), torch.float32)
    linear = made.model.layers[0].self_attn.k_proj
    assert linear.weight.dtype == torch.float8_e4m3fn
    for tokens in (1, 2, 33):
        out = linear(torch.empty(1, tokens, 4096, device=CUDA, dtype=torch.bfloat16))
        assert (out.shape, out.dtype) == ((1, tokens, 1024), torch.bfloat16)


def test_fp8_refuses_sizes_that_its_kernel_does_not_take() -> None:
    config = {**SHAPES["tiny"], "intermediate_size": 100}
    odd = Backbone(read_config(config), torch.device("cpu"), torch.float32)
    with pytest.raises(ValueError, match=r"multiples of 16, and mlp.gate_proj is \(100, 64\)"):
        fp8.convert(odd)


def test_armorm_reads_and_gates_on_the_device(fake: FakeTensorMode) -> None:
    shapes = heads.Armorm.wanted({"hidden_size": 4096})
    head = heads.Armorm({n: torch.empty(s, device=CUDA) for n, s in shapes.items()}, torch.float32, 10)
    values = head(torch.empty(3, 4096, device=CUDA), [[0, 1], [0, 2], [0, 1]])
    assert (values.shape, values.dtype, values.device.type) == ((3, 39), torch.float32, "cuda")
