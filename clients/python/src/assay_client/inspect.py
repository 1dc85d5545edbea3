"""Inspect AI: a scorer for tasks, `scorer=verified("127.0.0.1:7700", "math")` (tested with 0.3.285).

Epochs are candidates of one problem: reducers such as `pass_at_k` see each one's verdict. What has no verdict
is unscored, and left out of metrics, never incorrect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from .rewards.core import Column, Rewards
from .rewards.gather import Gathered
from .values import Problem, Status, Verdict

#: A sample → the problem.
ToProblem = Callable[[TaskState, Target], Problem]


@scorer(metrics=[accuracy(), stderr()])
def verified(
    address: str | Sequence[str] = "",
    verifier: str = "math",
    *,
    problem: ToProblem | None = None,
    timeout: float = 300.0,
    **settings: Any,
) -> Scorer:
    """
    Scores the model's output by a verifier: C or I, or the verifier's own score. `problem`: makes the problem
    of a sample; by default a math answer, the sample's target. Samples that are scored at the same time are
    judged in one stream. What has no verdict within `timeout` seconds is unscored. Settings are those of
    `Rewards`.
    """
    rewards = Rewards(address, verifier, problem=_Given(), timeout=timeout, **settings)

    async def score(state: TaskState, target: Target) -> Score:
        if problem is not None:
            asked = problem(state, target)
        else:
            asked = Column("gold")({"prompt": state.input_text, "gold": target.text})
        # One of its own for each sample: equal prompts may stand for different samples.
        asked.id = f"{state.sample_id}"
        verdict, _ = await Gathered.of(rewards).judge({"problem": asked}, state.output.completion)
        return _score(verdict)

    return score


class _Given:
    """The problem is in the row."""

    def __call__(self, row: Any) -> Problem:
        given: Problem = row["problem"]
        return given


def _score(verdict: Verdict) -> Score:
    metadata = {
        "verifier": verdict.verifier,
        "status": verdict.status.value if verdict.status else "SKIPPED",
        "reason": verdict.reason,
        "answer_class": verdict.answer_class,
        "service_s": verdict.service_s,
    }
    explanation = ": ".join(text for text in (verdict.reason, verdict.message) if text) or None
    if verdict.is_missing:
        return Score.unscored(reason="scoring_failed", explanation=explanation, metadata=metadata)
    if verdict.status is Status.SCORED and verdict.score is not None:
        return Score(value=verdict.score, explanation=explanation, metadata=metadata)
    value = CORRECT if verdict.is_correct else INCORRECT
    return Score(value=value, answer=verdict.answer or None, explanation=explanation, metadata=metadata)
