"""Packs: joined, bounded, fair; every item has an end."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator, Sequence
from itertools import count

import pytest
from assay_reward.scheduler import Failure, Result, Scheduler, Ticket
from assay_reward.tokens import Encoded, Prompt
from assay_reward.types import Reading, Response
from fakes import FakeEngine

_KEYS = count()


def prompt(length: int = 1) -> Prompt:
    return Prompt([0] * length, [], ("", ""), None, str(next(_KEYS)).encode())


def items(of: Prompt, *texts: Sequence[int], start: int = 0) -> list[tuple[int, Encoded]]:
    return [
        (start + at, Encoded(of, Response(ids), len(of.ids) + len(ids), 0)) for at, ids in enumerate(texts)
    ]


class Collected(Ticket):
    """Waits for results; never long."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: queue.Queue[Result] = queue.Queue()

    def deliver(self, results: Sequence[Result]) -> None:
        for result in results:
            self.arrived.put(result)

    def take(self, number: int) -> dict[int, Result]:
        results = [self.arrived.get(timeout=20) for _ in range(number)]
        assert self.arrived.empty()
        taken = {result.index: result for result in results}
        assert len(taken) == number
        return taken

    def logits(self, number: int) -> dict[int, float]:
        return {index: result.outcome.logit for index, result in self.take(number).items()}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def scheduler(engine: FakeEngine) -> Iterator[Scheduler]:
    made = Scheduler(engine, budget_tokens=100, flush_s=0.005)
    made.start()
    yield made
    engine.gate.set()
    made.close()


def hold(engine: FakeEngine, scheduler: Scheduler) -> Collected:
    """Keeps the engine busy until its gate is set, so that what follows is packed at one time."""
    engine.gate.clear()
    first = Collected()
    scheduler.submit(first, items(prompt(), [7]))
    assert engine.entered.wait(20)
    engine.packs.clear()
    return first


def test_calls_of_one_prompt_share_a_group(engine: FakeEngine, scheduler: Scheduler) -> None:
    first = hold(engine, scheduler)
    shared, other = prompt(10), prompt(10)
    calls = [Collected() for _ in range(3)]
    for call, of in zip(calls, (shared, other, shared)):
        scheduler.submit(call, items(of, [1, 2], [3]))
    engine.gate.set()
    assert [call.logits(2) for call in calls] == [{0: 3.0, 1: 3.0}] * 3
    assert first.logits(1) == {0: 7.0}
    [pack] = engine.packs
    assert [len(group.responses) for group in pack] == [4, 2]


def test_packs_keep_to_the_budget_with_their_prompts(engine: FakeEngine, scheduler: Scheduler) -> None:
    hold(engine, scheduler)
    call = Collected()
    scheduler.submit(call, items(prompt(40), *[[1] * 20] * 7))
    engine.gate.set()
    call.take(7)
    assert engine.sizes == [3, 3, 1]


def test_an_item_above_the_budget_is_scored_alone(engine: FakeEngine, scheduler: Scheduler) -> None:
    hold(engine, scheduler)
    call = Collected()
    scheduler.submit(call, items(prompt(), [1], [1] * 300, [1]))
    engine.gate.set()
    assert call.logits(3) == {0: 1.0, 1: 300.0, 2: 1.0}
    assert engine.sizes == [1, 1, 1]


def test_a_small_call_waits_for_one_pack_of_a_large_one(engine: FakeEngine, scheduler: Scheduler) -> None:
    hold(engine, scheduler)
    large, small = Collected(), Collected()
    scheduler.submit(large, items(prompt(), *[[1] * 30] * 12))
    scheduler.submit(small, items(prompt(), [5] * 30))
    engine.gate.set()
    large.take(12)
    assert small.logits(1) == {0: 150.0}
    packs = [[sum(response.ids) for group in pack for response in group.responses] for pack in engine.packs]
    assert packs[:2] == [[30, 30, 30], [150, 30, 30]]


def test_it_waits_for_more_but_not_long(engine: FakeEngine) -> None:
    scheduler = Scheduler(engine, budget_tokens=100, flush_s=0.2)
    scheduler.start()
    one, two = Collected(), Collected()
    scheduler.submit(one, items(prompt(), [1]))
    scheduler.submit(two, items(prompt(), [2]))
    assert (one.logits(1), two.logits(1)) == ({0: 1.0}, {0: 2.0})
    assert engine.sizes == [2]
    scheduler.close()


def test_a_full_budget_waits_for_nothing(engine: FakeEngine) -> None:
    scheduler = Scheduler(engine, budget_tokens=100, flush_s=3600)
    scheduler.start()
    call = Collected()
    scheduler.submit(call, items(prompt(), [1] * 60, [1] * 60))
    assert call.arrived.get(timeout=20).index == 0
    scheduler.close()


def test_cancelled_items_are_not_scored_and_not_delivered(engine: FakeEngine, scheduler: Scheduler) -> None:
    running = hold(engine, scheduler)
    waiting, other = Collected(), Collected()
    scheduler.submit(waiting, items(prompt(), [1], [2]))
    scheduler.submit(other, items(prompt(), [3]))
    scheduler.cancel(waiting)
    scheduler.cancel(running)
    assert scheduler.queued == 1
    engine.gate.set()
    assert other.logits(1) == {0: 3.0}
    assert engine.sizes == [1]
    assert waiting.arrived.empty()
    assert running.arrived.empty()


@pytest.mark.parametrize("error", [RuntimeError("cannot"), ValueError("no such token")])
def test_one_bad_item_fails_alone(engine: FakeEngine, scheduler: Scheduler, error: Exception) -> None:
    def judge(ids: Sequence[int]) -> float:
        if 13 in ids:
            raise error
        return sum(ids)

    engine.judge = judge
    hold(engine, scheduler)
    call = Collected()
    scheduler.submit(call, items(prompt(), *[[at] for at in range(20)]))
    engine.gate.set()
    results = call.take(20)
    failure = results.pop(13).outcome
    assert failure == Failure(
        "verifier_failure", f"{type(error).__name__}: {error}", isinstance(error, RuntimeError)
    )
    assert {index: result.outcome.logit for index, result in results.items()} == {
        at: at for at in range(20) if at != 13
    }


def test_failures_that_the_engine_tells_apart_are_not_tried_again(
    engine: FakeEngine, scheduler: Scheduler
) -> None:
    class Unscored(RuntimeError):
        failures = {(0, 1): "out of memory"}
        readings = [[Reading(1.0), None], [Reading(3.0)]]

    def score(groups):
        engine.packs.append(groups)
        raise Unscored

    hold(engine, scheduler)
    engine.score = score
    call = Collected()
    scheduler.submit(call, [*items(prompt(), [1], [2]), *items(prompt(), [3], start=2)])
    engine.gate.set()
    results = call.take(3)
    assert (results[0].outcome.logit, results[2].outcome.logit) == (1.0, 3.0)
    assert results[1].outcome == Failure("verifier_failure", "out of memory", True)
    assert len(engine.packs) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_no_score(engine: FakeEngine, scheduler: Scheduler, value: float) -> None:
    engine.judge = lambda ids: value if ids == [2] else 1.0
    call = Collected()
    scheduler.submit(call, items(prompt(), [1], [2], [3]))
    results = call.take(3)
    assert [results[at].outcome for at in (0, 2)] == [Reading(1.0)] * 2
    assert results[1].outcome == Failure("verifier_failure", "the model's answer is not finite", True)


def test_parts_that_are_not_finite_are_no_score(engine: FakeEngine, scheduler: Scheduler) -> None:
    engine.read = lambda ids: Reading(1.0, steps=(0.5, float("nan")))
    call = Collected()
    scheduler.submit(call, items(prompt(), [1]))
    assert isinstance(call.take(1)[0].outcome, Failure)


def test_an_engine_that_answers_for_other_items(engine: FakeEngine, scheduler: Scheduler) -> None:
    engine.score = lambda groups: [[Reading(1.0)]]
    call = Collected()
    scheduler.submit(call, items(prompt(), [1], [2]))
    results = call.take(2)
    # Alone, each gets one answer; that of two items says nothing of either.
    assert [results[at].outcome for at in (0, 1)] == [Reading(1.0)] * 2
    engine.score = lambda groups: []
    scheduler.submit(call, items(prompt(), [1]))
    assert "other items" in call.take(1)[0].outcome.message


def test_after_an_error_of_the_device_nothing_is_tried(engine: FakeEngine, scheduler: Scheduler) -> None:
    hold(engine, scheduler)
    calls = 0

    def score(groups):
        nonlocal calls
        calls += 1
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    engine.score = score
    call, waiting = Collected(), Collected()
    scheduler.submit(call, items(prompt(), [1], [2]))
    scheduler.submit(waiting, items(prompt(), [1] * 200))
    engine.gate.set()
    outcomes = [result.outcome for result in (*call.take(2).values(), *waiting.take(1).values())]
    assert all(outcome.retryable and "illegal memory access" in outcome.message for outcome in outcomes)
    assert calls == 1
    assert "illegal memory access" in scheduler.broken
    scheduler.submit(call, items(prompt(), [1]))
    assert isinstance(call.take(1)[0].outcome, Failure)


def test_running_out_of_memory_is_no_error_of_the_device(engine: FakeEngine, scheduler: Scheduler) -> None:
    def judge(ids):
        raise RuntimeError("CUDA error: out of memory")

    engine.judge = judge
    call = Collected()
    scheduler.submit(call, items(prompt(), [1]))
    assert isinstance(call.take(1)[0].outcome, Failure)
    engine.judge = sum
    scheduler.submit(call, items(prompt(), [1]))
    assert call.logits(1) == {0: 1.0}


def test_what_was_given_up_is_answered_once(engine: FakeEngine, scheduler: Scheduler) -> None:
    call = hold(engine, scheduler)
    failure = Failure("verifier_timeout", "late", True)
    assert scheduler.busy_s > 0
    scheduler.give_up(failure)
    scheduler.give_up(failure)
    assert call.take(1)[0].outcome == failure
    other = Collected()
    scheduler.submit(other, items(prompt(), [2]))
    engine.gate.set()
    assert other.logits(1) == {0: 2.0}
    assert call.arrived.empty()


def test_closing_answers_what_waits(engine: FakeEngine) -> None:
    scheduler = Scheduler(engine, budget_tokens=100, flush_s=3600)
    scheduler.start()
    call = Collected()
    scheduler.submit(call, items(prompt(), [1], [2]))
    scheduler.close()
    assert all(result.outcome.retryable for result in call.take(2).values())
    scheduler.submit(call, items(prompt(), [1]))
    assert isinstance(call.take(1)[0].outcome, Failure)


def test_times_of_a_pack_are_shared_by_tokens(engine: FakeEngine, scheduler: Scheduler) -> None:
    def judge(ids):
        time.sleep(0.02)
        return 0.0

    engine.judge = judge
    hold(engine, scheduler)
    call = Collected()
    scheduler.submit(call, items(prompt(), [1] * 30, [1] * 10))
    engine.gate.set()
    results = call.take(2)
    assert results[0].service_s == pytest.approx(3 * results[1].service_s)
    assert results[0].service_s + results[1].service_s >= 0.04
    assert results[0].queued_s > 0
