"""Reward functions: the trainers' signatures, missing verdicts, time limits, pickling."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest
from fakes import SOURCE, FakeOrchestrator, until

from assay_client import AssayError, Problem, custom_problem
from assay_client.rewards import gather
from assay_client.rewards.core import Missing, Rewards, text_of
from assay_client.rewards.openrlhf import OpenRLHFReward
from assay_client.rewards.trl import TRLReward
from assay_client.rewards.verl import compute_score, compute_score_async, compute_scores


def letters(row: Mapping[str, Any]) -> Problem:
    return custom_problem("letters", row["task"])


def trl(fake: FakeOrchestrator, **settings: Any) -> TRLReward:
    return TRLReward(fake.address, verifier="letters", **{"gold": "answer", "timeout": 30, **settings})


def test_trl_plain_and_conversational(fake: FakeOrchestrator) -> None:
    reward = trl(fake)
    prompts = ["a", "a", "b", "b"]
    answers = ["1", "1", "2", "2"]
    assert reward(prompts, ["C", "I", "I", "C"], answer=answers, completion_ids=[[1]] * 4) == [1, 0, 0, 1]
    messages = [[{"role": "assistant", "content": text}] for text in ("C", "I")]
    parts = [[{"role": "assistant", "content": [{"type": "text", "text": text}]}] for text in ("I", "C")]
    asked = [[{"role": "user", "content": prompt}] for prompt in prompts]
    assert reward(prompts=asked, completions=messages + parts, answer=answers, trainer_state=object()) == [
        1,
        0,
        0,
        1,
    ]
    assert reward.__name__ == "assay_letters"
    # Two problems in each of the two batches: the same prompt is sent once.
    assert sum(problem.prompt in "ab" for problem in fake.problems.values()) == 4


@pytest.mark.parametrize(
    ("missing", "worth"),
    [("none", None), ("nan", math.nan), ("neutral", 2 / 3), (-0.5, -0.5), (None, 2 / 3)],
)
def test_missing_verdicts_are_worth_what_was_said(
    fake: FakeOrchestrator, missing: Missing | None, worth: float | None, caplog: pytest.LogCaptureFixture
) -> None:
    """None stands for the default; there is no TRL here that masks None."""
    reward = trl(fake, missing=missing)
    with caplog.at_level(logging.WARNING):
        values = reward(["a"] * 4 + ["b"], ["C", "C", "I", "E", "E"], answer=["1"] * 5)
    assert values[:3] == [1, 1, 0]
    assert values[3] == pytest.approx(worth, nan_ok=True)
    if missing in ("neutral", None):
        # Nobody else of this problem has a verdict.
        assert values[4] == 0.5
    assert "2 of 5 verdicts by letters are missing (verifier_failure 2)" in caplog.text


def test_missing_verdicts_can_be_errors(fake: FakeOrchestrator) -> None:
    with pytest.raises(AssayError) as raised:
        trl(fake, missing="raise")(["a"], ["E"], answer=["1"])
    assert raised.value.code == "verdicts_missing"
    with pytest.raises(AssayError) as raised:
        trl(fake, most_missing=0.4)(["a"] * 2, ["E", "C"], answer=["1"] * 2)
    assert raised.value.code == "verdicts_missing"
    with pytest.raises(AssayError):
        trl(fake, missing="zero")


def test_never_a_hang(fake: FakeOrchestrator, caplog: pytest.LogCaptureFixture) -> None:
    reward = trl(fake, timeout=1.0, slow=0.2, missing="none")
    start = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert reward(["a"] * 3, ["C", "silent", "I"], answer=["1"] * 3) == [1, None, 0]
    assert time.monotonic() - start < 20
    assert "waiting for 1 verdicts" in caplog.text
    assert "candidate 1 by letters" in caplog.text


def test_scores_are_worth_themselves(fake: FakeOrchestrator) -> None:
    assert trl(fake)(["a"] * 3, ["S0.25", "S-3", "E"], answer=["1"] * 3) == [0.25, -3, pytest.approx(-1.375)]


def test_an_unknown_verifier_is_told(fake: FakeOrchestrator) -> None:
    reward = TRLReward(fake.address, verifier="leters", gold="answer", timeout=0.5)
    with pytest.raises(AssayError) as raised:
        reward(["a"], ["silent"], answer=["1"])
    assert raised.value.code == "verifier_unknown"
    assert "letters" in str(raised.value)


def test_a_missing_column_is_told(fake: FakeOrchestrator) -> None:
    with pytest.raises(AssayError, match=r"no column 'answer'.*solution"):
        trl(fake)(["a"], ["C"], solution=["1"])


def test_problems_of_ones_own_and_pickling(fake: FakeOrchestrator) -> None:
    reward = trl(fake, problem=letters)
    assert reward(["a"], ["C"], task=["x"]) == [1]
    copy = pickle.loads(pickle.dumps(reward))
    assert copy(["a", "a"], ["I", "C"], task=["x", "y"]) == [0, 1]
    assert copy.__name__ == reward.__name__


def test_another_orchestrator_takes_over_without_the_run(fake: FakeOrchestrator) -> None:
    """What is judged online needs no common store."""
    with FakeOrchestrator() as other:
        reward = TRLReward([fake.address, other.address], verifier="letters", gold="answer", timeout=30)
        assert reward(["a"], ["C"], answer=["1"]) == [1]
        fake.stop()
        assert reward(["a"] * 2, ["C", "I"], answer=["1"] * 2) == [1, 0]
        assert len(other.runs) == 1
        # Complete whenever nobody uses it: it is none of a tenant's open runs.
        assert other.completed == set(other.runs)


def test_verl(fake: FakeOrchestrator) -> None:
    settings = {"address": fake.address, "verifier": "letters", "timeout": 30}
    known = {"score": 1.0, "assay_correct": 1.0, "assay_missing": 0.0}
    assert compute_score("gsm8k", "C", "1", {"question": "q"}, **settings) == known
    assert compute_score("gsm8k", "C", "1", reward_router_address=None, **settings) == known
    missing = {"score": 0.5, "assay_correct": 0.0, "assay_missing": 1.0}
    scores = compute_scores(["d"] * 3, ["C", "I", "E"], ["1"] * 3, [{}] * 3, **settings)
    assert scores == [known, {**known, "score": 0.0, "assay_correct": 0.0}, missing]
    # Problems are made of what verl gives: one for each reference and question.
    assert {problem.math_answer.gold for problem in fake.problems.values()} == {"1"}


def test_verl_judges_together_what_is_asked_for_together(fake: FakeOrchestrator) -> None:
    settings = {"address": fake.address, "verifier": "letters", "timeout": 2.0}

    async def go() -> list[dict[str, float]]:
        asked = [compute_score_async("d", "CI"[at % 2], "1", {}, **settings) for at in range(100)]
        quick = asyncio.gather(*asked)
        slow = asyncio.create_task(compute_score_async("d", "silent", "1", {}, **settings))
        results = await quick
        # One that has no verdict holds nobody up.
        assert not slow.done()
        assert (await slow)["assay_missing"] == 1
        return results

    results = asyncio.run(go())
    assert [result["score"] for result in results] == [1.0, 0.0] * 50
    assert fake.connections <= 3


def test_verl_asked_one_at_a_time_a_missing_verdict_speaks_for_nobody(fake: FakeOrchestrator) -> None:
    settings = {"address": fake.address, "verifier": "letters", "timeout": 30.0}

    def score(text: str, gold: str = "1") -> float:
        return compute_score("d", text, gold, **settings)["score"]

    assert score("E") == 0.5
    assert [score(text) for text in ("C", "C", "I", "E")] == [1, 1, 0, pytest.approx(2 / 3)]
    assert score("E", "2") == 0.5

    async def go() -> list[float]:
        results = [await compute_score_async("d", text, "3", **settings) for text in "CIIE"]
        return [result["score"] for result in results]

    assert asyncio.run(go()) == [1, 0, 0, pytest.approx(1 / 3)]
    reward = OpenRLHFReward(fake.address, verifier="letters", timeout=30)
    asked = [reward([f"q: {text}"], ["q: "], ["1"])["rewards"] for text in ("C", "E")]
    assert [float(rewards[0]) for rewards in asked] == [1.0, 1.0]


def test_what_is_kept_of_an_event_loop_ends_with_it(fake: FakeOrchestrator) -> None:
    settings = {"address": fake.address, "verifier": "letters", "timeout": 30.0}

    async def go() -> None:
        given_up = asyncio.create_task(compute_score_async("d", "I given up", "1", **settings))
        await asyncio.sleep(0)
        given_up.cancel()
        await compute_score_async("d", "C", "1", **settings)

    def loops() -> int:
        gc.collect()
        return len(gather._by_loop)

    before = loops()
    for _ in range(3):
        asyncio.run(go())
    until(lambda: loops() <= before, "their threads have ended")
    # Nobody waits for what was given up before it was sent.
    assert len(fake.received) == 3


GIVES_UP = """
import asyncio, sys
from assay_client.rewards.verl import compute_score_async

settings = {"address": sys.argv[1], "verifier": "letters", "timeout": 600.0}
try:
    asyncio.run(asyncio.wait_for(compute_score_async("d", "silent", "1", **settings), 0.5))
except asyncio.TimeoutError:
    print("given up")
"""


def test_an_open_stream_does_not_hold_up_the_end_of_the_process(fake: FakeOrchestrator) -> None:
    command = [sys.executable, "-c", GIVES_UP, fake.address]
    env = {**os.environ, "PYTHONPATH": SOURCE}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert (ended.stdout, ended.returncode) == ("given up\n", 0), ended.stderr


def test_what_waits_for_a_stream_has_its_time_all_the_same(
    fake: FakeOrchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "_STREAMS", 1)
    settings = {"address": fake.address, "verifier": "letters", "timeout": 0.5}

    async def go() -> tuple[list[float], dict[str, float]]:
        asked = [asyncio.create_task(compute_score_async("d", "silent", "1", **settings))]
        await asyncio.sleep(0.1)
        asked += [asyncio.create_task(compute_score_async("d", "C", "1", **settings)) for _ in range(3)]
        missing = [result["assay_missing"] for result in await asyncio.gather(*asked)]
        return missing, await compute_score_async("d", "C", "1", **{**settings, "timeout": 30.0})

    missing, later = asyncio.run(go())
    assert len(missing) == 4
    assert missing[0] == 1
    assert later["score"] == 1


def test_openrlhf(fake: FakeOrchestrator) -> None:
    reward = OpenRLHFReward(fake.address, verifier="letters", timeout=30)
    result = reward(["q: C<|im_end|>\n", "q: E</s></s>"], ["q: ", "q: "], ["1", "1"])
    assert [float(value) for value in result["rewards"]] == [1.0, 1.0]
    assert [float(value) for value in result["scores"]] == [1.0, 1.0]
    assert [float(value) for value in result["extra_logs"]["assay_missing"]] == [0.0, 1.0]
    assert reward._answer("q: C<|im_end|>\n", "q: ") == "C"
    assert reward._answer("other C", "q: ") == "other C"
    copy = pickle.loads(pickle.dumps(reward))
    assert float(copy(["q: I"], ["q: "], ["1"])["rewards"][0]) == 0.0


def test_addresses_from_the_environment(fake: FakeOrchestrator, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssayError, match="ASSAY_ADDRESS"):
        Rewards()
    monkeypatch.setenv("ASSAY_ADDRESS", f"{fake.address}, 127.0.0.1:1")
    assert TRLReward(verifier="letters", gold="a")(["p"], ["C"], a=["1"]) == [1]


def test_texts() -> None:
    assert text_of([]) == ""
    assert text_of([{"role": "assistant", "content": None}]) == ""
    assert text_of([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]) == "b"
    with pytest.raises(TypeError):
        text_of(7)
