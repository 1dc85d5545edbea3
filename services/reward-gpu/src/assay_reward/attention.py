"""
Attention over a packed row: each token sees its own segment up to itself and, before that, its whole prompt.

Three implementations of one function `(query [T, H, D], key [T, K, D], value [T, K, D], plan, scale) -> [T,
H, D]`, where K divides H (grouped queries). transformers' decoder layers reach it as the attention named
"assay"; no mask is made, so that nothing can take a response that restarts at its prompt's length for a new
sequence without a prompt.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import AttentionInterface

from .packing import Piece, Plan, Row, on_device
from .types import Group, Response

log = logging.getLogger(__name__)

Attend = Callable[[Tensor, Tensor, Tensor, Plan, float], Tensor]

#: Largest deviation from fp32 that the self-check accepts; inputs are standard normal.
TOLERANCE = {torch.float32: 1e-5, torch.float16: 5e-3, torch.bfloat16: 3e-2}


def segments(query: Tensor, key: Tensor, value: Tensor, plan: Plan, scale: float) -> Tensor:
    """The reference, exact on every device: one call of scaled dot product attention a segment."""
    out = torch.empty(query.shape, dtype=query.dtype, device=query.device)
    for start, length, parent in plan.segments:
        own = slice(start, start + length)
        keys, values, mask = key[own], value[own], None
        if parent is not None:
            begin, size, _ = plan.segments[parent]
            before = slice(begin, begin + size)
            keys, values = torch.cat([key[before], keys]), torch.cat([value[before], values])
            mask = _lower_right(length, len(keys), plan)
        q, k, v = (part.transpose(0, 1)[None] for part in (query[own], keys, values))
        grouped = query.shape[1] != key.shape[1]
        seen = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=mask is None, scale=scale, enable_gqa=grouped
        )
        out[own] = seen[0].transpose(0, 1)
    return out


def _lower_right(rows: int, columns: int, plan: Plan) -> Tensor:
    """[rows, columns], true where a key may be seen: the last query sees all keys."""
    make = lambda: torch.ones(rows, columns, dtype=torch.bool, device=plan.device).tril(columns - rows)
    return plan.once(("lower_right", rows, columns), make)


class Cascade:
    """
    Two calls of variable-length flash attention: every segment on itself, causal, and the responses on their
    prompts, not causal, merged by their log-sum-exp in fp32.

    `varlen` is `torch.nn.attention.varlen.varlen_attn` or a function of its signature, which has moved
    between releases: torch 2.10 says causal by `is_causal`, 2.11 by `window_size`, 2.12 wants `enable_gqa`.
    """

    def __init__(
        self, varlen: Callable[..., Any], aux: Any, *, repeat_keys: bool = False, heads_first: bool = True
    ) -> None:
        known = inspect.signature(varlen).parameters
        self._varlen, self._aux = varlen, aux
        self._gqa = {"enable_gqa": True} if "enable_gqa" in known and not repeat_keys else {}
        self._window = "window_size" in known
        self._repeat_keys, self._heads_first = repeat_keys, heads_first
        self.merge = merge

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, plan: Plan, scale: float) -> Tensor:
        if self._repeat_keys:
            groups = query.shape[1] // key.shape[1]
            key, value = (part.repeat_interleave(groups, 1) for part in (key, value))
        own, on_prompt = plan.once("cascade", lambda: _offsets(plan))
        out, weight = self._call(query, key, value, own, own, scale, causal=True)
        if on_prompt is not None:
            queries, keys = on_prompt
            head, tail = slice(0, plan.head), slice(plan.tail, None)
            more, more_weight = self._call(
                query[tail], key[head], value[head], queries, keys, scale, causal=False
            )
            out[tail] = self.merge(out[tail], weight[tail], more, more_weight)
        return out

    def _call(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        queries: tuple[Tensor, int],
        keys: tuple[Tensor, int],
        scale: float,
        causal: bool,
    ) -> tuple[Tensor, Tensor]:
        """The output [T, H, D] and the log-sum-exp of its scores [T, H], fp32."""
        see = {"window_size": (-1, 0 if causal else -1)} if self._window else {"is_causal": causal}
        out, lse = self._varlen(
            query, key, value, queries[0], keys[0], queries[1], keys[1],
            return_aux=self._aux, scale=scale, **see, **self._gqa,
        )  # fmt: skip
        return out, lse.transpose(0, 1) if self._heads_first else lse


def merge(one: Tensor, one_lse: Tensor, two: Tensor, two_lse: Tensor) -> Tensor:
    """
    Softmax attention over two sets of keys from that over each: [T, H, D] and log-sum-exp [T, H].
    The weight of the second is exp(two) / (exp(one) + exp(two)).
    """
    share = torch.sigmoid(two_lse.float() - one_lse.float())[..., None]
    return torch.lerp(one.float(), two.float(), share).to(one.dtype)


def _offsets(plan: Plan) -> tuple[tuple[Tensor, int], tuple[tuple[Tensor, int], tuple[Tensor, int]] | None]:
    """
    Where sequences begin and how long the longest is: of all segments; of the shared prompts' responses and
    prompts.
    """

    def offsets(lengths: list[int]) -> tuple[Tensor, int]:
        return on_device([0, *accumulate(lengths)], plan.device, torch.int32), max(lengths)

    own = offsets([segment.length for segment in plan.segments])
    if plan.shared == 0:
        return own, None
    responses = [0] * plan.shared
    for segment in plan.segments:
        if segment.parent is not None:
            responses[segment.parent] += segment.length
    return own, (offsets(responses), offsets([segment.length for segment in plan.segments[: plan.shared]]))


class Flex:
    """
    FlexAttention with one block mask a row. The row is filled up to whole blocks, whose fill sees only
    itself.
    """

    BLOCK = 128

    def __init__(self, *, compiled: bool) -> None:
        from torch.nn.attention import flex_attention as flex

        # Uncompiled, it makes the whole matrix of scores: for tests of the mask only.
        wrap = (
            (lambda function: torch.compile(function, dynamic=True))
            if compiled
            else lambda function: function
        )
        self._attend, self._mask = wrap(flex.flex_attention), wrap(flex.create_block_mask)

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, plan: Plan, scale: float) -> Tensor:
        fill = -plan.tokens % self.BLOCK
        out = self._attend(
            *(F.pad(part, (0, 0, 0, 0, 0, fill)).transpose(0, 1)[None] for part in (query, key, value)),
            block_mask=plan.once("flex", lambda: self._block_mask(plan, fill)),
            scale=scale,
            enable_gqa=query.shape[1] != key.shape[1],
        )
        return out[0].transpose(0, 1)[: plan.tokens]

    def _block_mask(self, plan: Plan, fill: int) -> Any:
        own, parent = [], []
        for index, segment in enumerate(plan.segments):
            own += [index] * segment.length
            parent += [index if segment.parent is None else segment.parent] * segment.length
        owns, parents = (on_device(of + [-1] * fill, plan.device) for of in (own, parent))
        position = F.pad(plan.positions, (0, fill))

        def seen(_batch: Tensor, _head: Tensor, q: Tensor, k: Tensor) -> Tensor:
            return ((owns[k] == owns[q]) | (owns[k] == parents[q])) & (position[k] <= position[q])

        total = plan.tokens + fill
        return self._mask(seen, None, None, total, total, device=plan.device)


# --- Which one ----------------------------------------------------------------------------------------------


def choose(
    name: str, heads: int, key_heads: int, head_dim: int, dtype: torch.dtype, device: torch.device
) -> tuple[str, Attend]:
    """
    The first implementation that `name` allows and that equals `segments` here, and its name. "auto" takes
    `segments` on a CPU, else the first of cascade, flex and segments. Raises ValueError where a named one
    fails the check.
    """
    if name not in ("auto", *_MAKERS):
        raise ValueError(f"attention {name!r} is not known: use one of auto, {', '.join(_MAKERS)}")
    names = [name] if name != "auto" else list(_MAKERS) if device.type == "cuda" else ["segments"]
    why = []
    for candidate in names:
        for make in _MAKERS[candidate]:
            try:
                attend = make(device)
                error = deviation(attend, heads, key_heads, head_dim, dtype, device)
            except Exception as cause:  # whatever a kernel says when it does not suit: the next one may
                why.append(f"{candidate}: {type(cause).__name__}: {str(cause)[:200]}")
                continue
            if error <= TOLERANCE[dtype]:
                log.info("attention: %s (self-check: max |Δ| %.2g)", candidate, error)
                return candidate, attend
            why.append(f"{candidate}: max |Δ| {error:.2g} above {TOLERANCE[dtype]:.2g}")
        log.warning("attention %s is of no use here: %s", candidate, "; ".join(why))
    raise ValueError(
        f"no attention fits {heads}/{key_heads} heads of {head_dim} in {dtype} on {device}: {'; '.join(why)}"
    )


def _cascade(**options: bool) -> Callable[[torch.device], Attend]:
    def make(device: torch.device) -> Attend:
        from torch.nn.attention.varlen import AuxRequest, varlen_attn

        return Cascade(varlen_attn, AuxRequest(lse=True), **options)

    return make


#: Best first; of cascade, those that the kernels of a release may want: keys for each head, log-sum-exp by
#: token.
_MAKERS: dict[str, list[Callable[[torch.device], Attend]]] = {
    "cascade": [
        _cascade(repeat_keys=repeat, heads_first=first) for repeat in (False, True) for first in (True, False)
    ],
    "flex": [lambda device: Flex(compiled=device.type == "cuda")],
    "segments": [lambda device: segments],
}


def deviation(
    attend: Attend, heads: int, key_heads: int, head_dim: int, dtype: torch.dtype, device: torch.device
) -> float:
    """
    Largest |Δ| between `attend` and `segments` in fp32, on random values in rows with every kind of
    segment: with and without shared prompts, and of single tokens, for which kernels have ways of their own.
    """
    of = lambda prompt, *lengths: Group([0] * prompt, [Response([0] * length) for length in lengths])
    rows = (
        [of(37, 3, 130, 1), of(1, 5, 5), of(150, 20), of(9, 0), of(129, 1, 128)],
        [of(150, 20), of(9, 0), of(1, 300)],
        [of(1, 1, 1, 1), of(1, 0), of(1, 1, 1)],
    )
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for groups in rows:
        pieces = [Piece(g, tuple(range(len(group.responses))), 0) for g, group in enumerate(groups)]
        plan = Plan(Row(groups, pieces), device)
        query, key, value = (
            torch.randn(plan.tokens, n, head_dim, generator=generator).to(device, dtype)
            for n in (heads, key_heads, key_heads)
        )
        with torch.no_grad():
            expected = segments(query.float(), key.float(), value.float(), plan, head_dim**-0.5)
            got = attend(query, key, value, plan, head_dim**-0.5).float()
        error = (got - expected).abs().max().item()
        worst = max(worst, error if error == error else float("inf"))
    return worst


# --- The way in for transformers' layers --------------------------------------------------------------------

_now = threading.local()


@contextmanager
def using(attend: Attend, plan: Plan) -> Iterator[None]:
    """Decoder layers that are called in this thread meanwhile attend so."""
    _now.attend, _now.plan = attend, plan
    try:
        yield
    finally:
        del _now.attend, _now.plan


# An operator of its own, so that compiled layers call it as a whole and the plan is no part of their graphs.
@torch.library.custom_op("assay::attend", mutates_args=())
def _attend(query: Tensor, key: Tensor, value: Tensor, scale: float) -> Tensor:
    return _now.attend(query, key, value, _now.plan, scale).contiguous()


@_attend.register_fake
def _(query: Tensor, key: Tensor, value: Tensor, scale: float) -> Tensor:
    return query.new_empty(query.shape)


def _interface(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: None,
    *,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """transformers gives [1, H, T, D] and wants [1, T, H, D] back."""
    return _attend(*(part[0].transpose(0, 1) for part in (query, key, value)), scaling)[None], None


AttentionInterface.register("assay", _interface)
