"""Packing, shortage of memory, refusals, identity, FP8 and the benchmark."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

import tiny
from assay_reward import bench
from assay_reward import fp8 as fp8s
from assay_reward.backbone import Backbone, read_config
from assay_reward.checkpoint import CheckpointError
from assay_reward.engine import SHAPES, Engine, Fp8Refused, Unscored
from assay_reward.fp8 import kendall_tau_b, quantise, rank_agreement
from assay_reward.packing import Piece, Row, pack
from assay_reward.types import Group, Response

torch.set_num_threads(1)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    shapes=st.lists(st.tuples(st.integers(1, 50), st.lists(st.integers(0, 60), max_size=12)), max_size=6),
    budget=st.integers(1, 200),
)
def test_packs_hold_each_response_once_and_keep_to_the_budget(
    shapes: list[tuple[int, list[int]]], budget: int
) -> None:
    groups = tiny.groups(shapes)
    packs = pack(groups, budget)
    packed = [(piece.group, r) for pieces in packs for piece in pieces for r in piece.responses]
    assert sorted(packed) == [(g, r) for g, group in enumerate(groups) for r in range(len(group.responses))]
    for pieces in packs:
        row = Row(groups, pieces)
        assert len(row) == len(row.positions) == sum(piece.tokens for piece in pieces)
        assert len(row) <= budget or sum(len(piece.responses) for piece in pieces) == 1
        for p, piece in enumerate(pieces):
            for r in piece.responses:
                ids = [*groups[piece.group].prompt, *groups[piece.group].responses[r].ids]
                at = [row.locate(p, r, position) for position in range(len(ids))]
                assert [row.ids[index] for index in at] == ids
                assert [row.positions[index] for index in at] == list(range(len(ids)))


def short_of_memory(monkeypatch: pytest.MonkeyPatch, engine: Engine, tokens: int) -> None:
    forward = engine._forward

    def limited(row: Row, *rest: Any) -> Any:
        if len(row) > tokens:
            raise torch.OutOfMemoryError("injected")
        return forward(row, *rest)

    monkeypatch.setattr(engine, "_forward", limited)


def test_short_memory_halves_the_budget_and_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = tiny.groups([(40, [30, 20, 10] * 4), (10, [5] * 9), (25, [60])])
    engine = Engine.random("tiny", device="cpu")
    expected = [[r.logit for r in readings] for readings in engine.score(groups)]
    short_of_memory(monkeypatch, engine, 100)
    for got, own in zip(engine.score(groups), expected, strict=True):
        assert [r.logit for r in got] == pytest.approx(own, abs=1e-5)
    halvings = engine.stats.oom_halvings
    assert halvings == 2
    engine.score(groups)
    assert engine.stats.oom_halvings == halvings


@pytest.mark.parametrize("compiles", [False, True])
def test_memory_may_be_short_within_attention(monkeypatch: pytest.MonkeyPatch, compiles: bool) -> None:
    groups = tiny.groups([(40, [30, 20, 10] * 4), (10, [5] * 9)])
    engine = Engine.random("tiny", device="cpu")
    expected = [[r.logit for r in readings] for readings in engine.score(groups)]
    attend = engine._attend

    def limited(query: Any, key: Any, value: Any, plan: Any, scale: float) -> Any:
        if plan.tokens > 100:
            raise torch.OutOfMemoryError("injected")
        return attend(query, key, value, plan, scale)

    monkeypatch.setattr(engine, "_attend", limited)
    if compiles:
        torch._dynamo.reset()
        engine._backbone.compile(backend="aot_eager")
    for got, own in zip(engine.score(groups), expected, strict=True):
        assert [r.logit for r in got] == pytest.approx(own, abs=1e-5)
    assert engine.stats.oom_halvings == 2


def test_the_budget_grows_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.random("tiny", device="cpu", budget_tokens=60)
    groups = tiny.groups([(10, [20, 20])])
    with monkeypatch.context() as patch:
        short_of_memory(patch, engine, 40)
        engine.score(groups)
    before = engine.stats.forwards
    for _ in range(64):
        engine.score(groups)
    engine.score(groups)
    assert engine.stats.oom_halvings == 1
    assert engine.stats.forwards - before < 2 * 65


def test_a_response_that_never_fits_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = tiny.groups([(40, [30, 90, 10]), (10, [5] * 9)])
    engine = Engine.random("tiny", device="cpu")
    expected = engine.score(groups)
    short_of_memory(monkeypatch, engine, 100)
    with pytest.raises(Unscored, match="response 1 of group 0: its 130 tokens do not fit") as error:
        engine.score(groups)
    assert list(error.value.failures) == [(0, 1)]
    for g, readings in enumerate(error.value.readings):
        for r, reading in enumerate(readings):
            if (g, r) == (0, 1):
                assert reading is None
            else:
                assert reading is not None
                assert reading.logit == pytest.approx(expected[g][r].logit, abs=1e-5)


def test_what_is_not_finite_is_no_score() -> None:
    engine = Engine.random("tiny", device="cpu")
    engine._backbone.model.embed_tokens.weight.data[7] = math.nan
    (group,) = tiny.groups([(4, [3, 3])], seed=1)
    assert 7 not in [*group.prompt, *(id for r in group.responses for id in r.ids)]
    with pytest.raises(Unscored, match="which is no score") as error:
        engine.score([Group(group.prompt, [group.responses[0], Response([1, 7]), group.responses[1]])])
    assert list(error.value.failures) == [(0, 1)]
    assert [reading is None for reading in error.value.readings[0]] == [False, True, False]


def test_groups_that_cannot_be_scored_are_refused_with_the_reason() -> None:
    outcome = Engine.random("tiny", device="cpu")
    process = Engine.random("tiny", device="cpu", head="process", step_tag=9)
    assert (outcome.step_tag, process.step_tag) == (None, 9)
    cases: list[tuple[Engine, Group, str]] = [
        (outcome, Group([], [Response([1])]), "the prompt has no tokens"),
        (outcome, Group([1], [Response([2]), Response([512])]), "group 0: response 1 has a token outside"),
        (outcome, Group([-1], [Response([2])]), "prompt has a token outside of the model's 512"),
        (
            outcome,
            Group([1] * 8000, [Response([2] * 193)]),
            r"prompt \(8000\) and response \(193\) have more than the 8192",
        ),
        (process, Group([1], [Response([9], [0]), Response([9])]), "response 1 has no steps"),
        (process, Group([1], [Response([9], [1])]), "has a step at 1, outside of its 1 tokens"),
        (process, Group([1], [Response([9, 8], [1])]), "has token 8 at step 1, not 9"),
    ]
    for engine, group, reason in cases:
        with pytest.raises(ValueError, match=reason):
            engine.score([group])
    assert outcome.score([]) == []
    assert outcome.score([Group([1], [])]) == [[]]


def test_models_that_need_more_are_refused(tmp_path: Path) -> None:
    shape = {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "vocab_size": 64,
    }
    for config, reason in [
        ({"model_type": "bert"}, "model_type 'bert' is not one of llama"),
        ({"model_type": "gemma2"}, "model_type 'gemma2' is not one of llama"),
        (
            {"model_type": "llama", "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}},
            "RoPE of type 'dynamic'",
        ),
        ({"model_type": "llama", "quantization_config": {"bits": 4}}, "quantised"),
    ]:
        with pytest.raises(CheckpointError, match=reason):
            Engine.random({**shape, **config}, device="cpu")
    for labels, by_token, reason in [(2, False, "has 2 labels"), (3, True, "has 3 labels")]:
        tiny.save_classifier(tmp_path, "llama", labels=labels, by_token=by_token)
        with pytest.raises(CheckpointError, match=reason):
            Engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"num_hidden_layers": 10**9}, "num_hidden_layers must be from 1 to 1024"),
        ({"num_hidden_layers": 0}, "num_hidden_layers must be from 1 to 1024"),
        ({"vocab_size": 10**9}, r"embed_tokens.weight is \(320, 64\), not \(1000000000, 64\)"),
        ({"vocab_size": -5}, "config.json makes no model"),
        ({"head_dim": 10**12}, "config.json makes no model"),
        ({"num_key_value_heads": 0}, "config.json makes no model"),
        ({"hidden_act": "nope"}, "config.json makes no model"),
        ({"max_position_embeddings": 0}, "lets a sequence have 0 tokens"),
    ],
)
def test_a_config_alone_takes_neither_memory_nor_time(
    tmp_path: Path, config: dict[str, Any], why: str
) -> None:
    tiny.save_classifier(tmp_path, "llama")
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | config))
    with pytest.raises(CheckpointError, match=why):
        Engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize("text", ["[1]", "[" * 100_000, "{"])
def test_a_config_that_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    tiny.save_classifier(tmp_path, "llama")
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(CheckpointError, match="is not (JSON|a JSON object)"):
        Engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ({"weight_map": {"a": "../model.safetensors"}}, "not safetensors beside it"),
        ({"weight_map": {"a": "/etc/model.safetensors"}}, "not safetensors beside it"),
        ({"weight_map": {"a": "pickle.bin"}}, "not safetensors beside it"),
        ({"weight_map": {"a": 3}}, "no weight_map of file names"),
        ({"weight_map": {}}, "this is no reward model"),
        ({}, "no weight_map of file names"),
    ],
)
def test_an_index_names_files_beside_it(tmp_path: Path, index: dict[str, Any], why: str) -> None:
    tiny.save_classifier(tmp_path, "llama")
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(CheckpointError, match=why):
        Engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize("kind", [torch.int8, torch.bool, torch.float8_e4m3fn, torch.complex64])
def test_weights_of_other_types_are_refused(tmp_path: Path, kind: torch.dtype) -> None:
    tiny.save_classifier(tmp_path, "llama")
    tensors = load_file(tmp_path / "model.safetensors")
    tensors["score.weight"] = tensors["score.weight"].to(kind)
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="holds tensors that are not BF16, F16, F32, F64: score.weight"):
        Engine.load(tmp_path, device="cpu")


@pytest.mark.parametrize(
    "header",
    [
        b"[1]",
        b'{"score.weight": {}}',
        b'{"score.weight": {"dtype": "F32", "shape": [-1, 64], "data_offsets": [0, 4]}}',
        b'{"score.weight": {"dtype": "F32", "shape": [1, 64], "data_offsets": [-9, 4]}}',
        b'{"score.weight": 3}',
        b"",
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: bytes) -> None:
    tiny.save_classifier(tmp_path, "llama")
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(CheckpointError, match="is not a safetensors file"):
        Engine.load(tmp_path, device="cpu")


def test_sequences_end_at_the_sliding_window(tmp_path: Path) -> None:
    tiny.save_classifier(tmp_path, "mistral", sliding_window=32)
    engine = Engine.load(tmp_path, device="cpu")
    assert engine.max_tokens == 32
    with pytest.raises(ValueError, match="more than the 32 tokens"):
        engine.score(tiny.groups([(20, [13])]))
    tiny.save_classifier(tmp_path, "qwen2", sliding_window=32, use_sliding_window=False)
    assert Engine.load(tmp_path, device="cpu").max_tokens == 2048
    tiny.save_classifier(tmp_path, "qwen2", sliding_window=32, use_sliding_window=True, max_window_layers=1)
    assert Engine.load(tmp_path, device="cpu").max_tokens == 32


def test_the_digest_changes_with_whatever_decides_on_scores(tmp_path: Path) -> None:
    def digest(**options: Any) -> str:
        return Engine.load(tmp_path, device="cpu", **options).identity.digest

    model = tiny.save_classifier(tmp_path, "llama")
    first = digest()
    assert digest() == first
    others = [
        digest(dtype="bf16"),
        digest(head_dtype=torch.bfloat16),
        digest(attention="flex"),
        digest(revision="v1"),
    ]
    # Other weights of the same shapes are another revision.
    with torch.no_grad():
        model.score.weight.mul_(2)
    model.save_pretrained(tmp_path)
    others.append(digest())
    assert len({first, *others}) == 1 + len(others)
    assert Engine.load(tmp_path, device="cpu", revision="v1").identity.revision == "v1"


def test_the_step_tag_is_found_in_the_tokenizers_files(tmp_path: Path) -> None:
    tiny.save_classifier(tmp_path, "qwen2", labels=2, by_token=True)
    assert Engine.load(tmp_path, device="cpu").step_tag is None
    added = {"added_tokens_decoder": {"300": {"content": "<extra_0>"}, "1": {"content": "<s>"}}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(added))
    assert Engine.load(tmp_path, device="cpu").step_tag == 300
    assert Engine.load(tmp_path, device="cpu", step_tag=4).step_tag == 4


@pytest.mark.parametrize("head", ["outcome", "process"])
def test_warming_up_counts_nothing(head: str) -> None:
    engine = Engine.random("tiny", device="cpu", head=head, step_tag=3, budget_tokens=2000)
    engine.warm_up()
    assert engine.stats.forwards == 0


# --- FP8 ----------------------------------------------------------------------------------------------------


def test_quantised_rows_come_back_within_the_precision_of_e4m3() -> None:
    matrix = (
        torch.randn(20, 64, generator=torch.Generator().manual_seed(0)) * torch.logspace(-4, 4, 20)[:, None]
    )
    values, scale = quantise(matrix)
    # Three bits of mantissa: half a step is 1/16, and what is small beside its row's largest has a fixed
    # step.
    assert ((values.float() * scale - matrix).abs() <= matrix.abs() / 16 + scale * 2**-10).all()
    zeros, _ = quantise(torch.zeros(2, 16))
    assert zeros.float().abs().max() == 0


def test_tau_b_and_choices_of_known_rankings() -> None:
    assert kendall_tau_b([1, 2, 3, 4], [1, 2, 3, 4]) == 1
    assert kendall_tau_b([1, 2, 3, 4], [4, 3, 2, 1]) == -1
    # 5 pairs agree, none disagrees, one is tied in the second: 5 / sqrt(6 · 5).
    assert kendall_tau_b([1, 2, 3, 4], [1, 2, 3, 3]) == pytest.approx(5 / math.sqrt(30))
    assert math.isnan(kendall_tau_b([1, 1], [1, 2]))
    agreement = rank_agreement([[0, 1, 2, 3], [0, 1, 2, 3]], [[0, 1, 2, 3], [0, 3, 2, 1]], ns=(2, 4, 8))
    # Chosen of two: 1, 3 and 1, 2; the last should have been 3. Of four: 3 and 1.
    assert agreement.choice == {2: 0.75, 4: 0.5}
    assert agreement.choices == {2: 4, 4: 2}
    # A choice that scores as well is the same choice.
    assert rank_agreement([[1, 1]], [[0, 1]], ns=(2,)).choice == {2: 1.0}


def test_fp8_is_let_through_or_refused_by_the_order_of_its_scores(tmp_path: Path) -> None:
    tiny.save_classifier(tmp_path, "llama")
    gate = tiny.groups([(20, [10 + n % 7 for n in range(64)])] * 2)
    plain = Engine.load(tmp_path, device="cpu")
    engine = Engine.load(tmp_path, device="cpu", fp8=True, gate=gate, min_tau=0.5, max_changed=1)
    assert engine.identity.digest != plain.identity.digest
    deltas = [
        abs(a.logit - b.logit)
        for x, y in zip(plain.score(gate), engine.score(gate), strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    assert 0 < max(deltas) < 0.5
    with pytest.raises(
        Fp8Refused, match=r"tau-b is below 0.9999: tau-b 0\.\d+ over 2 prompts; same choice: best of 16"
    ):
        Engine.load(tmp_path, device="cpu", fp8=True, gate=gate, min_tau=0.9999)
    with pytest.raises(Fp8Refused, match="no prompt with 16 responses"):
        Engine.load(tmp_path, device="cpu", fp8=True, gate=tiny.groups([(5, [3] * 8)]), min_tau=0)
    with pytest.raises(ValueError, match="fp8 needs gate"):
        Engine.load(tmp_path, device="cpu", fp8=True)


# --- The benchmark ------------------------------------------------------------------------------------------


def test_the_benchmark_runs_and_agrees_with_the_padded_loop(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    options = "--shape tiny --device cpu --fp8 yes --repeats 1 --n 16 --tokens 2000"
    result = bench.main([*options.split(), "--json", str(file)])
    assert json.loads(file.read_text()) == result
    assert result["max_delta_to_padded"] <= 1e-5
    assert result["shared_gain_by_tokens"] == pytest.approx(16 * 100 / (40 + 16 * 60))
    assert set(result["methods"]) == {
        "padded",
        "packed",
        "unshared",
        "shared prompt",
        "packed, fp8",
        "shared prompt, fp8",
    }


def test_a_part_of_the_benchmark_that_fails_or_comes_too_late_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    options = f"--shape tiny --device cpu --repeats 1 --n 4 --tokens 500 --json {file}".split()

    def broken(*_: Any) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(fp8s, "convert", broken)
    monkeypatch.setattr(Engine, "_compile", broken)
    parts = "--parts ties speed compiled fp8 --fp8 yes --compile yes"
    result = bench.main([*options, *parts.split()])
    assert json.loads(file.read_text()) == result
    assert result["left_out"]["fp8"] == result["left_out"]["compiled"] == "RuntimeError: no such kernel"
    assert set(result["methods"]) == {"packed", "padded", "unshared", "shared prompt"}
    assert result["ties"]["float32"] <= result["ties"]["bfloat16"]
    assert set(result["bars"]) == {"gain_over_padded", "shared_gain_off"}
    assert "FAILED fp8: RuntimeError: no such kernel" in capsys.readouterr().out

    late = bench.main([*options, "--minutes", "0"])
    assert set(late["left_out"]) == set(bench.PARTS) - {"compiled", "fp8"}
    assert not late["methods"]
    assert json.loads(file.read_text()) == late


def test_the_8b_shape_has_the_work_of_llama_3_8b() -> None:
    backbone = Backbone(read_config(SHAPES["llama-3-8b"]), torch.device("cpu"), torch.bfloat16)
    groups = [Group([0] * 256, [Response([0] * 256)])]
    row = Row(groups, [Piece(0, (0,), 512)])
    linear = 512 * 13.96e9
    attention = 512 * 0.134e9
    # The last layer's feed-forward part, 2 · 3 · 4096 · 14336, is spared for all but one token.
    assert backbone.flops(row, 1) == pytest.approx(linear + attention - 511 * 6 * 4096 * 14336, rel=1e-3)
