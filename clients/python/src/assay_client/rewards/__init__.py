"""Reward functions for trainers, over an orchestrator: `trl`, `verl`, `openrlhf`.

All judge a whole batch in one stream, take no longer than their `timeout`, and say what a missing verdict is
worth: never silently 0.
"""

from .core import MISSING, Missing, Rewards

__all__ = ["MISSING", "Missing", "Rewards"]
