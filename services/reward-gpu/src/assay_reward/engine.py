"""The numeric engine: groups of token ids in, readings of a reward model out."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import random
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from torch import Tensor

from . import attention as attentions
from . import fp8 as fp8s
from .backbone import Backbone, check_tensors, longest, read_config
from .checkpoint import Checkpoint, CheckpointError
from .heads import AGGREGATES, GATE_PATTERN, Armorm, Head, Outcome, Process, score_shapes
from .packing import Piece, Row, pack
from .types import Group, Reading, Response

log = logging.getLogger(__name__)

Aggregate = Literal["last", "min", "product", "mean"]
Dtype = str | torch.dtype

#: Forwards without a shortage of memory after which the budget doubles again, up to what was asked for.
_RECOVERY = 64

#: Shapes for `Engine.random`, as keys of config.json.
SHAPES: dict[str, dict[str, Any]] = {
    # meta-llama/Meta-Llama-3-8B, config.json
    "llama-3-8b": {
        "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
    },
    # For a CPU, on which its matrix products still are most of the work.
    "small": {
        "model_type": "llama", "hidden_size": 512, "intermediate_size": 1408, "num_hidden_layers": 8,
        "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 8192,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
    },
    "tiny": {
        "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512,
        "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """Which model gives the scores, and how."""

    #: Name of the model's folder.
    model: str
    #: What was given, or a hash of config and tensors (see Checkpoint.revision).
    revision: str
    architecture: str
    #: "outcome", "process" or "armorm".
    head: str
    dtype: str
    attention: str
    #: SHA-256 over all that decides on scores: the above, aggregate, type of the head, FP8, compilation,
    #: releases.
    digest: str


@dataclass(slots=True)
class Stats:
    """Counters since the engine was made; those of `warm_up` are left out."""

    #: Tokens computed, and those that one-by-one scoring would have computed.
    tokens: int = 0
    tokens_unshared: int = 0
    #: Responses with a reading.
    items: int = 0
    forwards: int = 0
    #: Tokens for which there was room in those forwards.
    capacity: int = 0
    #: Time within `score`.
    seconds: float = 0.0
    #: Work of the decoder by formula (Backbone.flops).
    flops: float = 0.0
    oom_halvings: int = 0

    @property
    def batch_fill(self) -> float:
        """Share of the token budget that forwards filled."""
        return self.tokens / self.capacity if self.capacity else 0.0

    @property
    def prefix_reuse(self) -> float:
        """Share of tokens that sharing prompts spared."""
        return 1 - self.tokens / self.tokens_unshared if self.tokens_unshared else 0.0

    def snapshot(self) -> dict[str, float]:
        return asdict(self) | {"batch_fill": self.batch_fill, "prefix_reuse": self.prefix_reuse}


class Unscored(RuntimeError):
    """Some responses have no score, and all others have one."""

    def __init__(self, failures: Mapping[tuple[int, int], str], readings: list[list[Reading | None]]) -> None:
        #: Why, by (index of the group, index of the response).
        self.failures = dict(failures)
        #: What `score` would have returned, with None where there is no score.
        self.readings = readings
        (group, response), why = next(iter(self.failures.items()))
        super().__init__(
            f"{len(failures)} responses have no score; response {response} of group {group}: {why}"
        )


class Fp8Refused(ValueError):
    """FP8 changes the order of the gate's scores by more than was allowed."""

    def __init__(self, agreement: fp8s.RankAgreement, reason: str) -> None:
        self.agreement = agreement
        super().__init__(f"FP8 is refused, {reason}: {agreement}. Load the model without fp8")


@dataclass(slots=True)
class _Launched:
    """A forward whose values may still be on their way."""

    keys: list[tuple[int, int]]
    slots: list[list[int]]
    values: Tensor
    #: Set once `values` have arrived.
    ready: torch.cuda.Event | None


class Engine:
    identity: Identity
    stats: Stats
    #: Tokens of prompt and response up to which a sequence is scored.
    max_tokens: int
    #: Process models: the token that is read at each step, where the model's files or the caller say so.
    step_tag: int | None
    #: ArmoRM: the tokens with which each prompt must end; Group.gate = len(prompt) - len(gate_pattern).
    gate_pattern: tuple[int, ...] | None

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        device: str = "auto",
        dtype: Dtype = "auto",
        attention: str = "auto",
        compile: bool | Literal["auto"] = False,
        fp8: bool = False,
        gate: Sequence[Group] = (),
        min_tau: float = 0.95,
        max_changed: float = 0.05,
        budget_tokens: int = 32768,
        aggregate: Aggregate = "last",
        head_dtype: torch.dtype = torch.float32,
        revision: str | None = None,
        step_tag: int | None = None,
    ) -> Engine:
        """
        The model of a local folder. `dtype` "auto" is bf16 on CUDA and fp32 on CPU; `compile` "auto" only on
        CUDA. With `fp8`, `gate` holds prompts with their responses on which FP8 must agree with the
        unquantised model: Kendall's tau-b of at least `min_tau`, another choice of best of N in at most
        `max_changed` of choices.

        Raises CheckpointError for a folder that is no model of a known kind, Fp8Refused where the gate says
        no.
        """
        if fp8 and not gate:
            raise ValueError(
                "fp8 needs gate: groups on which its order of scores is compared with that without it"
            )
        checkpoint = Checkpoint(path)
        target, kind = _device(device), _dtype(dtype, _device(device))
        config = read_config(checkpoint.config)
        backbone = Backbone(config, target, kind)
        of_head = _head_shapes(checkpoint, config.hidden_size)
        decoder = {f"model.{name}": shape for name, shape in backbone.shapes.items()}
        strict = "gating.logit_scale" in of_head
        check_tensors(checkpoint.shapes, decoder | of_head, () if strict else ("lm_head.weight",))
        tensors = {}
        for name, tensor in checkpoint.tensors(target):
            if name in decoder:
                backbone.put(name.removeprefix("model."), tensor)
            elif name in of_head:
                tensors[name] = tensor
        if step_tag is None:
            step_tag = checkpoint.config.get("step_tag_id", checkpoint.special_token("<extra_0>"))
        engine = cls(
            backbone, _head(checkpoint.config, tensors, head_dtype, aggregate, step_tag),
            model=checkpoint.name, revision=revision or checkpoint.revision(),
            attention=attention, compile=compile, fp8=fp8,
            budget_tokens=budget_tokens, aggregate=aggregate, head_dtype=head_dtype, step_tag=step_tag,
        )  # fmt: skip
        if fp8:
            engine._pass_gate(gate, min_tau, max_changed)
        if engine._compiled:
            engine._compile()
        return engine

    @classmethod
    def random(
        cls,
        shape: str | Mapping[str, Any],
        *,
        head: str = "outcome",
        seed: int = 0,
        device: str = "auto",
        dtype: Dtype = "auto",
        attention: str = "auto",
        compile: bool | Literal["auto"] = False,
        fp8: bool = False,
        budget_tokens: int = 32768,
        aggregate: Aggregate = "last",
        head_dtype: torch.dtype = torch.float32,
        step_tag: int | None = None,
    ) -> Engine:
        """
        A model with random weights, made on the device: for benchmarks and tests. FP8 passes without a gate.
        """
        config = SHAPES[shape] if isinstance(shape, str) else dict(shape)
        target = _device(device)
        backbone = Backbone(read_config(config), target, _dtype(dtype, target))
        backbone.fill(seed)
        d = backbone.config.hidden_size
        shapes = {
            "outcome": {"score.weight": (1, d)},
            "process": {"score.weight": (2, d), "score.bias": (2,)},
            "armorm": Armorm.wanted({**config, "hidden_size": d}),
        }[head]
        generator = torch.Generator(target).manual_seed(seed + 1)
        tensors = {
            name: torch.randn(size, device=target, generator=generator) * d**-0.5
            for name, size in shapes.items()
        }
        raw = {**config, "architectures": [{"process": "ForTokenClassification"}.get(head, head)]}
        engine = cls(
            backbone, _head(raw, tensors, head_dtype, aggregate, step_tag),
            model=shape if isinstance(shape, str) else "random", revision=f"random-{seed}",
            attention=attention, compile=compile, fp8=fp8,
            budget_tokens=budget_tokens, aggregate=aggregate, head_dtype=head_dtype, step_tag=step_tag,
        )  # fmt: skip
        if fp8:
            fp8s.convert(backbone)
        if engine._compiled:
            engine._compile()
        return engine

    def __init__(
        self,
        backbone: Backbone,
        head: Head,
        *,
        model: str,
        revision: str,
        attention: str,
        compile: bool | Literal["auto"],
        fp8: bool,
        budget_tokens: int,
        aggregate: str,
        head_dtype: torch.dtype,
        step_tag: int | None,
    ) -> None:
        """`load` and `random` make engines."""
        if budget_tokens < 1:
            raise ValueError(f"budget_tokens must be at least 1, not {budget_tokens}")
        self._backbone, self._head, self._head_dtype = backbone, head, head_dtype
        name, self._attend = attentions.choose(
            attention, backbone.heads, backbone.key_heads, backbone.head_dim, backbone.dtype, backbone.device
        )
        self._compiled = compile is True or (compile == "auto" and backbone.device.type == "cuda")
        self.budget_tokens = self._budget = budget_tokens
        self._clean = 0
        self.max_tokens = longest(backbone.config)
        self.step_tag = step_tag if head.kind == "process" else None
        self.gate_pattern = GATE_PATTERN if head.kind == "armorm" else None
        self.stats = Stats()
        self._lock = threading.Lock()
        said = {
            "model": model,
            "revision": revision,
            "architecture": backbone.config.model_type,
            "head": head.kind,
            "dtype": str(backbone.dtype).removeprefix("torch."),
            "attention": name,
        }
        rest = {
            "aggregate": aggregate if head.kind == "process" else None,
            "head_dtype": str(head_dtype).removeprefix("torch."),
            "fp8": fp8,
            "compiled": self._compiled,
            "device": backbone.device.type,
            "releases": [torch.__version__, transformers.__version__],
        }
        # The folder's name decides nothing.
        decisive = {key: value for key, value in said.items() if key != "model"} | rest
        digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
        self.identity = Identity(**said, digest=digest)

    def _compile(self) -> None:
        self._backbone.compile()
        if isinstance(self._attend, attentions.Cascade):
            self._attend.merge = torch.compile(attentions.merge, dynamic=True)

    def _interpret(self) -> None:
        self._backbone.interpret()
        if isinstance(self._attend, attentions.Cascade):
            self._attend.merge = attentions.merge

    def _pass_gate(self, gate: Sequence[Group], min_tau: float, max_changed: float) -> None:
        scores = lambda: [[reading.logit for reading in readings] for readings in self.score(gate)]
        reference = scores()
        fp8s.convert(self._backbone)
        agreement = fp8s.rank_agreement(reference, scores())
        self.stats = Stats()
        if not agreement.choice:
            raise Fp8Refused(agreement, "the gate has no prompt with 16 responses")
        if not agreement.tau >= min_tau:
            raise Fp8Refused(agreement, f"tau-b is below {min_tau}")
        if min(agreement.choice.values()) < 1 - max_changed:
            raise Fp8Refused(agreement, f"more than {max_changed:.0%} of choices change")
        log.info("FP8 passed its gate: %s", agreement)

    def check(self, group: Group) -> None:
        """Raises ValueError, saying what is wrong, where `score` would refuse this group."""
        if len(group.prompt) == 0:
            raise ValueError("the prompt has no tokens")
        vocabulary = self._backbone.config.vocab_size
        for what, ids in [
            ("prompt", group.prompt),
            *((f"response {r}", x.ids) for r, x in enumerate(group.responses)),
        ]:
            # A GPU that looks up an id outside of its table is of no use to anybody afterwards.
            if len(ids) and not (0 <= min(ids) and max(ids) < vocabulary):
                raise ValueError(f"{what} has a token outside of the model's {vocabulary}")
        longest_response = max((len(response.ids) for response in group.responses), default=0)
        if len(group.prompt) + longest_response > self.max_tokens:
            raise ValueError(
                f"prompt ({len(group.prompt)}) and response ({longest_response}) have more than the "
                f"{self.max_tokens} tokens that this model takes: truncate the response, or leave it out"
            )
        self._head.check(group)

    def score(self, groups: Sequence[Group]) -> list[list[Reading]]:
        """
        The readings of each group's responses, in their order. Blocks; threads take turns.

        Raises ValueError for input that `check` refuses, and Unscored where some responses got no score: one
        that does not fit into memory by itself, or a value that is not finite.
        """
        for g, group in enumerate(groups):
            try:
                self.check(group)
            except ValueError as cause:
                raise ValueError(f"group {g}: {cause}") from None
        with self._lock:
            started = time.perf_counter()
            try:
                return self._score(groups)
            finally:
                self.stats.seconds += time.perf_counter() - started

    def _score(self, groups: Sequence[Group]) -> list[list[Reading]]:
        readings: list[list[Reading | None]] = [[None] * len(group.responses) for group in groups]
        failures: dict[tuple[int, int], str] = {}
        todo = deque(pack(groups, self._budget))
        # The values of one forward are fetched while the next one runs.
        before: _Launched | None = None
        while todo:
            pieces = todo.popleft()
            launched = self._launch(groups, pieces)
            if before is not None:
                self._collect(before, readings, failures)
            before = launched
            if launched is not None:
                self._recover()
                continue
            if self._backbone.device.type == "cuda":
                torch.cuda.empty_cache()
            self._clean = 0
            keys = [(piece.group, r) for piece in pieces for r in piece.responses]
            tokens = sum(piece.tokens for piece in pieces)
            if len(keys) == 1:
                failures[keys[0]] = f"its {tokens} tokens do not fit into the device's memory"
                continue
            self.stats.oom_halvings += 1
            self._budget = max(1, min(self._budget, tokens) // 2)
            log.warning("out of memory at %d tokens: the budget is now %d", tokens, self._budget)
            items: dict[int, list[int]] = {}
            for piece in (piece for pieces in (pieces, *todo) for piece in pieces):
                items.setdefault(piece.group, []).extend(piece.responses)
            todo = deque(pack(groups, self._budget, items))
        if before is not None:
            self._collect(before, readings, failures)
        if failures:
            raise Unscored(failures, readings)
        return readings  # type: ignore[return-value]  # none is None without a failure

    def _launch(self, groups: Sequence[Group], pieces: Sequence[Piece]) -> _Launched | None:
        """Starts one forward; None where memory was short."""
        row = Row(groups, pieces)
        keys, read, slots = row.reads(self._head.positions)
        try:
            values = self._forward(row, read, slots)
        except torch.OutOfMemoryError:
            # What the exception holds is freed before memory is asked for again.
            return None
        self.stats.tokens += len(row)
        self.stats.tokens_unshared += sum(
            len(groups[g].prompt) + len(groups[g].responses[r].ids) for g, r in keys
        )
        self.stats.forwards += 1
        self.stats.capacity += max(len(row), self._budget)
        self.stats.flops += self._backbone.flops(row, len(read))
        ready = None
        if values.is_cuda:
            values = values.to("cpu", non_blocking=True)
            ready = torch.cuda.Event()
            ready.record()
        return _Launched(keys, slots, values, ready)

    @torch.no_grad()
    def _forward(self, row: Row, read: Sequence[int], slots: Sequence[Sequence[int]]) -> Tensor:
        hidden = self._backbone(row, read, self._attend, self._head_dtype)
        return self._head(hidden, slots)

    def _collect(
        self, done: _Launched, readings: list[list[Reading | None]], failures: dict[tuple[int, int], str]
    ) -> None:
        if done.ready is not None:
            done.ready.synchronize()
        found = self._head.readings(done.values.tolist(), done.slots)
        for (group, response), reading in zip(done.keys, found, strict=True):
            if all(
                map(
                    math.isfinite, (reading.logit, *reading.steps, *reading.objectives, *reading.coefficients)
                )
            ):
                readings[group][response] = reading
                self.stats.items += 1
            else:
                failures[group, response] = f"the model gave {reading.logit}, which is no score"

    def _recover(self) -> None:
        self._clean += 1
        if self._clean % _RECOVERY == 0 and self._budget < self.budget_tokens:
            self._budget = min(self.budget_tokens, self._budget * 2)

    def warm_up(self) -> None:
        """
        Compiles, tunes and reserves memory: a full row of several prompts, then a single short sequence.
        """
        chance = random.Random(0)
        prompt = [0] * (64 if self.gate_pattern is None else 59) + [*(self.gate_pattern or ())]
        gate = None if self.gate_pattern is None else len(prompt) - len(self.gate_pattern)
        length = max(1, min(self.max_tokens - len(prompt), 448))
        groups, room = [], self._budget
        while room > 0:
            sizes = [chance.randint(1, length) for _ in range(chance.choice([1, 4]))]
            ids = [self.step_tag or 0]
            groups.append(Group(prompt, [Response(ids * size, [size - 1]) for size in sizes], gate))
            room -= len(prompt) + sum(sizes)
        stats, self.stats = self.stats, Stats()
        try:
            self.score(groups)
            self.score(groups[:1])
        finally:
            self.stats = stats


# --- What `load` finds in a folder --------------------------------------------------------------------------


def _device(name: str) -> torch.device:
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name)


def _dtype(name: Dtype, device: torch.device) -> torch.dtype:
    if isinstance(name, torch.dtype):
        return name
    known = {
        "auto": torch.bfloat16 if device.type == "cuda" else torch.float32,
        "bf16": torch.bfloat16, "bfloat16": torch.bfloat16, "fp16": torch.float16, "float16": torch.float16,
        "fp32": torch.float32, "float32": torch.float32,
    }  # fmt: skip
    if name not in known:
        raise ValueError(f"dtype {name!r} is not known: use one of {', '.join(known)}")
    return known[name]


def _head_shapes(checkpoint: Checkpoint, d: int) -> dict[str, tuple[int, ...]]:
    if _is_armorm(checkpoint.config) or "gating.logit_scale" in checkpoint.shapes:
        return Armorm.wanted({**checkpoint.config, "hidden_size": d})
    return score_shapes(checkpoint.shapes, d)


def _is_armorm(config: Mapping[str, Any]) -> bool:
    return "LlamaForRewardModelWithGating" in (config.get("architectures") or ())


def _head(
    config: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    dtype: torch.dtype,
    aggregate: str,
    step_tag: int | None,
) -> Head:
    if aggregate not in AGGREGATES:
        raise ValueError(f"aggregate {aggregate!r} is not known: use one of {', '.join(AGGREGATES)}")
    if "gating.logit_scale" in tensors:
        return Armorm(tensors, dtype, config.get("gating_temperature", 10))
    architecture = next(iter(config.get("architectures") or ()), "")
    labels = tensors["score.weight" if "score.weight" in tensors else "score.2.weight"].shape[0]
    by_token = architecture.endswith(("ForTokenClassification", "ForProcessRewardModel"))
    if labels == 2 and by_token:
        return Process(tensors, dtype, aggregate, step_tag)
    if labels == 1:
        # transformers' classifiers by sequence take no notice of padding, wherever it stands.
        pad = config.get("pad_token_id") if architecture.endswith("ForSequenceClassification") else None
        return Outcome(tensors, dtype, pad)
    raise CheckpointError(
        f"{architecture or 'the model'} has {labels} labels: a reward model has one, or two for each step "
        "(ForTokenClassification, ForProcessRewardModel)"
    )
