"""A model folder: config.json and safetensors. Nothing in it is run: no pickles, no remote code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

#: Bytes of each tensor that go into the revision: enough to tell one training from another of the same
#: shapes.
_SAMPLE = 4096

#: Types of weights that mean what they say; integers and eight-bit floats want scales that are not applied
#: here.
_FLOATS = ("BF16", "F16", "F32", "F64")


class CheckpointError(ValueError):
    """The folder is not a model that this engine scores with; says what is wrong and how to mend it."""


class Checkpoint:
    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).resolve()
        if not (self.path / "config.json").is_file():
            raise CheckpointError(
                f"{path} is no model folder (it has no config.json): download the model, name its folder"
            )
        self.name = self.path.name
        self.config = _json(self.path / "config.json")
        #: Shape of each tensor, by name.
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._files: dict[Path, list[str]] = {}
        self._headers: dict[Path, dict[str, Any]] = {}
        for file in self._find():
            header = _header(file)
            self._headers[file] = header
            self._files[file] = list(header)
            self.shapes |= {name: tuple(entry["shape"]) for name, entry in header.items()}

    def _find(self) -> list[Path]:
        index = self.path / "model.safetensors.index.json"
        if not index.is_file():
            if (self.path / "model.safetensors").is_file():
                return [self.path / "model.safetensors"]
            raise CheckpointError(
                f"{self.path} has no model.safetensors: pickled weights (.bin, .pt) can run code "
                "and are refused; convert them"
            )
        files = _json(index).get("weight_map")
        if not isinstance(files, dict) or not all(isinstance(name, str) for name in files.values()):
            raise CheckpointError(f"{index} has no weight_map of file names: download it again")
        names = sorted(set(files.values()))
        if outside := [
            name for name in names if Path(name).name != name or not name.endswith(".safetensors")
        ]:
            raise CheckpointError(f"{index} names files that are not safetensors beside it: {outside}")
        if lacking := [name for name in names if not (self.path / name).is_file()]:
            raise CheckpointError(f"{self.path} lacks {lacking}, which its index names: download it again")
        return [self.path / name for name in names]

    def revision(self) -> str:
        """SHA-256 over config.json and each tensor's name, type, shape and first bytes."""
        digest = hashlib.sha256(json.dumps(self.config, sort_keys=True).encode())
        for file, header in self._headers.items():
            with file.open("rb") as data:
                base = 8 + int.from_bytes(data.read(8), "little")
                for name, entry in sorted(header.items()):
                    begin, end = entry["data_offsets"]
                    data.seek(base + begin)
                    digest.update(json.dumps([name, entry["dtype"], entry["shape"]]).encode())
                    digest.update(data.read(min(_SAMPLE, end - begin)))
        return digest.hexdigest()

    def tensors(self, device: torch.device) -> Iterator[tuple[str, torch.Tensor]]:
        """Every tensor in its stored type, one after another, so that no more than one copy is held."""
        for file, names in self._files.items():
            with safe_open(file, framework="pt", device=str(device)) as data:
                for name in names:
                    yield name, data.get_tensor(name)

    def special_token(self, text: str) -> int | None:
        """Id of a token that the tokenizer's files add."""
        file = self.path / "tokenizer_config.json"
        added: Mapping[str, Any] = _json(file).get("added_tokens_decoder", {}) if file.is_file() else {}
        return next((int(id) for id, token in added.items() if token.get("content") == text), None)


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise CheckpointError(f"{file} is not JSON: {cause}") from cause
    if not isinstance(value, dict):
        raise CheckpointError(f"{file} is not a JSON object")
    return value


def _header(file: Path) -> dict[str, Any]:
    # The format: 8 bytes of length, little endian, then JSON (github.com/huggingface/safetensors, README).
    with file.open("rb") as data:
        size = int.from_bytes(data.read(8), "little")
        if size > 100_000_000:
            raise CheckpointError(f"{file} is not a safetensors file: its header would have {size} bytes")
        try:
            header = json.loads(data.read(size))
            header.pop("__metadata__", None)
            for name, entry in header.items():
                begin, end = entry["data_offsets"]
                if not 0 <= begin <= end or not all(size >= 0 for size in entry["shape"]):
                    raise ValueError(f"{name} has sizes below zero")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
            raise CheckpointError(f"{file} is not a safetensors file: {cause!r}") from cause
    if other := [f"{name} {e['dtype']}" for name, e in header.items() if e.get("dtype") not in _FLOATS]:
        raise CheckpointError(
            f"{file} holds tensors that are not {', '.join(_FLOATS)}: {'; '.join(other[:5])}: "
            "take the model's bf16 weights"
        )
    return dict(header)
