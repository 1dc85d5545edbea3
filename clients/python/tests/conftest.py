"""For all tests: hypothesis leaves nothing in the repository, whose assay command is the one in use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeOrchestrator
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

import assay_client

ROOT = Path(__file__).resolve().parents[3]
os.environ.setdefault("ASSAY_HOME", str(ROOT))
for name in [name for name in os.environ if name.startswith(("ASSAY_TLS", "ASSAY_TOKEN", "ASSAY_VERIFIER"))]:
    del os.environ[name]

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")
settings.register_profile("assay", database=None, deadline=None, max_examples=25)
settings.load_profile("assay")


@pytest.fixture
def fake() -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator() as orchestrator:
        yield orchestrator


@pytest.fixture(scope="session")
def orchestrator() -> Iterator[assay_client.Assay]:
    """A real one, with the math verifier."""
    with assay_client.start(["math"]) as running:
        yield running
