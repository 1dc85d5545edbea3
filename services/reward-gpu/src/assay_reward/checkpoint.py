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
        self.config: dict[str, Any] = _json(self.path / "config.json")
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
        names = sorted(set(_json(index)["weight_map"].values()))
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


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as cause:
        raise CheckpointError(f"{file} is not JSON: {cause}") from cause


def _header(file: Path) -> dict[str, Any]:
    # The format: 8 bytes of length, little endian, then JSON (github.com/huggingface/safetensors, README).
    with file.open("rb") as data:
        size = int.from_bytes(data.read(8), "little")
        if size > 100_000_000:
            raise CheckpointError(f"{file} is not a safetensors file: its header would have {size} bytes")
        try:
            header = json.loads(data.read(size))
        except ValueError as cause:
            raise CheckpointError(f"{file} is not a safetensors file: {cause}") from cause
    header.pop("__metadata__", None)
    return dict(header)
