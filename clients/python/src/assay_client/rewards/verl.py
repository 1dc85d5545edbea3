"""verl: functions for `reward.custom_reward_function` (tested with 0.9.1).

    reward.custom_reward_function.path=pkg://assay_client.rewards.verl
    reward.custom_reward_function.name=compute_score_async
    +reward.custom_reward_function.reward_kwargs.address=127.0.0.1:7700

`compute_score_async` suits the reward loop: what is asked for at the same time is judged in one stream.
`compute_score` is its plain form, and `compute_scores` the one for the reward manager `batch`. All take the
settings of `Rewards`, and of `data_source` … `extra_info` make a row with `prompt` (extra_info's `question`
or `prompt`) and `gold`.

verl has no value for "no reward": a missing verdict is worth `missing` (by default neutral, of a sample that
is asked for alone the mean of the problem's last ones), and `assay_missing` is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay_client.rewards.core import shared
from assay_client.rewards.gather import Gathered
from assay_client.values import Verdict

#: What verl gives besides, and is not for us.
_OTHERS = ("reward_router_address", "reward_model_tokenizer")


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    **settings: Any,
) -> dict[str, float]:
    """One sample; {score, assay_correct, assay_missing}."""
    return compute_scores([data_source], [solution_str], [ground_truth], [extra_info or {}], **settings)[0]


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Mapping[str, Any]],
    **settings: Any,
) -> list[dict[str, float]]:
    """A batch."""
    rewards = shared(**_settings(settings))
    rows = [_row(*given) for given in zip(data_sources, ground_truths, extra_infos, strict=True)]
    verdicts = rewards.judge(rows, solution_strs)
    return [_result(*judged) for judged in zip(verdicts, rewards.values(verdicts), strict=True)]


async def compute_score_async(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    **settings: Any,
) -> dict[str, float]:
    """One sample; judged together with what else is asked for at the moment."""
    rewards = shared(**_settings(settings))
    row = _row(data_source, ground_truth, extra_info or {})
    return _result(*await Gathered.of(rewards).judge(row, solution_str))


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in _OTHERS}


def _row(data_source: str, ground_truth: Any, extra_info: Mapping[str, Any]) -> dict[str, Any]:
    prompt = extra_info.get("question") or extra_info.get("prompt") or ""
    return {"prompt": prompt, "gold": ground_truth, "data_source": data_source, "extra_info": extra_info}


def _result(verdict: Verdict, value: float | None) -> dict[str, float]:
    """Numbers, as verl's metrics are means; every sample has the same."""
    score = float("nan") if value is None else value
    return {
        "score": score,
        "assay_correct": float(verdict.is_correct),
        "assay_missing": float(verdict.is_missing),
    }
