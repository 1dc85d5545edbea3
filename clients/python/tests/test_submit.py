"""Submissions: every verdict once, whatever breaks; nothing without bounds; nothing for ever."""

from __future__ import annotations

import asyncio
import pickle
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any

import grpc
import pytest
from fakes import FakeOrchestrator, until
from hypothesis import given
from hypothesis import strategies as st

from assay_client import (
    AssayError,
    AsyncClient,
    Candidate,
    Client,
    Problem,
    Status,
    Verdict,
    custom_problem,
    math_problem,
)

Item = tuple[Problem, Sequence[str | Candidate]]
Submit = Callable[..., list[Verdict]]


def sync_submit(address: str | list[str], run: str, stream: Iterable[Item], **options: Any) -> list[Verdict]:
    with Client(address, patience=5) as client:
        return list(client.submit(run, stream, **options))


def async_submit(address: str | list[str], run: str, stream: Iterable[Item], **options: Any) -> list[Verdict]:
    async def go() -> list[Verdict]:
        async with AsyncClient(address, patience=5) as client:
            return [verdict async for verdict in client.submit(run, stream, **options)]

    return asyncio.run(go())


both = pytest.mark.parametrize("submit", [sync_submit, async_submit])


def items(problems: int, candidates: int, letters: str = "CIE") -> Iterator[Item]:
    for number in range(problems):
        problem = math_problem("1", id=f"p{number}")
        yield problem, [f"{letters[(number + at) % len(letters)]} {at}" for at in range(candidates)]


def make_run(fake: FakeOrchestrator, *verifiers: str) -> str:
    with Client(fake.address) as client:
        return client.create_run(verifiers or ("letters",)).id


def keys(verdicts: Iterable[Verdict]) -> Counter[tuple[str, int, str]]:
    return Counter((verdict.problem, verdict.candidate, verdict.verifier) for verdict in verdicts)


@both
def test_every_candidate_gets_its_verdict(fake: FakeOrchestrator, submit: Submit) -> None:
    run = make_run(fake)
    verdicts = submit(fake.address, run, items(5, 6), complete=True)
    assert keys(verdicts) == Counter({(f"p{p}", c, "letters"): 1 for p in range(5) for c in range(6)})
    letters = {"C": Status.CORRECT, "I": Status.INCORRECT, "E": Status.ERROR}
    for verdict in verdicts:
        assert verdict.status is letters["CIE"[(int(verdict.problem[1:]) + verdict.candidate) % 3]]
        assert verdict.is_missing == (verdict.status is Status.ERROR)
    assert fake.completed == {run}


@both
@given(data=st.data())
def test_broken_connections_lose_and_double_nothing(submit: Submit, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 1 << 30))
    candidates, copies = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 2))
    verifiers = data.draw(st.sampled_from([("a",), ("a", "b")]))
    dice = random.Random(seed)
    with FakeOrchestrator() as fake:
        run = make_run(fake, *verifiers)
        fake.copies = copies
        breaks = {connection: dice.randrange(8) for connection in range(1, 6)}
        fake.breaks = lambda connection, verdict: breaks.get(connection) == verdict
        verdicts = submit(fake.address, run, items(4, candidates), most_pending=dice.choice([1, 3, 100]))
        expected = {(f"p{p}", c, v): 1 for p in range(4) for c in range(candidates) for v in verifiers}
        assert keys(verdicts) == Counter(expected)


@both
def test_what_is_twice_in_the_input_is_answered_twice(fake: FakeOrchestrator, submit: Submit) -> None:
    run = make_run(fake)
    problem = math_problem("1", id="p")
    fake.breaks = lambda connection, verdict: connection == 1 and verdict == 1
    verdicts = submit(fake.address, run, [(problem, ["C"]), (problem, ["C"]), (problem, ["C"])])
    assert keys(verdicts) == Counter({("p", 0, "letters"): 3})


@both
def test_goes_on_at_the_next_address(fake: FakeOrchestrator, submit: Submit) -> None:
    with FakeOrchestrator() as other:
        other.runs = fake.runs
        run = make_run(fake)

        def stream() -> Iterator[Item]:
            for number, item in enumerate(items(40, 2)):
                if number == 20:
                    fake.stop()
                yield item

        verdicts = submit([fake.address, other.address], run, stream(), most_pending=4)
        assert keys(verdicts) == Counter({(f"p{p}", c, "letters"): 1 for p in range(40) for c in range(2)})
        assert other.connections > 0


@both
def test_a_server_that_comes_back_is_found(fake: FakeOrchestrator, submit: Submit) -> None:
    run = make_run(fake)

    def stream() -> Iterator[Item]:
        for number, item in enumerate(items(20, 2)):
            if number == 10:
                fake.stop()
                threading.Timer(0.5, fake.start).start()
            yield item

    assert len(submit(fake.address, run, stream(), most_pending=4)) == 40


@both
def test_the_input_is_read_no_faster_than_verdicts_come(fake: FakeOrchestrator, submit: Submit) -> None:
    run = make_run(fake)
    read = 0

    def stream() -> Iterator[Item]:
        nonlocal read
        for problem, _ in items(10_000, 0):
            read += 1
            yield problem, ["silent"]

    with pytest.raises(AssayError) as raised:
        submit(fake.address, run, stream(), most_pending=32, timeout=1.5)
    assert raised.value.code == "timeout"
    assert read == 32


@both
@pytest.mark.parametrize("kind", [KeyError, grpc.RpcError, asyncio.InvalidStateError])
def test_what_the_input_raises_is_raised(
    fake: FakeOrchestrator, submit: Submit, kind: type[Exception]
) -> None:
    run = make_run(fake)

    def stream() -> Iterator[Item]:
        yield from items(3, 1)
        raise kind("the data set is broken")

    with pytest.raises(kind, match="the data set is broken"):
        submit(fake.address, run, stream())


def test_an_input_that_is_cancelled_ends_the_submission(fake: FakeOrchestrator) -> None:
    run = make_run(fake)

    async def stream() -> AsyncIterator[Item]:
        for item in items(3, 1):
            yield item
        raise asyncio.CancelledError

    async def go() -> None:
        async with AsyncClient(fake.address, patience=5) as client:
            async for _ in client.submit(run, stream()):
                pass

    with pytest.raises(RuntimeError, match="was cancelled"):
        asyncio.run(go())


@both
@pytest.mark.parametrize(
    ("candidates", "kind"),
    [([Candidate("a", 1), Candidate("b", 1)], ValueError), ([7], TypeError), ("text", TypeError)],
)
def test_bad_candidates_are_told(
    fake: FakeOrchestrator, submit: Submit, candidates: Any, kind: type[Exception]
) -> None:
    run = make_run(fake)
    with pytest.raises(kind):
        submit(fake.address, run, [(math_problem("1"), candidates)])


@both
def test_unknown_runs_and_refusals_are_no_reason_to_try_again(fake: FakeOrchestrator, submit: Submit) -> None:
    with pytest.raises(AssayError) as raised:
        submit(fake.address, "nobody", items(1, 1))
    assert raised.value.code == "run_unknown"
    run = make_run(fake)
    fake.refusal = (grpc.StatusCode.ABORTED, "run_cancelled")
    before = fake.connections
    with pytest.raises(AssayError) as raised:
        submit(fake.address, run, items(1, 1))
    assert raised.value.code == "run_cancelled"
    # A call that ends while asyncio writes to it is told as broken, and that is tried again.
    assert fake.connections <= before + (2 if submit is async_submit else 1)


@both
def test_calls_that_came_too_soon_are_made_again(fake: FakeOrchestrator, submit: Submit) -> None:
    run = make_run(fake)
    fake.refusal = (grpc.StatusCode.RESOURCE_EXHAUSTED, "rate_limited")

    def let_in() -> None:
        until(lambda: fake.refusals > 0, "refused")
        fake.refusal = None

    thread = threading.Thread(target=let_in)
    thread.start()
    submit(fake.address, run, items(1, 3))
    thread.join()
    assert fake.refusals > 0


@both
def test_nobody_there(submit: Submit) -> None:
    with FakeOrchestrator() as fake:
        address = fake.address
        run = make_run(fake)
    del run
    with Client(address, patience=0.3) as client, pytest.raises(AssayError) as raised:
        client.create_run("letters")
    assert raised.value.code == "orchestrator_unreachable"
    assert "assay serve" in str(raised.value)


def test_ending_early_ends_the_submission(fake: FakeOrchestrator) -> None:
    run = make_run(fake)
    with Client(fake.address) as client:
        stream = client.submit(run, items(1_000_000, 1), most_pending=8)
        assert next(stream).problem == "p0"
        stream.close()
        threads = [thread for thread in threading.enumerate() if "consum" in thread.name.lower()]
        for thread in threads:
            thread.join(5)
        assert len(fake.received) < 1000


def test_an_async_input_that_waits_for_verdicts(fake: FakeOrchestrator) -> None:
    """As a training loop does: the next candidates depend on verdicts."""
    run = make_run(fake)

    async def go() -> int:
        answered: asyncio.Queue[int] = asyncio.Queue()

        async def stream() -> AsyncIterator[Item]:
            for number in range(20):
                yield math_problem("1", id=f"p{number}"), ["C"]
                await answered.get()

        fake.breaks = lambda connection, verdict: connection < 4 and verdict == 3
        count = 0
        async with AsyncClient(fake.address) as client:
            async for verdict in client.submit(run, stream()):
                count += verdict.is_correct
                answered.put_nowait(1)
        return count

    assert asyncio.run(asyncio.wait_for(go(), 60)) == 20


def test_many_threads_share_a_client(fake: FakeOrchestrator) -> None:
    with Client(fake.address) as client:
        results: list[list[Verdict]] = [[] for _ in range(8)]

        def work(at: int) -> None:
            problem = math_problem(str(at))
            results[at] = client.judge(problem, ["C", "I"] * 20, "letters", timeout=60)

        threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    for result in results:
        assert [verdict.is_correct for verdict in result] == [True, False] * 20
    # One run for all.
    assert len(fake.runs) == 1


def test_watch_report_cancel_list(fake: FakeOrchestrator) -> None:
    with Client(fake.address) as client:
        run = client.create_run(["letters", "others"], id="mine", labels={"a": "b"})
        assert client.create_run(["letters", "others"], id="mine").id == "mine"
        with pytest.raises(AssayError) as raised:
            client.create_run("letters", id="mine")
        assert raised.value.code == "run_exists"
        assert client.report(run) == {"schema": "assay.report/v1", "level": 0}
        watch = client.watch(run, interval=0.01)
        assert next(watch).run.id == "mine"
        client.cancel("mine")
        assert [progress.run.state for progress in watch][-1] == 3
        assert [each.id for each in client.runs()] == ["mine"]
        assert [each.name for each in client.verifiers()] == ["letters"]


def test_large_and_odd_texts_arrive(fake: FakeOrchestrator) -> None:
    texts = ["C" + "x" * (1 << 20)] * 3 + ["C\ud800", "C\0", "", "C\ud83d\ude00"]
    with Client(fake.address) as client:
        verdicts = client.judge(custom_problem("k", {"a": [1, None]}), texts, "letters", timeout=60)
    assert [verdict.is_correct for verdict in verdicts] == [True] * 5 + [False, True]
    assert verdicts[3].answer == "C\ufffd"
    assert verdicts[6].answer == "C😀"


def test_problems_are_sent_once(fake: FakeOrchestrator) -> None:
    run = make_run(fake)
    one, two = math_problem("1", id="one"), math_problem("2", id="two")
    again = math_problem("1", id="one")
    with Client(fake.address) as client:
        stream = [(one, [Candidate("C", at)]) for at in range(3)]
        stream += [(two, [Candidate("C", 0)]), (again, [Candidate("C", 9)])]
        assert len(list(client.submit(run, stream))) == 5


def test_clients_are_pickled_as_their_settings(fake: FakeOrchestrator) -> None:
    client = Client(fake.address)
    client.judge(math_problem("1"), ["C"], "letters")
    copy = pickle.loads(pickle.dumps(client))
    assert copy.judge(math_problem("1"), ["C"], "letters")[0].is_correct
    assert fake.address in repr(client._settings)
    assert isinstance(pickle.loads(pickle.dumps(AssayError("a", "b", mend="c"))).mend, str)
