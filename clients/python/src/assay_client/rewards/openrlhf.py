"""OpenRLHF: a file for `--reward.remote_url`, formerly `--remote_rm_url` (tested with 0.11.2).

    # reward.py
    from assay_client.rewards.openrlhf import OpenRLHFReward
    reward_func = OpenRLHFReward("127.0.0.1:7700")

`labels` are reference answers; `queries` are prompts with what the model wrote, which is judged without the
token that ends it. OpenRLHF has no value for "no
reward": a missing verdict is worth `missing` (by default neutral), and `extra_logs` has `assay_missing`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from .core import Missing, Rewards, ToProblem

log = logging.getLogger(__name__)

#: Texts of tokens by which models end: queries are decoded with their special tokens.
ENDS = (
    *("<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>", "<|end|>", "<|return|>"),
    *("</s>", "<eos>", "<end_of_turn>", "<｜end▁of▁sentence｜>"),
)


class OpenRLHFReward:
    """
    `reward_func(queries, prompts, labels)`; settings are those of `Rewards`. A row has `prompt` and `gold`.
    """

    def __init__(
        self,
        address: str | Sequence[str] = "",
        *,
        verifier: str = "math",
        problem: ToProblem | None = None,
        missing: Missing = "neutral",
        ends: Sequence[str] = ENDS,
        **settings: Any,
    ) -> None:
        self._ends = tuple(ends)
        self._rewards = Rewards(address, verifier, "gold", problem, missing=missing, **settings)

    def __call__(
        self, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any
    ) -> dict[str, Any]:
        """
        {rewards, scores, extra_logs}: tensors of float32 where there is torch, lists elsewhere; of one a
        query.
        """
        rows = [{"prompt": prompt, "gold": label} for prompt, label in zip(prompts, labels, strict=True)]
        texts = [self._answer(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
        verdicts = self._rewards.judge(rows, texts)
        values = [float("nan") if value is None else value for value in self._rewards.values(verdicts)]
        return {
            "rewards": _tensor(values),
            "scores": _tensor(values),
            "extra_logs": {
                "assay_correct": _tensor([float(verdict.is_correct) for verdict in verdicts]),
                "assay_missing": _tensor([float(verdict.is_missing) for verdict in verdicts]),
            },
        }

    def _answer(self, query: str, prompt: str) -> str:
        if not query.startswith(prompt):
            # It was cut, or its tokenizer does not give back what it was given.
            log.warning("a query does not begin with its prompt: it is judged as a whole")
        text = query.removeprefix(prompt).rstrip()
        while end := next((end for end in self._ends if text.endswith(end)), ""):
            text = text.removesuffix(end).rstrip()
        return text


def _tensor(values: list[float]) -> Any:
    try:
        import torch
    except ImportError:
        return values
    return torch.tensor(values, dtype=torch.float32)
