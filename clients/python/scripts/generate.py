"""Writes src/assay_client/proto/ anew from proto/assay/v1/: `python scripts/generate.py`.

Needs grpcio-tools of the version below, and no other: its code runs with protobuf 6 and 7. Only messages are
generated; methods are named in wire.py, which saves files that are bound to one version of grpcio.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

TOOLS_VERSION = "1.80.1"
FOLDER = Path(__file__).resolve().parents[1]
CONTRACT = FOLDER.parents[1] / "proto"
GENERATED = FOLDER / "src/assay_client/proto"
CONTRACTS = ("verifier", "orchestrator")


def installed() -> str:
    """Version of grpcio-tools; empty where there is none."""
    try:
        return version("grpcio-tools")
    except PackageNotFoundError:
        return ""


def generate() -> dict[str, str]:
    """The generated files, by name. Raises RuntimeError where the compiler finds a fault in the contracts."""
    from grpc_tools import protoc

    with TemporaryDirectory() as target:
        outputs = [f"--{kind}_out={target}" for kind in ("python", "pyi")]
        sources = [f"assay/v1/{name}.proto" for name in CONTRACTS]
        if protoc.main(["protoc", f"-I{CONTRACT}", *outputs, *sources]) != 0:
            raise RuntimeError(f"protoc refuses {CONTRACT}")
        files = sorted((Path(target) / "assay/v1").iterdir())
        # They import each other by the contract's folders; here they lie side by side.
        return {
            file.name: re.sub(r"^from assay\.v1 import", "from . import", file.read_text(), flags=re.M)
            for file in files
        }


if __name__ == "__main__":
    if installed() != TOOLS_VERSION:
        sys.exit(f"error: grpcio-tools {installed() or 'is missing'}. Install grpcio-tools=={TOOLS_VERSION}.")
    for name, text in generate().items():
        (GENERATED / name).write_text(text)
