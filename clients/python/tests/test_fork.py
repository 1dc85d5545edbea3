"""Forked and spawned workers: they judge, or say why they cannot; they never hang."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import SOURCE, FakeOrchestrator, until

SCRIPT = """
import asyncio, multiprocessing, os, sys
from assay_client import AssayError, AsyncClient, Client, math_problem
from assay_client.rewards.trl import TRLReward

address, method, used = sys.argv[1:]
reward = TRLReward(address, verifier="letters", gold="a", timeout=20)

def work(_):
    try:
        return reward(["p"] * 2, ["C", "I"], a=["1"] * 2)
    except AssayError as error:
        return error.code

async def once():
    async with AsyncClient(address) as client:
        return await client.judge(math_problem("1"), ["C"], "letters")

if __name__ == "__main__":
    if used == "sync":
        assert reward(["p"], ["C"], a=["1"]) == [1]
    elif used == "asyncio":
        asyncio.run(once())
    with multiprocessing.get_context(method).Pool(2) as pool:
        print(pool.map_async(work, range(4)).get(60))
    if used == "sync":
        assert reward(["p"], ["C"], a=["1"]) == [1]
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.parametrize(
    ("method", "used", "support", "expected"),
    [
        ("fork", "not", "", [1.0, 0.0]),
        ("fork", "sync", "", [1.0, 0.0]),
        ("fork", "sync", "0", "forked"),
        ("fork", "asyncio", "", "forked"),
        ("spawn", "sync", "", [1.0, 0.0]),
        ("spawn", "asyncio", "0", [1.0, 0.0]),
    ],
)
def test_workers(
    fake: FakeOrchestrator, tmp_path: Path, method: str, used: str, support: str, expected: object
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    env = {**os.environ, "PYTHONPATH": SOURCE}
    env.pop("GRPC_ENABLE_FORK_SUPPORT", None)
    if support:
        env["GRPC_ENABLE_FORK_SUPPORT"] = support
    command = [sys.executable, str(script), fake.address, method, used]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.strip() == str([expected] * 4), done.stderr


OWNER = """
import os, sys, time
import assay_client

assay_client.start()
fork = os.fork()
if fork:
    print(fork, flush=True)
time.sleep(600)
"""

SERVER = """#!/bin/sh
trap 'echo > "$0.ended"; exit' TERM
echo '{"address": "127.0.0.1:1"}'
while :; do sleep 0.1; done
"""


def test_a_server_ends_with_its_owner_though_a_fork_lives_on(tmp_path: Path) -> None:
    command = tmp_path / "assay"
    command.write_text(SERVER)
    command.chmod(0o755)
    env = {**os.environ, "PYTHONPATH": SOURCE, "ASSAY_HOME": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", OWNER], env=env, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        fork = int(owner.stdout.readline())
        try:
            owner.kill()
            until((tmp_path / "assay.ended").exists, "the server has ended")
        finally:
            os.kill(fork, signal.SIGKILL)
