"""Small tokenizers of real forms, and an engine that is none: its score says which tokens it was given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assay_reward.types import Group, Reading
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors, trainers

LLAMA3 = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
QWEN = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<extra_0>")

_WORDS = ["the user asks and the assistant answers\n\n", "system the sum of two and two is four"] * 3


@lru_cache
def _byte_level(specials: tuple[str, ...], opening: str | None) -> str:
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(r" ?\p{L}+| ?[^\s\p{L}]+[\r\n]*|\s*[\r\n]+|\s+"), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=list(specials), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(_WORDS, trainer)
    if opening is not None:
        ids = [(opening, tokenizer.token_to_id(opening))]
        tokenizer.post_processor = processors.TemplateProcessing(single=f"{opening} $A", special_tokens=ids)
    return tokenizer.to_str()


def llama3() -> dict[str, Any]:
    """Byte level, with Llama 3's special tokens and BOS."""
    return json.loads(_byte_level(LLAMA3, LLAMA3[0]))


def qwen() -> dict[str, Any]:
    """Byte level, with Qwen's special tokens and no BOS."""
    return json.loads(_byte_level(QWEN, None))


def words(vocabulary: Sequence[str], specials: Sequence[str]) -> dict[str, Any]:
    """Whole words: a special token's text is a word of the vocabulary like others."""
    tokenizer = Tokenizer(
        models.WordLevel(
            {word: at for at, word in enumerate([*specials, *vocabulary])}, unk_token=specials[0]
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens(list(specials))
    return json.loads(tokenizer.to_str())


def ids_of(tokenizer: dict[str, Any], text: str) -> list[int]:
    """With special tokens recognised, and nothing added."""
    return Tokenizer.from_str(json.dumps(tokenizer)).encode(text, add_special_tokens=False).ids


def save_tokenizer(folder: Path, tokenizer: dict[str, Any], **config: Any) -> None:
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


class FakeEngine:
    """
    Scores by `judge`, a response's ids to its logit; by default their sum. Keeps what it was given. `gate`, where it is
    cleared, holds it up.
    """

    def __init__(self, judge: Callable[[Sequence[int]], float] = sum) -> None:
        self.judge = judge
        self.packs: list[list[Group]] = []
        self.identity = SimpleNamespace(model="fake", revision="1", digest="d" * 64)
        self.stats = SimpleNamespace(
            snapshot=lambda: {"tokens": 10, "seconds": 2.0, "flops": 6.0, "oom_halvings": 1}
        )
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def score(self, groups: Sequence[Group]) -> list[list[Reading]]:
        self.packs.append(list(groups))
        self.entered.set()
        assert self.gate.wait(20)
        return [[self.read(response.ids) for response in group.responses] for group in groups]

    def read(self, ids: Sequence[int]) -> Reading:
        return Reading(float(self.judge(ids)))

    @property
    def sizes(self) -> list[int]:
        """Responses of each pack."""
        return [sum(len(group.responses) for group in pack) for pack in self.packs]
