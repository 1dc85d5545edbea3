"""TRL: `GRPOTrainer(reward_funcs=[TRLReward("127.0.0.1:7700", gold="answer")], …)`; also RLOOTrainer and the
like.

The signature is that of TRL's custom reward functions: prompts, completions, and the data set's columns in
lists of the same length (https://huggingface.co/docs/trl/grpo_trainer, "Using a custom reward function").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .core import Missing, Rewards, ToProblem, text_of

#: The first release known to leave out a completion for which every function answers None; others count 0.
_MASKS = (1, 16)


def masks_none() -> bool:
    """Whether the TRL that is installed leaves completions without a reward out."""
    try:
        numbers = re.findall(r"\d+", version("trl"))
    except PackageNotFoundError:
        return False
    return tuple(int(number) for number in numbers[:2]) >= _MASKS


class TRLReward:
    """
    A reward function. Settings are those of `Rewards`; `missing`: by default None where TRL masks it, else
    neutral.
    """

    def __init__(
        self,
        address: str | Sequence[str] = "",
        *,
        verifier: str = "math",
        gold: str = "gold",
        problem: ToProblem | None = None,
        missing: Missing | None = None,
        **settings: Any,
    ) -> None:
        if missing is None:
            missing = "none" if masks_none() else "neutral"
        #: TRL's name for it in logs.
        self.__name__ = f"assay_{verifier}".replace("-", "_")
        self._rewards = Rewards(address, verifier, gold, problem, missing=missing, **settings)

    def __call__(
        self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
    ) -> list[float | None]:
        names = [
            name
            for name, values in columns.items()
            if isinstance(values, (list, tuple)) and len(values) == len(prompts)
        ]
        rows = [
            {"prompt": text_of(prompt), **{name: columns[name][at] for name in names}}
            for at, prompt in enumerate(prompts)
        ]
        verdicts = self._rewards.judge(rows, [text_of(completion) for completion in completions])
        log_metric = columns.get("log_metric")
        if callable(log_metric) and verdicts:
            log_metric(
                f"{self.__name__}/missing", sum(verdict.is_missing for verdict in verdicts) / len(verdicts)
            )
        return self._rewards.values(verdicts)
