"""The scorer in real evaluations by Inspect AI."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeOrchestrator

pytest.importorskip("inspect_ai")

from inspect_ai import Epochs, Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import pass_at
from inspect_ai.solver import TaskState

from assay_client import Problem, custom_problem
from assay_client.inspect import verified


@pytest.fixture
def evaluate(fake: FakeOrchestrator, tmp_path: Path) -> Callable[..., EvalLog]:
    def run(outputs: list[str], samples: list[Sample], epochs: Any = None, **settings: Any) -> EvalLog:
        task = Task(
            dataset=samples,
            scorer=verified(fake.address, "letters", **{"timeout": 30, **settings}),
            epochs=epochs,
        )
        # With tokens that are told: to count them it would fetch a tokenizer.
        answers = [
            ModelOutput(
                model="mockllm/model",
                choices=[ChatCompletionChoice(message=ChatMessageAssistant(content=text))],
                usage=ModelUsage(),
            )
            for text in outputs
        ]
        model = get_model("mockllm/model", custom_outputs=answers)
        # One after the other: outputs are given out in this order.
        (log,) = eval(
            task, model=model, log_dir=str(tmp_path), display="none", max_connections=1, max_samples=1
        )
        return log

    return run


def metrics(log: EvalLog) -> dict[str, float]:
    assert log.status == "success", log.error
    assert log.results is not None
    return {name: metric.value for score in log.results.scores for name, metric in score.metrics.items()}


def test_accuracy_and_answers(evaluate: Callable[..., EvalLog]) -> None:
    samples = [Sample(id=name, input=f"What is {name}?", target="1") for name in "abcd"]
    log = evaluate(["C one", "I", "C", "C"], samples)
    assert metrics(log)["accuracy"] == 0.75
    assert log.samples is not None
    score = (log.samples[0].scores or {})["verified"]
    assert (score.value, score.answer) == ("C", "C one")
    assert score.metadata is not None
    assert score.metadata["verifier"] == "letters"


def test_missing_verdicts_are_unscored(evaluate: Callable[..., EvalLog]) -> None:
    samples = [Sample(id=name, input=f"What is {name}?", target="1") for name in "abcd"]
    log = evaluate(["C", "E", "I", "silent"], samples, timeout=1.0)
    assert metrics(log)["accuracy"] == 0.5
    assert log.samples is not None
    values = [(sample.scores or {})["verified"].value for sample in log.samples]
    assert [value for value in values if isinstance(value, str)] == ["C", "I"]
    assert sum(isinstance(value, float) and math.isnan(value) for value in values) == 2
    assert (log.samples[1].scores or {})["verified"].reason == "scoring_failed"


def test_epochs_are_candidates(evaluate: Callable[..., EvalLog]) -> None:
    samples = [Sample(id="a", input="?", target="1")]
    log = evaluate(["C", "I", "I", "I"], samples, Epochs(4, [pass_at(1), pass_at(4)]))
    assert log.results is not None
    found = {score.reducer: score.metrics["accuracy"].value for score in log.results.scores}
    assert found == {"pass_at_1": 0.25, "pass_at_4": 1.0}


def test_problems_of_ones_own(evaluate: Callable[..., EvalLog], fake: FakeOrchestrator) -> None:
    def problem(state: TaskState, _target: Any) -> Problem:
        return custom_problem("letters", state.metadata["task"])

    samples = [Sample(id="a", input="?", target="1", metadata={"task": "mine"})]
    assert metrics(evaluate(["C"], samples, problem=problem))["accuracy"] == 1
    assert [problem.custom.json for problem in fake.problems.values()] == ['"mine"']


def test_scores(evaluate: Callable[..., EvalLog]) -> None:
    log = evaluate(["S0.25"], [Sample(id="a", input="?", target="1")])
    assert log.samples is not None
    assert (log.samples[0].scores or {})["verified"].value == 0.25
