"""With a real orchestrator: the same verdicts as everywhere, training loops that bear deaths, takeover."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from serving import TOLERANCE, Verifier

import assay_client
from assay_client import AssayError, Client, Problem, Status, custom_problem, math_problem, start
from assay_client.child import find_command
from assay_client.rewards.trl import TRLReward

EXAMPLES = ROOT / "examples/math"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EXAMPLES / name).read_text().splitlines()]


def test_verdicts_are_those_of_the_typescript_client(orchestrator: assay_client.Assay) -> None:
    """expected.jsonl is what test/golden holds `assay run` to, which uses the TypeScript client."""
    letters = {Status.CORRECT: "C", Status.INCORRECT: "I"}
    with orchestrator.client() as client:
        problems = [
            math_problem(row["gold"], id=row["id"], prompt=row["prompt"]) for row in rows("problems.jsonl")
        ]
        items = [
            (problem, row["samples"]) for problem, row in zip(problems, rows("problems.jsonl"), strict=True)
        ]
        judged = client.judge_many(items, "math", timeout=100)
        found = {
            problem.id: "".join(letters[verdict.status] for verdict in verdicts if verdict.status)
            for problem, verdicts in zip(problems, judged, strict=True)
        }
        assert found == {row["id"]: row["verdicts"] for row in rows("expected.jsonl")}
        run = client.create_run("math", labels={"source": "examples"})
        verdicts = list(client.submit(run, items, complete=True, timeout=100))
        assert len(verdicts) == sum(len(samples) for _, samples in items)
        assert all(
            verdict.status and letters[verdict.status] == found[verdict.problem][verdict.candidate]
            for verdict in verdicts
        )
        assert [progress.run.state for progress in client.watch(run, timeout=30)][-1] == 2
        report = client.report(run)
    assert report["schema"] == "assay.report/v1"


def test_errors_have_the_orchestrators_codes(orchestrator: assay_client.Assay) -> None:
    with orchestrator.client() as client:
        for code, ask in (
            ("run_unknown", lambda: client.report("nobody")),
            ("run_unknown", lambda: client.progress("nobody")),
            ("invalid_run", lambda: client.create_run("math", id="a/b")),
        ):
            with pytest.raises(AssayError) as raised:
                ask()
            assert raised.value.code == code
        run = client.create_run("math")
        two = [(math_problem("1", id="p"), ["1"]), (math_problem("2", id="p"), ["2"])]
        with pytest.raises(AssayError) as raised:
            list(client.submit(run, two, timeout=30))
        assert raised.value.code == "problem_differs"


def tolerance(row: Any) -> Problem:
    return custom_problem("tolerance", {"value": row["value"], "within": 0.5}, prompt=row["prompt"])


def test_a_training_loop_bears_the_death_of_a_replica() -> None:
    """64 prompts × 16 completions, two replicas, one killed in the middle."""
    prompts = [f"What is {number}?" for number in range(64) for _ in range(16)]
    values = [number for number in range(64) for _ in range(16)]
    with (
        Verifier(TOLERANCE, "--slots", "1") as one,
        Verifier(TOLERANCE, "--slots", "1") as two,
        start(verifier_addresses=[one.address, two.address]) as running,
    ):
        reward = TRLReward(
            running.address, verifier="tolerance", problem=tolerance, timeout=100, missing="none"
        )
        for step in range(3):
            texts = [
                f"step {step}: {values[at] + at % 2} at {at} is {values[at] + at % 2}" for at in range(1024)
            ]
            if step == 1:
                threading.Timer(0.1, two.process.kill).start()
            rewards = reward(prompts, texts, value=values)
            assert rewards == [1.0, 0.0] * 512, f"step {step}"
        assert two.process.wait(30) == -signal.SIGKILL


def test_a_training_loop_bears_the_death_of_its_orchestrator(tmp_path: Path) -> None:
    """Another takes over, on the same store; every verdict comes once."""
    store = str(tmp_path / "store.db")
    with Verifier(TOLERANCE, "--slots", "2") as verifier:
        first = start(verifier_addresses=[verifier.address], store=store)
        second: list[assay_client.Assay] = []
        address = free_port()

        def succeed() -> None:
            os.killpg(first._process.pid, signal.SIGKILL)
            second.append(start(verifier_addresses=[verifier.address], store=store, port=address))

        try:
            with Client([first.address, f"127.0.0.1:{address}"]) as client:
                run = client.create_run("tolerance")
                items = (
                    (
                        custom_problem("tolerance", {"value": number, "within": 0}, id=f"p{number}"),
                        [str(number), "x"] * 8,
                    )
                    for number in range(64)
                )
                seen: list[tuple[str, int]] = []
                killer = threading.Thread(target=succeed)
                for verdict in client.submit(run, items, complete=True, most_pending=64, timeout=100):
                    assert verdict.is_correct == (verdict.candidate % 2 == 0)
                    seen.append((verdict.problem, verdict.candidate))
                    if len(seen) == 300:
                        killer.start()
                killer.join(60)
                assert len(seen) == len(set(seen)) == 1024
                assert client.report(run)["schema"] == "assay.report/v1"
        finally:
            first.close()
            for each in second:
                each.close()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, assay_client\n"
        "running = assay_client.start()\n"
        "print(running._process.pid, running.address, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(assay_client.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=100, check=False
    )
    pid, address = done.stdout.split()
    for _ in range(600):
        if not group_lives(int(pid)):
            break
        time.sleep(0.05)
    assert not group_lives(int(pid))
    with Client(address, patience=0.2) as client, pytest.raises(AssayError):
        client.runs()


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(AssayError) as raised:
        start(["no-such-verifier"])
    assert raised.value.code == "assay_start"
    assert "no-such-verifier" in str(raised.value)
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    with pytest.raises(AssayError) as raised:
        find_command()
    assert raised.value.code == "assay_missing"
