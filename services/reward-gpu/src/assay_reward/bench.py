"""
What packing, shared prompts, compilation and FP8 gain over a padded loop of transformers' own classifier, in
one run with random weights: `python -m assay_reward.bench`. About five minutes for the 8B shape on one H100
or H200.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification

from . import fp8
from .engine import SHAPES, Engine
from .packing import Piece, Row
from .types import Group, Response


def ties(scores: Sequence[float]) -> int:
    """How many scores equal another one."""
    return sum(count for count in Counter(scores).values() if count > 1)


def log_normal(chance: random.Random, mean: float, sigma: float, least: int, most: int) -> int:
    """A length of that mean; sigma is that of its logarithm (0.6: reward-model inputs, see README)."""
    return max(least, min(most, round(chance.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma))))


def mixed(chance: random.Random, tokens: int, vocabulary: int, prompt: int, mean: int) -> list[Group]:
    """Sequences with a prompt of their own, of log-normal length, `tokens` in all."""
    groups = []
    while tokens > 0:
        length = log_normal(chance, mean, 0.6, prompt + 1, 8 * mean)
        ids = [chance.randrange(1, vocabulary) for _ in range(length)]
        groups.append(Group(ids[:prompt], [Response(ids[prompt:])]))
        tokens -= length
    return groups


def sampled(
    chance: random.Random, prompts: int, vocabulary: int, prompt: int, response: int, n: int
) -> list[Group]:
    """Prompts with n responses each."""
    draw = lambda length: [chance.randrange(1, vocabulary) for _ in range(length)]
    return [Group(draw(prompt), [Response(draw(response)) for _ in range(n)]) for _ in range(prompts)]


def alone(groups: Sequence[Group]) -> list[Group]:
    """The same sequences without sharing."""
    return [Group(group.prompt, [response]) for group in groups for response in group.responses]


def size(groups: Sequence[Group]) -> int:
    """Tokens that one-by-one scoring computes."""
    return sum(len(group.prompt) + len(response.ids) for group in groups for response in group.responses)


class Padded:
    """
    The usual loop: batches in the order of arrival, filled up to their longest. Its weights are the
    engine's.
    """

    def __init__(self, engine: Engine, batch: int) -> None:
        backbone = engine._backbone
        config = copy.deepcopy(backbone.config)
        config.pad_token_id, config.num_labels = 0, 1
        with torch.device("meta"):
            self._model = AutoModelForSequenceClassification.from_config(
                config, attn_implementation="sdpa", dtype=backbone.dtype
            ).eval()
        self._model.model.load_state_dict(backbone.model.state_dict(), assign=True)
        self._model.model.rotary_emb = backbone.model.rotary_emb
        weight = engine._head._mlp._layers[0][0]  # type: ignore[attr-defined]
        self._model.score.weight = torch.nn.Parameter(weight.to(backbone.dtype), requires_grad=False)
        self._batch, self._device = batch, backbone.device

    @torch.no_grad()
    def score(self, groups: Sequence[Group]) -> list[float]:
        rows = [[*group.prompt, *response.ids] for group in groups for response in group.responses]
        scores: list[float] = []
        for start in range(0, len(rows), self._batch):
            batch = rows[start : start + self._batch]
            width = max(map(len, batch))
            ids = torch.tensor([row + [0] * (width - len(row)) for row in batch], device=self._device)
            scores += self._model(ids, attention_mask=ids != 0, use_cache=False).logits[:, 0].float().tolist()
        return scores


def gemm_peak(device: torch.device, dtype: torch.dtype, seconds: float = 1.0) -> float:
    """FLOP/s of one large product of matrices, the best of several."""
    n, k, m = (8192, 4096, 14336) if device.type == "cuda" else (512, 512, 512)
    a, b = torch.randn(n, k, device=device, dtype=dtype), torch.randn(k, m, device=device, dtype=dtype)
    best, until = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < until:
        best = min(best, timed(lambda: [a @ b for _ in range(5)], device) / 5)
    return 2.0 * n * k * m / best


def timed(work: Callable[[], Any], device: torch.device) -> float:
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    started = time.perf_counter()
    work()
    wait()
    return time.perf_counter() - started


def run(args: argparse.Namespace) -> dict[str, Any]:
    engine = Engine.random(
        args.shape, device=args.device, dtype=args.dtype, attention=args.attention, budget_tokens=args.budget
    )
    backbone = engine._backbone
    device, vocabulary = backbone.device, backbone.config.vocab_size
    compiles = args.compile == "yes" or (args.compile == "auto" and device.type == "cuda")
    chance = random.Random(args.seed)
    mix = mixed(chance, args.tokens, vocabulary, args.prompt, args.prompt + args.response)
    shared = sampled(chance, args.prompts, vocabulary, args.prompt, args.response, args.n)
    per_token = 2.0 * backbone.config.num_hidden_layers * sum(backbone._weights.values())
    result: dict[str, Any] = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "torch": torch.__version__,
        "identity": asdict(engine.identity),
        "gflop_per_token": per_token / 1e9,
        "gemm_tflops": gemm_peak(device, backbone.dtype) / 1e12,
        "mixed": {"sequences": len(mix), "tokens": size(mix)},
        "shared": {"prompts": args.prompts, "n": args.n, "prompt": args.prompt, "response": args.response},
        "methods": {},
    }

    def measure(name: str, score: Callable[[Sequence[Group]], Any], groups: Sequence[Group]) -> float:
        """Median seconds; the first pass, which compiles and reserves, is not counted."""
        score(groups)
        seconds = statistics.median(timed(lambda: score(groups), device) for _ in range(args.repeats))
        speed = size(groups) / seconds
        method = {
            "seconds": seconds,
            "tokens_per_second": speed,
            "samples_per_second": sum(len(group.responses) for group in groups) / seconds,
            "mfu": speed * per_token / 1e12 / result["gemm_tflops"],
        }
        result["methods"][name] = method
        print(
            f"  {name:28} {speed:12,.0f} tokens/s"
            f"  {method['samples_per_second']:10,.1f} samples/s  MFU {method['mfu']:6.1%}",
            flush=True,
        )
        return seconds

    print(f"{result['device']}, {args.shape}, {engine.identity.dtype}, attention {engine.identity.attention}")
    print(
        f"measured GEMM peak {result['gemm_tflops']:.1f} TFLOP/s; "
        f"{result['gflop_per_token']:.4g} GFLOP a token"
    )
    print(
        f"{len(mix)} sequences, {size(mix):,} tokens; "
        f"{args.prompts} prompts of {args.prompt} × {args.n} responses of {args.response}"
    )
    print("tokens/s counts prompt and response of every sequence once, whether computed, shared or padded")

    padded = Padded(engine, args.batch)
    few = mix[:16]
    ours = [readings[0].logit for readings in engine.score(few)]
    result["max_delta_to_padded"] = max(abs(a - b) for a, b in zip(ours, padded.score(few), strict=True))
    base = measure("padded", padded.score, mix)
    del padded
    packed = measure("packed", engine.score, mix)
    plain, together = (
        measure("unshared", engine.score, alone(shared)), measure("shared prompt", engine.score, shared)
    )  # fmt: skip
    reference = engine.score(shared)
    if compiles:
        engine._compiled = True
        engine._compile()
        packed = measure("packed, compiled", engine.score, mix)
        plain = measure("unshared, compiled", engine.score, alone(shared))
        together = measure("shared prompt, compiled", engine.score, shared)
    result["gain_over_padded"] = base / packed
    result["shared_gain"] = plain / together
    result["shared_gain_by_tokens"] = size(shared) / sum(
        len(group.prompt) + sum(len(response.ids) for response in group.responses) for group in shared
    )
    result["shared_gain_by_flops"] = _work(engine, alone(shared)) / _work(engine, shared)
    if args.fp8 == "yes" or (
        args.fp8 == "auto" and device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 9)
    ):
        fp8.convert(backbone)
        measure("packed, fp8", engine.score, mix)
        measure("shared prompt, fp8", engine.score, shared)
        logits = [[[r.logit for r in group] for group in of] for of in (reference, engine.score(shared))]
        agreement = fp8.rank_agreement(logits[0], logits[1])
        result["fp8_agreement"] = str(agreement)
        print(f"FP8 against {result['identity']['dtype']}: {agreement}")
    print(
        f"packed over padded: {result['gain_over_padded']:.2f} ×; "
        f"max |Δ| of scores {result['max_delta_to_padded']:.2g}"
    )
    print(
        f"shared over unshared: {result['shared_gain']:.3f} × measured, "
        f"{result['shared_gain_by_tokens']:.3f} × by tokens, "
        f"{result['shared_gain_by_flops']:.3f} × by work"
    )
    return result


def _work(engine: Engine, groups: Sequence[Group]) -> float:
    """FLOPs of the decoder, every group in a row of its own: rows do not see each other."""
    return sum(
        engine._backbone.flops(
            Row(groups, [Piece(g, tuple(range(len(group.responses))), 0)]), len(group.responses)
        )
        for g, group in enumerate(groups)
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="python -m assay_reward.bench", description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, default="llama-3-8b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--compile", choices=["auto", "yes", "no"], default="auto")
    parser.add_argument("--fp8", choices=["auto", "yes", "no"], default="auto")
    parser.add_argument("--budget", type=int, default=32768, help="tokens a forward")
    parser.add_argument("--batch", type=int, default=8, help="sequences a batch of the padded loop")
    parser.add_argument("--tokens", type=int, help="tokens of the mixed sequences (200,000; tiny: 8,000)")
    parser.add_argument("--prompts", type=int, help="prompts with n responses (4; tiny: 2)")
    parser.add_argument("--n", type=int, default=64)
    parser.add_argument("--prompt", type=int, help="tokens of a prompt (200; tiny: 40)")
    parser.add_argument("--response", type=int, help="tokens of a response (500; tiny: 60)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the figures")
    args = parser.parse_args(argv)
    tiny = args.shape == "tiny"
    for name, small, full in [
        ("tokens", 8_000, 200_000),
        ("prompts", 2, 4),
        ("prompt", 40, 200),
        ("response", 60, 500),
    ]:
        if getattr(args, name) is None:
            setattr(args, name, small if tiny else full)
    result = run(args)
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n")
    return result


if __name__ == "__main__":
    main()
