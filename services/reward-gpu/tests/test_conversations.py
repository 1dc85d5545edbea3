"""Both encoders, this one and that of services/reward, make the same ids of a conversation."""

from __future__ import annotations

import runpy
from pathlib import Path

MAKER = Path(__file__).parents[2] / "reward/src/tokens/testing/conversations.py"


def test_conversations_are_those_that_services_reward_is_tested_with() -> None:
    maker = runpy.run_path(str(MAKER))
    assert maker["fixture"]() == maker["FIXTURE"].read_text(encoding="utf-8"), f"run {MAKER.name} again"
