"""
What packing, shared prompts, compilation and FP8 gain over a padded loop of transformers' own classifier,
with random weights, and whether this device computes what it should: `python -m assay_reward.bench`.

All checks of an accelerator in one go, from the root of the repository, in less than eight minutes for the
8B shape on one H100 or H200. Each part is printed and written when it is done; one that fails stops no other:

    PYTHONPATH=services/reward-gpu/src python3 -m assay_reward.bench --minutes 8 --json bench.json
"""

from __future__ import annotations

import argparse
import copy
import gc
import json
import math
import platform
import random
import statistics
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForSequenceClassification

from . import attention as attentions
from . import fp8
from .engine import SHAPES, Engine
from .packing import Piece, Row
from .types import Group, Reading, Response

#: What the 8B shape must reach on an H200 (tokens/s, packed and compiled), what it must gain over the padded
#: loop, and how far the gain of a shared prompt may be from the ratio of tokens.
BARS = {"tokens_per_second": 38_000.0, "gain_over_padded": 2.5, "shared_gain_off": 0.05}

#: In the order in which they run: what matters most comes before what may take long.
PARTS = ("attention", "exactness", "ties", "memory", "speed", "compiled", "fp8", "flex")


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

    @torch.inference_mode()
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
    out = torch.empty(n, m, device=device, dtype=dtype)
    best, until = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < until:
        best = min(best, timed(lambda: [torch.mm(a, b, out=out) for _ in range(5)], device) / 5)
    return 2.0 * n * k * m / best


def timed(work: Callable[[], Any], device: torch.device) -> float:
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    started = time.perf_counter()
    work()
    wait()
    return time.perf_counter() - started


class Bench:
    """One run: `result` grows part by part, and is printed and written as it does."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self._end = time.perf_counter() + 60 * args.minutes
        self._device = torch.device(
            ("cuda" if torch.cuda.is_available() else "cpu") if args.device == "auto" else args.device
        )
        self._cuda = self._device.type == "cuda"
        self._methods: dict[str, dict[str, float]] = {}
        self.result: dict[str, Any] = {
            "platform": self._platform(), "arguments": {k: str(v) for k, v in vars(args).items()},
            "methods": self._methods, "bars": {}, "left_out": {}, "seconds": {},
        }  # fmt: skip

    def _platform(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "device": "cpu", "python": platform.python_version(), "torch": torch.__version__,
            "transformers": transformers.__version__, "cuda": torch.version.cuda,
        }  # fmt: skip
        try:
            import triton

            found["triton"] = triton.__version__
        except ImportError:
            found["triton"] = None
        if self._cuda:
            properties = torch.cuda.get_device_properties(self._device)
            found |= {
                "device": properties.name, "capability": f"{properties.major}.{properties.minor}",
                "memory_gib": properties.total_memory / 2**30,
            }  # fmt: skip
            try:
                query = "--query-gpu=driver_version,power.limit,clocks.max.sm"
                said = subprocess.run(
                    ["nvidia-smi", query, "--format=csv,noheader"], capture_output=True, text=True, timeout=20
                )
                found["driver_power_clock"] = said.stdout.strip()
            except (OSError, subprocess.SubprocessError) as error:
                found["driver_power_clock"] = str(error)
        return found

    # --- How parts run --------------------------------------------------------------------------------------

    @property
    def left(self) -> float:
        """Seconds until the bound."""
        return self._end - time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What fails in it is said and ends it alone; then its tensors are freed and the file is written."""
        started = time.perf_counter()
        try:
            yield
        except Exception as error:
            self.result["left_out"][name] = f"{type(error).__name__}: {str(error)[:2000]}"
            print(f"FAILED {name}: {type(error).__name__}: {str(error)[:600]}", flush=True)
            print("".join(traceback.format_tb(error.__traceback__)[-3:]), flush=True)
        self.result["seconds"][name] = round(time.perf_counter() - started, 1)
        gc.collect()
        if self._cuda:
            torch.cuda.empty_cache()
        self.write()

    def wanted(self, name: str, seconds: float, cuda: bool = False) -> bool:
        """Whether a part is asked for and its `seconds` on an accelerator are left."""
        why = (
            "not asked for" if name not in self.args.parts
            else "only on CUDA" if cuda and not self._cuda
            else f"{self.left:.0f} s left, about {seconds:.0f} needed" if self.left < seconds
            else None
        )  # fmt: skip
        if why is not None:
            self.result["left_out"][name] = why
            print(f"left out: {name} ({why})", flush=True)
        return why is None

    def write(self) -> None:
        if self.args.json:
            self.args.json.write_text(json.dumps(self.result, indent=2) + "\n")

    def say(self, name: str, **figures: Any) -> None:
        """Puts figures into the result and prints them."""
        self.result.setdefault(name, {}).update(figures)
        shown = ", ".join(f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in figures.items())
        print(f"  {name}: {shown}", flush=True)

    def bar(self, name: str, measured: float, bar: float, met: bool) -> None:
        self.result["bars"][name] = {"measured": measured, "bar": bar, "met": met}
        print(f"  {'MET' if met else 'MISSED'} {name}: {measured:.4g}, bar {bar:.4g}", flush=True)

    # --- The parts ------------------------------------------------------------------------------------------

    def run(self) -> dict[str, Any]:
        print(json.dumps(self.result["platform"]), flush=True)
        if self.wanted("attention", 20):
            with self.part("attention"):
                self._attention(["cascade", "segments"] if self._cuda else ["segments"])
        # Models of few layers and full width, which cost little and round as the whole does.
        whole = SHAPES[self.args.shape]
        few = {**whole, "num_hidden_layers": min(4, whole["num_hidden_layers"])}
        for name, of, seconds, cuda in (
            ("exactness", self._exactness, 40, False),
            ("ties", self._ties, 20, False),
            ("memory", self._memory, 20, True),
        ):
            if self.wanted(name, seconds, cuda):
                with self.part(name):
                    of(few)
        if self.wanted("speed", 60):
            with self.part("speed"):
                self._speed()
        if self.wanted("flex", 60, cuda=True):
            with self.part("flex"):
                self._attention(["flex"])
        for name in BARS:
            if name not in self.result["bars"] and "speed" in self.args.parts and self._cuda:
                print(f"  NOT MEASURED {name}", flush=True)
        self.write()
        return self.result

    def _attention(self, names: Sequence[str]) -> None:
        """Largest |Δ| from fp32 of each implementation, with the heads of the shape."""
        shape = SHAPES[self.args.shape]
        heads, keys = shape["num_attention_heads"], shape["num_key_value_heads"]
        dtype = torch.bfloat16 if self._cuda else torch.float32
        for name in names:
            for number, make in enumerate(attentions._MAKERS[name]):
                started = time.perf_counter()
                try:
                    error = attentions.deviation(
                        make(self._device), heads, keys, shape["hidden_size"] // heads, dtype, self._device
                    )
                    verdict = "right" if error <= attentions.TOLERANCE[dtype] else "WRONG"
                    said = f"{verdict}, largest difference {error:.2g}, {time.perf_counter() - started:.1f} s"
                except Exception as cause:
                    said = f"none: {type(cause).__name__}: {str(cause)[:300]}"
                self.say("attention", **{f"{name}.{number}": said})

    def _engine(
        self, shape: Any, dtype: Any = None, attention: str | None = None, **options: Any
    ) -> Engine:
        return Engine.random(
            shape, device=str(self._device), dtype=dtype or self.args.dtype,
            attention=attention or self.args.attention, **{"budget_tokens": self.args.budget, **options},
        )  # fmt: skip

    def _exactness(self, shape: dict[str, Any]) -> None:
        """Packed with shared prompts against one by one, other packs, and fp32 with the same weights."""
        chance, vocabulary = random.Random(self.args.seed), shape["vocab_size"]
        draw = lambda length: [chance.randrange(1, vocabulary) for _ in range(length)]
        sizes = [
            (200, [1, 2, 700, 63, 64, 65, 128, 300]), (1, [1, 1, 9]), (1, [40]), (333, [500]), (129, [257] * 3)
        ]  # fmt: skip
        groups = [Group(draw(p), [Response(draw(n)) for n in lengths]) for p, lengths in sizes]
        groups += sampled(chance, 1, vocabulary, 150, 90, 24)
        engine = self._engine(shape)
        together = flat(engine.score(groups))
        one_by_one = [flat(engine.score([group]))[0] for group in alone(groups)]
        backwards = [Group(group.prompt, group.responses[::-1]) for group in groups[::-1]]
        reordered = flat(engine.score(backwards))[::-1]
        again = flat(engine.score(groups))
        self.say(
            "exactness", attention=engine.identity.attention, dtype=engine.identity.dtype,
            scores=len(together), spread=statistics.pstdev(together),
            shared_to_one_by_one=delta(together, one_by_one),
            to_another_order=delta(together, reordered), to_a_second_run=delta(together, again),
            tau_b_to_one_by_one=fp8.kendall_tau_b(together, one_by_one),
        )  # fmt: skip
        exact = self._engine(shape, torch.float32, "segments")
        for name, parameter in engine._backbone.model.named_parameters():
            exact._backbone.put(name, parameter.data)
        reference, exact_alone = flat(exact.score(groups)), flat(exact.score(alone(groups)))
        self.say(
            "exactness", shared_to_fp32=delta(together, reference),
            one_by_one_to_fp32=delta(one_by_one, reference),
            tau_b_to_fp32=fp8.kendall_tau_b(together, reference),
        )  # fmt: skip
        off = delta(reference, exact_alone)
        self.bar("fp32_shared_to_one_by_one", off, 1e-5, off <= 1e-5)
        # Read beside `one_by_one_to_fp32`: what the type itself loses bounds what packing can keep.
        off = delta(together, one_by_one)
        self.bar(f"{engine.identity.dtype}_shared_to_one_by_one", off, 1e-2, off <= 1e-2)
        worse = rms(together, reference) / max(rms(one_by_one, reference), 1e-9)
        self.bar("shared_error_over_that_of_one_by_one", worse, 1.5, worse <= 1.5 or not self._cuda)
        if self._cuda:
            # A row in which indices pass 2^31: 160k tokens of 14336.
            del exact
            many = sampled(chance, 160, vocabulary, 200, 800, 1)
            short = flat(engine.score(many))
            engine.budget_tokens = engine._budget = 160_000
            self.say("exactness", row_of_160k_tokens=delta(short, flat(engine.score(many))))

    def _ties(self, shape: dict[str, Any]) -> None:
        """How many of the scores of one prompt's responses tie, with heads in fp32 and in bf16."""
        n = 512 if self._cuda else 32
        groups = sampled(random.Random(self.args.seed), 1, shape["vocab_size"], 100, 60, n)
        for dtype in (torch.float32, torch.bfloat16):
            scores = flat(self._engine(shape, head_dtype=dtype).score(groups))
            self.say("ties", **{"responses": n, str(dtype).removeprefix("torch."): ties(scores)})

    def _memory(self, shape: dict[str, Any]) -> None:
        """A limit on memory that a full row passes: the budget is halved, and the scores stay."""
        engine = self._engine(shape)
        groups = sampled(random.Random(self.args.seed), 2, shape["vocab_size"], 200, 500, 32)
        expected = flat(engine.score(groups))
        torch.cuda.empty_cache()
        whole = torch.cuda.get_device_properties(self._device).total_memory
        try:
            torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_allocated() + 1.5 * 2**30) / whole)
            got = flat(engine.score(groups))
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0)
        self.say(
            "memory", halvings=engine.stats.oom_halvings, budget=engine._budget, max_delta=delta(got, expected)
        )  # fmt: skip

    def _speed(self) -> None:
        args, result = self.args, self.result
        engine = self._engine(args.shape)
        backbone, vocabulary = engine._backbone, engine._backbone.config.vocab_size
        chance = random.Random(args.seed)
        mix = mixed(chance, args.tokens, vocabulary, args.prompt, args.prompt + args.response)
        shared = sampled(chance, args.prompts, vocabulary, args.prompt, args.response, args.n)
        apart = alone(shared)
        per_token = 2.0 * backbone.config.num_hidden_layers * sum(backbone._weights.values())
        peak = gemm_peak(self._device, backbone.dtype)
        result |= {
            "identity": asdict(engine.identity),
            "gflop_per_token": per_token / 1e9,
            "gemm_tflops": peak / 1e12,
            "mixed": {"sequences": len(mix), "tokens": size(mix)},
            "shared": {"prompts": args.prompts, "n": args.n, "prompt": args.prompt, "response": args.response},
            "shared_gain_by_tokens": size(shared)
            / sum(len(g.prompt) + sum(len(r.ids) for r in g.responses) for g in shared),
            "shared_gain_by_flops": _work(engine, apart) / _work(engine, shared),
        }
        print(
            f"{args.shape}, {engine.identity.dtype}, attention {engine.identity.attention}; measured GEMM "
            f"peak {peak / 1e12:.1f} TFLOP/s; {per_token / 1e9:.4g} GFLOP a token and what attention does\n"
            f"{len(mix)} sequences, {size(mix):,} tokens; "
            f"{args.prompts} prompts of {args.prompt} × {args.n} responses of {args.response}\n"
            "tokens/s counts prompt and response of every sequence once, whether computed, shared or padded;\n"
            "MFU counts the work of what was computed, fill of padding left out",
            flush=True,
        )

        def measure(name: str, score: Callable[[Sequence[Group]], Any], groups: Sequence[Group]) -> float:
            """Median seconds; the first pass, which compiles and reserves, is not counted."""
            first = timed(lambda: score(groups), self._device)
            before, times = engine.stats.flops, []
            while len(times) < args.repeats and (not times or self.left > 30 + 2 * times[0]):
                times.append(timed(lambda: score(groups), self._device))
            seconds, done = statistics.median(times), (engine.stats.flops - before) / len(times)
            method = {
                "seconds": seconds,
                "first_seconds": first,
                "repeats": len(times),
                "tokens_per_second": size(groups) / seconds,
                "samples_per_second": sum(len(group.responses) for group in groups) / seconds,
                "mfu": (done or _work(engine, groups)) / seconds / peak,
            }
            self._methods[name] = method
            print(
                f"  {name:28} {method['tokens_per_second']:12,.0f} tokens/s"
                f"  {method['samples_per_second']:10,.1f} samples/s  MFU {method['mfu']:6.1%}"
                f"  (first pass {first:.1f} s)",
                flush=True,
            )
            self.write()
            return seconds

        def gains(kind: str) -> None:
            """What can be said of the methods so far."""
            found = {name: method["seconds"] for name, method in self._methods.items()}
            if {"padded", f"packed{kind}"} <= set(found):
                result["gain_over_padded"] = found["padded"] / found[f"packed{kind}"]
                print(f"  packed{kind} over padded: {result['gain_over_padded']:.2f} ×", flush=True)
            if {f"unshared{kind}", f"shared prompt{kind}"} <= set(found):
                result["shared_gain"] = found[f"unshared{kind}"] / found[f"shared prompt{kind}"]
                print(
                    f"  shared over unshared{kind}: {result['shared_gain']:.3f} × measured, "
                    f"{result['shared_gain_by_tokens']:.3f} × by tokens, "
                    f"{result['shared_gain_by_flops']:.3f} × by work",
                    flush=True,
                )

        with self.part("packed"):
            measure("packed", engine.score, mix)
        with self.part("padded"):
            padded = Padded(engine, args.batch)
            few = mix[:16]
            result["max_delta_to_padded"] = delta(flat(engine.score(few)), padded.score(few))
            print(f"  max |Δ| of scores to padded: {result['max_delta_to_padded']:.2g}", flush=True)
            measure("padded", padded.score, mix)
            del padded
        with self.part("shared"):
            measure("unshared", engine.score, apart)
            measure("shared prompt", engine.score, shared)
        gains("")
        if args.compile == "yes" or (args.compile == "auto" and self._cuda):
            if self.wanted("compiled", 90):
                with self.part("compiled"):
                    engine._compile()
                    measure("packed, compiled", engine.score, mix)
                    measure("unshared, compiled", engine.score, apart)
                    measure("shared prompt, compiled", engine.score, shared)
                if "packed, compiled" not in self._methods:
                    engine._interpret()
                gains(", compiled")
        if "gain_over_padded" in result:
            gain = result["gain_over_padded"]
            self.bar("gain_over_padded", gain, BARS["gain_over_padded"], gain >= BARS["gain_over_padded"])
        if "packed, compiled" in self._methods and args.shape == "llama-3-8b":
            speed = self._methods["packed, compiled"]["tokens_per_second"]
            self.bar("tokens_per_second", speed, BARS["tokens_per_second"], speed >= BARS["tokens_per_second"])
        if "shared_gain" in result:
            off = abs(result["shared_gain"] / result["shared_gain_by_tokens"] - 1)
            self.bar("shared_gain_off", off, BARS["shared_gain_off"], off <= BARS["shared_gain_off"])
        self.write()
        able = self._cuda and torch.cuda.get_device_capability(self._device) >= (8, 9)
        if (args.fp8 == "yes" or (args.fp8 == "auto" and able)) and self.wanted("fp8", 90):
            with self.part("fp8"):
                reference = engine.score(shared)
                fp8.convert(backbone)
                measure("packed, fp8", engine.score, mix)
                measure("shared prompt, fp8", engine.score, shared)
                logits = lambda of: [[reading.logit for reading in readings] for readings in of]
                agreement = fp8.rank_agreement(logits(reference), logits(engine.score(shared)))
                result["fp8_agreement"] = str(agreement)
                print(f"  FP8 against {engine.identity.dtype}: {agreement}", flush=True)


def flat(readings: Sequence[Sequence[Reading]]) -> list[float]:
    return [reading.logit for of_group in readings for reading in of_group]


def rms(a: Sequence[float], b: Sequence[float]) -> float:
    return math.sqrt(statistics.fmean((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def delta(a: Sequence[float], b: Sequence[float]) -> float:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def _work(engine: Engine, groups: Sequence[Group]) -> float:
    """FLOPs of the decoder, every group in a row of its own: rows do not see each other."""
    return sum(
        engine._backbone.flops(
            Row(groups, [Piece(g, tuple(range(len(group.responses))), 0)]), len(group.responses)
        )
        for g, group in enumerate(groups)
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(
        prog="python -m assay_reward.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shape", choices=SHAPES, default="llama-3-8b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--compile", choices=["auto", "yes", "no"], default="auto")
    parser.add_argument("--fp8", choices=["auto", "yes", "no"], default="auto")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to run (all)")
    parser.add_argument("--minutes", type=float, default=8.0, help="no part begins that would end after them")
    parser.add_argument("--budget", type=int, default=32768, help="tokens a forward")
    parser.add_argument("--batch", type=int, default=8, help="sequences a batch of the padded loop")
    parser.add_argument("--tokens", type=int, help="tokens of the mixed sequences (160,000; tiny: 8,000)")
    parser.add_argument("--prompts", type=int, help="prompts with n responses (4; tiny: 2)")
    parser.add_argument("--n", type=int, default=64)
    parser.add_argument("--prompt", type=int, help="tokens of a prompt (200; tiny: 40)")
    parser.add_argument("--response", type=int, help="tokens of a response (500; tiny: 60)")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the figures")
    args = parser.parse_args(argv)
    tiny = args.shape == "tiny"
    for name, small, full in [
        ("tokens", 8_000, 160_000),
        ("prompts", 2, 4),
        ("prompt", 40, 200),
        ("response", 60, 500),
    ]:
        if getattr(args, name) is None:
            setattr(args, name, small if tiny else full)
    return Bench(args).run()


if __name__ == "__main__":
    main()
