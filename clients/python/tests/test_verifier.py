"""The kit: what a candidate does costs that candidate only, and the process does as flags and signals say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from fakes import FakeOrchestrator, until
from serving import ODD, TOLERANCE, Verifier, ask, odd_problem

from assay_client.proto import verifier_pb2 as pb
from assay_client.values import problem_digest
from assay_client.verifier import Definition, correct
from assay_client.verifier.definition import Limits, verdict_fault


@pytest.fixture(scope="module")
def odd() -> Iterator[Verifier]:
    with Verifier(ODD, "--slots", "2", "--candidate-timeout-ms", "1000", "--metrics-port", "0") as running:
        yield running


def brief(verdict: pb.Verdict) -> str:
    return (
        f"{pb.VerdictStatus.Name(verdict.status)} {verdict.reason}{' retryable' * verdict.retryable}".strip()
    )


def lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hang", "ERROR verifier_timeout retryable"),
        ("die 9", "ERROR verifier_crash retryable"),
        ("die 19", "ERROR verifier_timeout retryable"),
        ("exit", "ERROR verifier_crash retryable"),
        ("segfault", "ERROR verifier_crash retryable"),
        ("quit", "ERROR verifier_failure retryable"),
        ("raise two\nlines", "ERROR verifier_failure retryable"),
        ("nothing", "ERROR verifier_failure"),
        ("invalid", "ERROR verifier_failure"),
        ("large 3000000", "ERROR verifier_failure"),
        ("garbage", "ERROR verifier_timeout retryable"),
        ("undecided", "ERROR undecided"),
        ("lines", "INCORRECT own_reason"),
        ("print", "CORRECT"),
        ("large 1500000", "CORRECT"),
    ],
)
def test_a_candidate_costs_itself_only(odd: Verifier, text: str, expected: str) -> None:
    verdicts = odd.verify(["fine", text, *["fine"] * 20])
    assert [brief(verdict) for verdict in verdicts] == ["CORRECT", expected, *["CORRECT"] * 20]
    assert "\n" not in verdicts[1].message


def test_all_of_them_hang_and_others_go_on(odd: Verifier) -> None:
    verdicts = odd.verify([*["hang"] * 4, *["fine"] * 10])
    assert [brief(verdict) for verdict in verdicts[:4]] == ["ERROR verifier_timeout retryable"] * 4
    assert all(verdict.status == pb.CORRECT for verdict in verdicts[4:])


def test_bad_problems(odd: Verifier) -> None:
    verdicts = odd.verify(["fine", "fine"], odd_problem("bad"))
    assert [(brief(verdict), verdict.message) for verdict in verdicts] == [
        ("ERROR bad_problem", "the problem is bad")
    ] * 2
    assert [brief(verdict) for verdict in odd.verify(["fine"], odd_problem("hang"))] == [
        "ERROR verifier_timeout retryable"
    ]
    assert [brief(verdict) for verdict in odd.verify(["fine"])] == ["CORRECT"]


def test_context(odd: Verifier) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    problem = odd_problem(id="mine")
    (verdict,) = odd.verify(["context"], problem, metadata=(("traceparent", trace),))
    assert json.loads(verdict.message) == [problem_digest(problem), trace, "mine"]
    # Another id, the same content: judges must not mix them up.
    (verdict,) = odd.verify(["context"], odd_problem(2, id="mine"))
    assert json.loads(verdict.message)[0] == problem_digest(odd_problem(2))


def test_times(odd: Verifier) -> None:
    first, second, third = odd.verify(["sleep 0.3"] * 3)
    assert first.times.service_us >= 290_000
    assert max(verdict.times.queue_us for verdict in (first, second, third)) >= 290_000
    assert min(verdict.times.queue_us for verdict in (first, second, third)) < 290_000


def test_a_call_that_ends_frees_its_slots(odd: Verifier) -> None:
    call = odd.open(ask(["sleep 3600"] * 100))
    time.sleep(0.3)
    call.cancel()
    assert odd.verify(["fine"])[0].status == pb.CORRECT
    with pytest.raises(grpc.RpcError) as raised:
        odd.verify(["sleep 3600"] * 100, timeout=0.3)
    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert odd.verify(["fine"])[0].status == pb.CORRECT
    until(lambda: metric(odd, "assay_verifier_in_flight_candidates") == 0, "room comes back")


def metric(verifier: Verifier, name: str) -> float:
    address = next(json.loads(line)["metrics"] for line in verifier.log if '"ready"' in line)
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as response:
        text = response.read().decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def test_metrics_and_health(odd: Verifier) -> None:
    before = metric(odd, "assay_verifier_candidates_total")
    odd.verify(["fine", "lines"])
    assert metric(odd, "assay_verifier_candidates_total") == before + 2
    assert metric(odd, 'assay_verifier_candidates_total{reason="own_reason",status="INCORRECT"}') >= 1


def test_what_a_judge_started_ends_with_it(odd: Verifier, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    assert brief(odd.verify([f"child {file}"])[0]) == "ERROR verifier_timeout retryable"
    until(lambda: not lives(int(file.read_text())), "the grandchild ends")


def test_describe_and_ready_line() -> None:
    with Verifier(ODD, "--slots", "3", "--capacity", "40", "--max-batch", "20") as verifier:
        assert verifier.ready == {"ready": True, "address": verifier.address, "name": "odd", "version": "7"}
        described = verifier.describe()
        assert (described.slots, described.capacity, described.max_batch) == (3, 40, 20)
        assert (described.name, described.version, list(described.kinds)) == (
            "odd",
            "7",
            ["odd", "math_answer"],
        )
        assert described.candidate_timeout_ms == 30_000
        with pytest.raises(grpc.RpcError) as raised:
            verifier.verify(["fine"] * 21)
        assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        calls = [verifier.open(ask(["sleep 30"] * 20)) for _ in range(2)]
        time.sleep(0.5)
        with pytest.raises(grpc.RpcError) as raised:
            verifier.verify(["fine"])
        assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert dict(raised.value.trailing_metadata())["assay-reason"] == "full"
        for call in calls:
            call.cancel()


def test_drain() -> None:
    with Verifier(ODD, "--slots", "2", "--grace-ms", "20000") as verifier:
        call = verifier.open(ask(["sleep 0.5"] * 4))
        first = next(call)
        verifier.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        with pytest.raises(grpc.RpcError) as raised:
            verifier.verify(["fine"])
        assert raised.value.code() == grpc.StatusCode.UNAVAILABLE
        assert len(first.verdicts) + sum(len(response.verdicts) for response in call) == 4
        assert verifier.process.wait(60) == 0
    records = [json.loads(line) for line in verifier.log]
    assert [record["msg"] for record in records] == ["ready", "stopping", "draining"]


def test_a_drain_has_an_end() -> None:
    with Verifier(ODD, "--slots", "1", "--grace-ms", "200") as verifier:
        call = verifier.open(ask(["sleep 3600"]))
        until(lambda: any("ready" in line for line in verifier.log), "ready")
        time.sleep(0.3)
        assert verifier.stop() == 1
        assert call.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("end", ["kill", "stdin"])
def test_nothing_is_left(end: str) -> None:
    with Verifier(ODD, "--slots", "2", "--exit-with-parent") as verifier:
        pids = {int(verdict.message) for verdict in verifier.verify(["pid"] * 50)}
        verifier.open(ask(["hang"] * 2))
        time.sleep(0.5)
        if end == "kill":
            verifier.process.kill()
        else:
            assert verifier.process.stdin is not None
            verifier.process.stdin.close()
            verifier.process.send_signal(signal.SIGTERM)
        verifier.process.wait(60)
        until(lambda: not any(lives(pid) for pid in pids), "judges end")


def test_register(fake: FakeOrchestrator) -> None:
    with FakeOrchestrator() as other:
        both = (fake, other)
        addresses = ",".join(each.address for each in both)
        flags = ("--register", addresses, "--advertise", "verifier.example:7001", "--slots", "1")
        with Verifier(TOLERANCE, *flags) as verifier:
            until(lambda: all(each.registered for each in both), "registered")
            assert {each.registered[0].address for each in both} == {"verifier.example:7001"}
            assert verifier.stop() == 0
        assert all(each.registered[-1].drain for each in both)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--port", "x"], "whole number"),
        (["--slots", "0"], "whole number"),
        (["--capacity", "1"], "capacity 1 is less"),
        (["--register", "nowhere"], "HOST:PORT"),
        (["--register", "a:1", "--host", "0.0.0.0"], "--advertise"),
        (["--prot", "1"], "unrecognized"),
    ],
)
def test_bad_flags(flags: list[str], said: str) -> None:
    with pytest.raises(RuntimeError, match=rf"(?s)exit 2: .*{said}"):
        Verifier(TOLERANCE, *flags)


def test_a_taken_address() -> None:
    with Verifier(TOLERANCE, "--slots", "1") as verifier:
        port = verifier.address.split(":")[1]
        with pytest.raises(RuntimeError, match=r"(?s)exit 1: .*cannot listen"):
            Verifier(TOLERANCE, "--slots", "1", "--port", port)


def test_flags_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_VERIFIER_SLOTS", "1")
    monkeypatch.setenv("ASSAY_VERIFIER_CAPACITY", "300")
    with Verifier(TOLERANCE) as verifier:
        described = verifier.describe()
        assert (described.slots, described.capacity) == (1, 300)


def test_a_verifier_that_cannot_start(tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text(
        "from assay_client.verifier import Definition, correct, run_verifier\n"
        "def verify(problem, candidate, context): return correct()\n"
        "def prepare(): raise SystemExit('no licence')\n"
        "if __name__ == '__main__':\n"
        "    run_verifier(Definition(name='b', version='1', kinds=['b'], verify=verify, prepare=prepare))\n"
    )
    with pytest.raises(RuntimeError, match=r"(?s)exit 1: .*ended before it was ready"):
        Verifier(program, "--slots", "1")


def test_definitions_and_limits_are_checked() -> None:
    good = {"name": "a", "version": "1", "kinds": ["a"], "verify": lambda *_: correct()}
    for change in ({"name": "A"}, {"version": ""}, {"kinds": []}, {"kinds": "a"}, {"kinds": ["a-b"]}):
        with pytest.raises(ValueError, match=next(iter(change))[:4]):
            Definition(**{**good, **change})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="raise it"):
        Limits.of(slots=10, capacity=5)
    assert verdict_fault(pb.Verdict(status=pb.SCORED, score=1), decides=True) is not None
    assert verdict_fault(pb.Verdict(status=pb.SCORED, score=float("nan")), decides=False) is not None
    assert verdict_fault(pb.Verdict(status=pb.CORRECT, parts=[pb.Part(name="x")]), decides=True) is not None
    assert verdict_fault(correct(), decides=True) is None


def test_conformance() -> None:
    """The suite of this repository, the drain included."""
    command = os.path.join(os.environ["ASSAY_HOME"], "assay")
    problem = TOLERANCE.with_suffix(".json")
    with Verifier(TOLERANCE, "--slots", "2") as verifier:
        done = subprocess.run(
            [
                command,
                "conformance",
                verifier.address,
                "--pid",
                str(verifier.pid),
                "--problem",
                str(problem),
                "--json",
            ],
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    checks = json.loads(done.stdout)["results"]
    assert [check for check in checks if check["status"] != "pass"] == []
    assert done.returncode == 0
    assert len(checks) >= 33
