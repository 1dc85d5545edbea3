"""Reward functions inside the real trainers. They are large: set ASSAY_TEST_FRAMEWORKS=1. What is not
installed is left out. Each needs an environment of its own, as their requirements exclude each other.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeOrchestrator

pytestmark = pytest.mark.skipif(
    os.environ.get("ASSAY_TEST_FRAMEWORKS") != "1", reason="large frameworks: set ASSAY_TEST_FRAMEWORKS=1"
)


def tokenizer() -> Any:
    """Words are characters."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    names = ["<pad>", "<eos>", *(chr(number) for number in range(32, 127))]
    made = Tokenizer(models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="<pad>"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", eos_token="<eos>")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("conversational", [False, True])
def test_trl(fake: FakeOrchestrator, tmp_path: Path, conversational: bool) -> None:
    """A step of GRPO on a tiny model; every fourth verdict is missing, and its completion is left out."""
    pytest.importorskip("trl")
    import torch
    from datasets import Dataset
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import GRPOConfig, GRPOTrainer

    from assay_client.rewards.trl import TRLReward, masks_none

    assert masks_none()
    config = LlamaConfig(
        vocab_size=97, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2
    )
    words = tokenizer()
    words.chat_template = "{% for message in messages %}{{ message.content }}{% endfor %}"
    prompts = ["a?", "b?"]
    rows = [
        {"prompt": [{"role": "user", "content": text}] if conversational else text, "answer": "1"}
        for text in prompts
    ]
    seen: list[tuple[Any, list[float | None]]] = []
    reward = TRLReward(fake.address, verifier="letters", gold="answer", timeout=60)

    def recorded(prompts: Any, completions: Any, **columns: Any) -> list[float | None]:
        letters = "CEII"
        changed = [
            [{"role": "assistant", "content": letters[at % 4]}] if conversational else letters[at % 4]
            for at in range(len(completions))
        ]
        values = reward(prompts, changed, **columns)
        seen.append((completions[0], values))
        return values

    recorded.__name__ = reward.__name__
    trainer = GRPOTrainer(
        model=LlamaForCausalLM(config),
        reward_funcs=recorded,
        args=GRPOConfig(
            output_dir=str(tmp_path),
            max_steps=1,
            per_device_train_batch_size=8,
            num_generations=4,
            max_completion_length=4,
            report_to=[],
            logging_steps=1,
            use_cpu=True,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=words,
    )
    trainer.train()
    assert [values for _, values in seen] == [[1.0, None, 0.0, 0.0] * 2]
    assert isinstance(seen[0][0], list if conversational else str)
    logged = next(line for line in trainer.state.log_history if "reward" in line)
    # Of what has a verdict: nobody was counted as wrong.
    assert logged["rewards/assay_letters/mean"] == pytest.approx(1 / 3)
    assert logged["reward"] == pytest.approx(1 / 3)
    assert logged["assay_letters/missing"] == pytest.approx(1 / 4)
    advantages = list(trainer._logs["advantages"])
    assert [advantages[at] for at in (1, 5)] == [0, 0]
    assert torch.tensor(advantages).isfinite().all()


@pytest.mark.timeout(300)
def test_verl_reward_loop(fake: FakeOrchestrator) -> None:
    """The managers of verl, with the function loaded as its configuration says."""
    pytest.importorskip("verl")
    import numpy as np
    import torch
    from omegaconf import OmegaConf
    from tensordict import TensorDict
    from verl import DataProto
    from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager
    from verl.trainer.ppo.reward import get_custom_reward_fn
    from verl.workers.reward_manager.batch import BatchRewardManager

    settings = {"address": fake.address, "verifier": "letters", "timeout": 30}
    words = tokenizer()
    letters = "CEII"
    ids = torch.tensor([words.encode(letter) for letter in letters])
    batch = TensorDict(
        {"prompts": ids, "responses": ids, "attention_mask": torch.ones(4, 2, dtype=torch.long)},
        batch_size=[4],
    )
    others = {
        "data_source": np.array(["d"] * 4, dtype=object),
        "reward_model": np.array([{"ground_truth": "1"}] * 4, dtype=object),
        "extra_info": np.array([{"question": "q"} for _ in range(4)], dtype=object),
    }
    data = DataProto(batch=batch, non_tensor_batch=others)

    def load(name: str) -> Any:
        function = {"path": "pkg://assay_client.rewards.verl", "name": name, "reward_kwargs": settings}
        return get_custom_reward_fn(OmegaConf.create({"reward": {"custom_reward_function": function}}))

    for name in ("compute_score_async", "compute_score"):

        async def loop(name: str = name) -> list[dict[str, Any]]:
            manager = NaiveRewardManager(OmegaConf.create({}), words, load(name))
            return list(await asyncio.gather(*(manager.run_single(data[at : at + 1]) for at in range(4))))

        results = asyncio.run(loop())
        assert [result["reward_extra_info"]["assay_missing"] for result in results] == [0, 1, 0, 0]
        # What is judged together knows of the others; what is judged alone is worth the middle.
        neutral = 1 / 3 if name == "compute_score_async" else 0.5
        assert [result["reward_score"] for result in results] == [1, pytest.approx(neutral), 0, 0]
        scores = NaiveRewardManager.assemble_rm_scores(data, [result["reward_score"] for result in results])
        assert scores.sum(dim=1).tolist() == pytest.approx([1, neutral, 0, 0])

    manager = BatchRewardManager(words, 0, load("compute_scores"))
    told = manager(data, return_dict=True)
    assert told["reward_tensor"].sum(dim=1).tolist() == pytest.approx([1, 1 / 3, 0, 0])
    assert told["reward_extra_info"]["assay_missing"] == [0, 1, 0, 0]


@pytest.mark.timeout(300)
def test_openrlhf(fake: FakeOrchestrator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its executor of single turns, from the model's answer to the reward."""
    agent = pytest.importorskip("openrlhf.utils.agent")
    monkeypatch.setenv("ASSAY_ADDRESS", fake.address)
    file = tmp_path / "reward.py"
    file.write_text(
        "from assay_client.rewards.openrlhf import OpenRLHFReward\n"
        "reward_func = OpenRLHFReward(verifier='letters', timeout=30)\n"
    )
    executor = agent.SingleTurnAgentExecutor(str(file))
    words = tokenizer()

    class Engine:
        async def generate(self, prompt_ids: Any, *_: Any, **__: Any) -> Any:
            # The prompt's last letter is what the model answers.
            ids = [*words.encode(words.decode(prompt_ids)[-1]), words.eos_token_id]
            output = SimpleNamespace(token_ids=ids, finish_reason="stop", logprobs=None)
            return SimpleNamespace(outputs=[output])

    async def go(letter: str) -> dict[str, Any]:
        sampling = SimpleNamespace(max_tokens=4, logprobs=None)
        result: dict[str, Any] = await executor.execute(f"q {letter}", "1", sampling, 64, words, Engine())
        return result

    import torch

    for letter, reward, missing in (("C", 1.0, 0.0), ("I", 0.0, 0.0), ("E", 0.5, 1.0)):
        result = asyncio.run(go(letter))
        # As its sample generator does.
        assert torch.tensor([result["reward"]]).tolist() == [reward]
        assert torch.tensor([result["scores"]]).tolist() == [reward]
        assert torch.tensor([result["extra_logs"]["assay_missing"]]).tolist() == [missing]
