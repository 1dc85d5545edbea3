"""The implementations of attention against the reference, and the choice between them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

import tiny
from assay_reward import attention
from assay_reward.attention import Cascade, Flex, choose, deviation
from assay_reward.engine import Engine

torch.set_num_threads(1)

CPU = torch.device("cpu")


def dense(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    cu_q: Tensor,
    cu_k: Tensor,
    max_q: int,
    max_k: int,
    causal: bool,
    scale: float,
) -> tuple[Tensor, Tensor]:
    """Attention by sequence, with its log-sum-exp [H, T], as the kernels of torch give it."""
    groups = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    out, lse = torch.zeros_like(query), torch.zeros(query.shape[1], query.shape[0])
    assert cu_q.dtype == cu_k.dtype == torch.int32
    assert (cu_q.diff().max(), cu_k.diff().max()) == (max_q, max_k)
    assert (cu_q[-1], cu_k[-1]) == (len(query), len(key))
    for i in range(len(cu_q) - 1):
        q, k, v = query[cu_q[i] : cu_q[i + 1]], key[cu_k[i] : cu_k[i + 1]], value[cu_k[i] : cu_k[i + 1]]
        scores = torch.einsum("qhd,khd->hqk", q.float(), k.float()) * scale
        if causal:
            scores = scores.masked_fill(torch.ones(scores.shape[1:], dtype=torch.bool).triu(1), -math.inf)
        out[cu_q[i] : cu_q[i + 1]] = torch.einsum("hqk,khd->qhd", scores.softmax(-1), v.float()).to(
            query.dtype
        )
        lse[:, cu_q[i] : cu_q[i + 1]] = scores.logsumexp(-1)
    return out, lse


def torch_2_10(q, k, v, cu_q, cu_k, max_q, max_k, is_causal=False, *, return_aux=None, scale=None):
    return dense(q, k, v, cu_q, cu_k, max_q, max_k, is_causal, scale)


def torch_2_11(q, k, v, cu_q, cu_k, max_q, max_k, *, return_aux=None, scale=None, window_size=(-1, -1)):
    assert window_size in ((-1, -1), (-1, 0))
    return dense(q, k, v, cu_q, cu_k, max_q, max_k, window_size == (-1, 0), scale)


def torch_2_12(
    q, k, v, cu_q, cu_k, max_q, max_k, *, return_aux=None, scale=None, window_size=(-1, -1), enable_gqa=False
):
    assert enable_gqa or q.shape[1] == k.shape[1]
    out, lse = dense(q, k, v, cu_q, cu_k, max_q, max_k, window_size == (-1, 0), scale)
    return out, lse.T


VARLENS: list[tuple[Callable[..., Any], dict[str, bool]]] = [
    (torch_2_10, {"heads_first": True}),
    (torch_2_11, {"heads_first": True}),
    (torch_2_11, {"heads_first": True, "repeat_keys": True}),
    (torch_2_12, {"heads_first": False}),
    (torch_2_12, {"heads_first": False, "repeat_keys": True}),
]


@pytest.mark.parametrize(("varlen", "options"), VARLENS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_cascade_equals_the_reference(
    varlen: Callable[..., Any], options: dict[str, bool], dtype: torch.dtype
) -> None:
    for heads, key_heads in [(4, 2), (4, 4), (6, 1)]:
        error = deviation(Cascade(varlen, None, **options), heads, key_heads, 16, dtype, CPU)
        assert error <= attention.TOLERANCE[dtype]


def test_the_mask_of_flex_equals_the_reference() -> None:
    for heads, key_heads in [(4, 2), (2, 2)]:
        assert deviation(Flex(compiled=False), heads, key_heads, 16, torch.float32, CPU) <= 1e-5


@pytest.mark.parametrize("dtype", list(attention.TOLERANCE))
def test_the_reference_agrees_with_itself_within_each_type(dtype: torch.dtype) -> None:
    assert deviation(attention.segments, 4, 2, 16, dtype, CPU) <= attention.TOLERANCE[dtype]


def test_an_engine_scores_the_same_with_any_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(attention._MAKERS, "cascade", [lambda _: Cascade(torch_2_11, None)])
    groups = tiny.groups([(40, [30, 1, 7]), (3, [5]), (9, [60, 0])])
    scores, digests = {}, set()
    for name in ("segments", "cascade", "flex"):
        engine = Engine.random("tiny", device="cpu", attention=name)
        assert engine.identity.attention == name
        digests.add(engine.identity.digest)
        scores[name] = [r.logit for readings in engine.score(groups) for r in readings]
    assert scores["cascade"] == pytest.approx(scores["segments"], abs=1e-5)
    assert scores["flex"] == pytest.approx(scores["segments"], abs=1e-5)
    assert len(digests) == 3


@pytest.mark.parametrize("compiles", [False, True])
def test_what_attention_compiles_stays_compiled_within_its_operator(
    monkeypatch: pytest.MonkeyPatch, compiles: bool
) -> None:
    # An operator is closed to the compiler, and FlexAttention that is not compiled would make every score.
    graphs = []

    def backend(graph: torch.fx.GraphModule, inputs: list[Any]) -> Callable[..., Any]:
        graphs.append(graph)
        return graph.forward

    monkeypatch.setitem(attention._MAKERS, "cascade", [lambda _: Cascade(torch_2_11, None)])
    torch._dynamo.reset()
    engine = Engine.random("tiny", device="cpu", attention="cascade")
    assert isinstance(engine._attend, Cascade)
    engine._attend.merge = torch.compile(attention.merge, dynamic=True, backend=backend)
    if compiles:
        engine._backbone.compile(backend="aot_eager")
    engine.score(tiny.groups([(40, [30, 1, 7])]))
    assert len(graphs) == 1


def test_weights_of_the_merge_may_be_far_apart() -> None:
    one, two = torch.ones(4, 1, 2), torch.full((4, 1, 2), 3.0)
    lse = torch.tensor([[0.0], [1e4], [-1e4], [5.0]])
    other = torch.tensor([[0.0], [-1e4], [1e4], [-math.inf]])
    merged = attention.merge(one, lse, two, other)
    assert merged[:, 0, 0].tolist() == [2.0, 1.0, 3.0, 1.0]


def wrong_causal(q, k, v, *rest, return_aux=None, scale=None, window_size=(-1, -1)):
    return dense(q, k, v, *rest, False, scale)


def wrong_lse(*args, return_aux=None, scale=None, window_size=(-1, -1)):
    out, lse = dense(*args, window_size == (-1, 0), scale)
    return out, torch.zeros_like(lse)


def none_at_all(*args, return_aux=None, scale=None, window_size=(-1, -1)):
    raise RuntimeError("no kernel image is available")


@pytest.mark.parametrize("varlen", [wrong_causal, wrong_lse, none_at_all])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_differs_from_the_reference_is_not_chosen(
    monkeypatch: pytest.MonkeyPatch, varlen: Callable[..., Any], dtype: torch.dtype
) -> None:
    monkeypatch.setitem(attention._MAKERS, "cascade", [lambda _: Cascade(varlen, None)])
    with pytest.raises(ValueError, match="no attention fits 4/2 heads of 16"):
        choose("cascade", 4, 2, 16, dtype, CPU)


def test_auto_falls_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "_MAKERS", {
        "cascade": [lambda _: Cascade(wrong_lse, None), lambda _: Cascade(torch_2_11, None)],
        "segments": [lambda _: attention.segments],
    })  # fmt: skip
    name, attend = choose("cascade", 4, 2, 16, torch.float32, CPU)
    assert name == "cascade"
    assert isinstance(attend, Cascade)
    assert choose("auto", 4, 2, 16, torch.float32, CPU) == ("segments", attention.segments)
    with pytest.raises(ValueError, match="attention 'fast' is not known"):
        choose("fast", 4, 2, 16, torch.float32, CPU)
