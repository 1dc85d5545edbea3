"""Writes src/assay_reward/proto/ anew from proto/assay/v1/verifier.proto: `python scripts/generate.py`.

Needs grpcio-tools of the version below, and no other: its code runs with protobuf 6 and 7. Only messages are generated;
the two methods are named in service.py, which saves a second file that is bound to one version of grpcio.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

TOOLS_VERSION = "1.80.1"
FOLDER = Path(__file__).resolve().parents[1]
CONTRACT = FOLDER.parents[1] / "proto"
GENERATED = FOLDER / "src/assay_reward/proto"
FILES = ("verifier_pb2.py", "verifier_pb2.pyi")


def installed() -> str:
    """Version of grpcio-tools; empty where there is none."""
    try:
        return version("grpcio-tools")
    except PackageNotFoundError:
        return ""


def generate() -> dict[str, str]:
    """The generated files, by name. Raises RuntimeError where the compiler finds a fault in the contract."""
    from grpc_tools import protoc

    with TemporaryDirectory() as target:
        outputs = [f"--{kind}_out={target}" for kind in ("python", "pyi")]
        if protoc.main(["protoc", f"-I{CONTRACT}", *outputs, "assay/v1/verifier.proto"]) != 0:
            raise RuntimeError(f"protoc refuses {CONTRACT / 'assay/v1/verifier.proto'}")
        return {name: (Path(target) / "assay/v1" / name).read_text() for name in FILES}


if __name__ == "__main__":
    if installed() != TOOLS_VERSION:
        sys.exit(f"error: grpcio-tools {installed() or 'is missing'}. Install grpcio-tools=={TOOLS_VERSION}.")
    for name, text in generate().items():
        (GENERATED / name).write_text(text)
