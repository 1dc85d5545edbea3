"""Packed rows with shared prompts give what the models' own code gives for one sequence after another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from assay_reward import attention
from assay_reward.engine import Engine
from assay_reward.types import Group, Reading, Response

torch.set_num_threads(1)

SHAPES = [(40, [30, 1, 7, 30, 90]), (3, [5]), (1, [1, 2]), (120, [4, 4, 4]), (9, [60, 0]), (70, [200, 10])]


def one_by_one(model: torch.nn.Module, groups: Sequence[Group]) -> list[list[float]]:
    """transformers' own classifier, a sequence at a time; its logits at the last token."""
    with torch.no_grad():
        return [
            [model(torch.tensor([[*g.prompt, *r.ids]])).logits[0, 0].item() for r in g.responses]
            for g in groups
        ]


def logits(readings: Sequence[Sequence[Reading]]) -> list[list[float]]:
    return [[reading.logit for reading in group] for group in readings]


def distance(a: Sequence[Sequence[float]], b: Sequence[Sequence[float]]) -> float:
    pairs = [pair for x, y in zip(a, b, strict=True) for pair in zip(x, y, strict=True)]
    return max(abs(x - y) for x, y in pairs)


@pytest.mark.parametrize("family", tiny.FAMILIES)
def test_fp32_scores_equal_those_of_transformers(tmp_path: Path, family: str) -> None:
    model = tiny.save_classifier(tmp_path, family)
    engine = Engine.load(tmp_path, device="cpu", budget_tokens=400)
    groups = tiny.groups(SHAPES)
    expected = one_by_one(model, groups)
    delta = distance(logits(engine.score(groups)), expected)
    print(f"{family}: fp32 max |Δ| {delta:.2g}")
    assert delta <= 1e-5
    # Scores that hardly differ would prove nothing.
    flat = [score for group in expected for score in group]
    assert max(flat) - min(flat) > 0.1
    # A response depends on its prompt.
    other = [Group(list(reversed(g.prompt)), g.responses) for g in groups]
    assert distance(logits(engine.score(other)), expected) > 1e-3


@pytest.mark.parametrize("family", tiny.FAMILIES)
def test_bf16_scores_equal_those_of_transformers_in_bf16(tmp_path: Path, family: str) -> None:
    model = tiny.save_classifier(tmp_path, family, initializer_range=0.05).to(torch.bfloat16)
    engine = Engine.load(tmp_path, device="cpu", dtype="bf16")
    groups = tiny.groups([(50, [20 + n for n in range(30)])])
    with torch.no_grad():
        rows = [
            model.model(torch.tensor([[*groups[0].prompt, *r.ids]])).last_hidden_state[0, -1]
            for r in groups[0].responses
        ]
        reference = (torch.stack(rows).float() @ model.score.weight.float().T)[:, 0].tolist()
    scores = logits(engine.score(groups))[0]
    alone = [engine.score([Group(groups[0].prompt, [r])])[0][0].logit for r in groups[0].responses]
    span = f"scores from {min(reference):.3f} to {max(reference):.3f}"
    for name, other in [("transformers", reference), ("one by one", alone)]:
        delta = distance([scores], [other])
        print(f"{family}: bf16 max |Δ| to {name} {delta:.2g}, {span}")
        assert delta <= 1e-2
        for i, j in itertools.permutations(range(len(scores)), 2):
            # Ties are what the type cannot tell apart.
            assert scores[i] > scores[j] or other[i] - other[j] <= 1e-2


@pytest.mark.parametrize("form", ["token classifier", "two layers"])
def test_process_scores_equal_those_of_transformers(tmp_path: Path, form: str) -> None:
    model = tiny.save_classifier(tmp_path, "qwen2", labels=2, by_token=True)
    if form == "two layers":
        torch.manual_seed(1)
        d = model.config.hidden_size
        model.score = torch.nn.Sequential(torch.nn.Linear(d, d), torch.nn.ReLU(), torch.nn.Linear(d, 2))
        model.config.architectures = ["Qwen2ForProcessRewardModel"]
        from safetensors.torch import save_file

        save_file(model.state_dict(), tmp_path / "model.safetensors")
        config = (tmp_path / "config.json").read_text()
        (tmp_path / "config.json").write_text(
            config.replace("Qwen2ForTokenClassification", "Qwen2ForProcessRewardModel")
        )
    groups = tiny.groups([(40, [30, 1, 7]), (9, [60])], steps=True)
    with torch.no_grad():
        expected = [
            [
                model(torch.tensor([[*g.prompt, *r.ids]]))
                .logits[0]
                .softmax(-1)[len(g.prompt) :, 1][list(r.steps)]
                .tolist()
                for r in g.responses
            ]
            for g in groups
        ]
    aggregates: dict[str, Callable[[list[float]], float]] = {
        "last": lambda steps: steps[-1],
        "min": min,
        "product": lambda steps: float(torch.tensor(steps, dtype=torch.float64).prod()),
        "mean": lambda steps: sum(steps) / len(steps),
    }
    for name, aggregate in aggregates.items():
        engine = Engine.load(tmp_path, device="cpu", aggregate=name)
        assert engine.identity.head == "process"
        for readings, steps in zip(engine.score(groups), expected, strict=True):
            for reading, own in zip(readings, steps, strict=True):
                assert reading.steps == pytest.approx(own, abs=1e-5)
                assert reading.logit == pytest.approx(aggregate(own), abs=1e-5)


def test_an_outcome_head_reads_before_padding_as_transformers_does(tmp_path: Path) -> None:
    model = tiny.save_classifier(tmp_path, "llama", pad_token_id=5)
    engine = Engine.load(tmp_path, device="cpu")
    groups = [Group([1, 2, 3], [Response([7, 8, 5]), Response([7, 8]), Response([9, 5, 8])])]
    scores = logits(engine.score(groups))
    assert distance(scores, one_by_one(model, groups)) <= 1e-5
    assert scores[0][0] == pytest.approx(scores[0][1], abs=1e-5)


def test_a_head_of_two_layers_gives_one_logit(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    model = tiny.save_classifier(tmp_path, "qwen2")
    d = model.config.hidden_size
    model.score = torch.nn.Sequential(torch.nn.Linear(d, d), torch.nn.ReLU(), torch.nn.Linear(d, 1))
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(
        config.replace("Qwen2ForSequenceClassification", "Qwen2ForRewardModel")
    )
    groups = tiny.groups(SHAPES)
    with torch.no_grad():
        expected = one_by_one(model, groups)
    assert distance(logits(Engine.load(tmp_path, device="cpu").score(groups)), expected) <= 1e-5


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.random("tiny", device="cpu", budget_tokens=300)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    shapes=st.lists(
        st.tuples(st.integers(1, 60), st.lists(st.sampled_from([0, 1, 2, 17, 64, 140]), max_size=6)),
        min_size=1,
        max_size=8,
    ),
    same=st.booleans(),
)
def test_any_batch_gives_each_response_its_own_score(
    engine: Engine, shapes: list[tuple[int, list[int]]], same: bool
) -> None:
    groups = tiny.groups(shapes)
    if same:
        groups = [Group(groups[0].prompt, g.responses) for g in groups]
    before = engine.stats.snapshot()
    together = engine.score(groups)
    after = engine.stats.snapshot()
    total = sum(len(g.prompt) + len(r.ids) for g in groups for r in g.responses)
    assert after["tokens_unshared"] - before["tokens_unshared"] == total
    assert after["tokens"] - before["tokens"] <= total
    assert [len(readings) for readings in together] == [len(g.responses) for g in groups]
    alone = [[engine.score([Group(g.prompt, [r])])[0][0].logit for r in g.responses] for g in groups]
    for mine, own in zip(logits(together), alone, strict=True):
        assert mine == pytest.approx(own, abs=1e-5)


def test_equal_responses_get_equal_scores(engine: Engine) -> None:
    (group,) = tiny.groups([(30, [12])])
    scores = logits(engine.score([Group(group.prompt, [group.responses[0]] * 20)]))[0]
    assert max(scores) - min(scores) <= 1e-6


def test_a_prompt_of_100_candidates_is_computed_once() -> None:
    engine = Engine.random("tiny", device="cpu")
    lengths = [20 + n % 30 for n in range(100)]
    engine.score(tiny.groups([(200, lengths)]))
    stats = engine.stats.snapshot()
    assert stats["tokens"] == 200 + sum(lengths)
    assert stats["tokens_unshared"] == 100 * 200 + sum(lengths)
    assert (stats["forwards"], stats["items"]) == (1, 100)
    assert stats["prefix_reuse"] == pytest.approx(1 - stats["tokens"] / stats["tokens_unshared"])


def test_compiled_layers_form_one_graph_and_give_the_same_scores() -> None:
    # Without code generation, which takes minutes on a CPU: what can break here are graphs and shapes.
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    for family in ("llama", "qwen3"):
        shape = {**tiny._BODY, **tiny.FAMILIES[family], "num_hidden_layers": 6}
        compiled, plain = (Engine.random(shape, device="cpu", budget_tokens=300) for _ in range(2))
        compiled._backbone.compile(backend="aot_eager")
        before = torch._dynamo.utils.counters["stats"]["unique_graphs"]
        # Many responses, one, one of no tokens: nothing of that compiles anew.
        for shapes in (SHAPES[:1], SHAPES, [(8, [3, 2])], [(8, [3])], [(2, [0])]):
            groups = tiny.groups(shapes)
            assert distance(logits(compiled.score(groups)), logits(plain.score(groups))) <= 1e-5
        # One for the layers, however many there are, and one for the last.
        assert torch._dynamo.utils.counters["stats"]["unique_graphs"] - before == 2


def test_what_fails_when_compiled_can_be_interpreted_again(engine: Engine) -> None:
    def broken(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> Callable[..., object]:
        raise RuntimeError("no compiler")

    torch._dynamo.reset()
    compiled = Engine.random("tiny", device="cpu", budget_tokens=300)
    compiled._backbone.compile(backend=broken)
    groups = tiny.groups(SHAPES)
    with pytest.raises(Exception, match="no compiler"):
        compiled.score(groups)
    compiled._interpret()
    assert distance(logits(compiled.score(groups)), logits(engine.score(groups))) <= 1e-5


def test_the_layers_are_reached_under_the_name_that_transformers_knows() -> None:
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    assert ALL_ATTENTION_FUNCTIONS["assay"] is attention._interface
