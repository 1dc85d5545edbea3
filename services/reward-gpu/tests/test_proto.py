"""The checked-in code is what the generator makes of the contract."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import generate  # noqa: E402


@pytest.mark.skipif(
    generate.installed() != generate.TOOLS_VERSION, reason=f"needs grpcio-tools {generate.TOOLS_VERSION}"
)
def test_generated_code_is_up_to_date() -> None:
    for name, text in generate.generate().items():
        assert (generate.GENERATED / name).read_text() == text, (
            f"{name} is out of date: run scripts/generate.py"
        )


def test_the_contract_is_the_one_that_is_here() -> None:
    from assay_reward.proto import verifier_pb2 as pb

    source = (generate.CONTRACT / "assay/v1/verifier.proto").read_text()
    for message in pb.DESCRIPTOR.message_types_by_name.values():
        assert f"message {message.name} {{" in source
        for field in message.fields:
            assert f" {field.name} = {field.number};" in source
    assert source.count("\nmessage ") == len(pb.DESCRIPTOR.message_types_by_name)
