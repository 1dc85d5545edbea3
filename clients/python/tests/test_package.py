"""What is built and shipped: generated code, the wheel, the README's examples."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from serving import FOLDER

import assay_client

sys.path.insert(0, str(FOLDER / "scripts"))

import generate

from assay_client.wire import UNARY


@pytest.mark.skipif(
    generate.installed() != generate.TOOLS_VERSION, reason=f"needs grpcio-tools {generate.TOOLS_VERSION}"
)
def test_generated_code_is_up_to_date() -> None:
    for name, text in generate.generate().items():
        assert (generate.GENERATED / name).read_text() == text, (
            f"{name} is out of date: run scripts/generate.py"
        )


def test_all_methods_of_the_contract_are_here() -> None:
    contract = (generate.CONTRACT / "assay/v1/orchestrator.proto").read_text()
    for name, request, response in re.findall(r"rpc (\w+)\((\w+)\) returns \((\w+)\)", contract):
        # Not the caller's; streams are matched by neither pattern.
        if name != "RegisterVerifier" and name in UNARY:
            kinds = UNARY[name]
            assert [kind.__name__ for kind in kinds] == [request, response]


def test_wheel_and_sdist(tmp_path: Path) -> None:
    """They hold what is needed, and nothing else is: the wheel works alone."""
    code = "from hatchling import build; print(build.build_wheel({0!r})); print(build.build_sdist({0!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code.format(str(tmp_path))],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    wheel, sdist = done.stdout.split()
    assert wheel == f"assay_client-{assay_client.__version__}-py3-none-any.whl"
    assert (tmp_path / sdist).stat().st_size > 10_000
    with zipfile.ZipFile(tmp_path / wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "wheel")
        entry = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert {"assay_client/py.typed", "assay_client/proto/verifier_pb2.py"} <= set(names)
    assert all(name.startswith(("assay_client/", "assay_client-")) for name in names)
    assert "assay_client = assay_client.inspect" in entry
    # Neither a trainer nor what verifiers need is loaded.
    loaded = (
        "import sys, assay_client;"
        "from assay_client.rewards import openrlhf, trl, verl;"
        "others = ('torch', 'trl', 'prometheus_client', 'inspect_ai');"
        "print([name for name in others if name in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "wheel")}
    done = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (FOLDER / "README.md").read_text(), flags=re.M | re.S)


def test_there_are_examples() -> None:
    assert len(blocks()) >= 5


@pytest.mark.parametrize("at", range(len(blocks())))
def test_examples_of_the_readme(at: int, orchestrator: assay_client.Assay, tmp_path: Path) -> None:
    """Each runs alone, with the addresses of what is running here."""
    code = blocks()[at].replace("127.0.0.1:7700", orchestrator.address)
    if "inspect_ai" in code:
        pytest.importorskip("inspect_ai")
    script = tmp_path / "example.py"
    script.write_text(code)
    env = {**os.environ, "PYTHONPATH": str(FOLDER / "src"), "ASSAY_VERIFIER_EXIT_WITH_PARENT": "1"}
    env["ASSAY_HOME"] = os.environ.get("ASSAY_HOME", str(ROOT))
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=env,
        # A verifier of an example ends at once, as its standard input does.
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
