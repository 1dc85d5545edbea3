"""Verifiers as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grpc

from assay_client.proto import verifier_pb2 as pb

FOLDER = Path(__file__).resolve().parents[1]
ODD = FOLDER / "tests/odd_verifier.py"
TOLERANCE = FOLDER / "examples/tolerance.py"


class Verifier:
    """Started and ready; killed at the end of the block."""

    def __init__(self, program: Path, *flags: str) -> None:
        env = {**os.environ, "PYTHONPATH": str(FOLDER / "src")}
        self.process = subprocess.Popen(
            [sys.executable, str(program), *flags],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.log: list[str] = []
        stderr = self.process.stderr
        self._reader = threading.Thread(target=lambda: self.log.extend(stderr), daemon=True)
        self._reader.start()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(60)
            self._reader.join(5)
            raise RuntimeError(f"exit {self.process.returncode}: {''.join(self.log)}")
        self.ready: dict[str, Any] = json.loads(line)
        self.address: str = self.ready["address"]
        self.channel = grpc.insecure_channel(
            self.address, [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        )

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5)

    @property
    def pid(self) -> int:
        return self.process.pid

    def describe(self) -> pb.DescribeResponse:
        call = self.channel.unary_unary(
            "/assay.v1.Verifier/Describe",
            pb.DescribeRequest.SerializeToString,
            pb.DescribeResponse.FromString,
        )
        response: pb.DescribeResponse = call(pb.DescribeRequest(), timeout=30)
        return response

    def open(self, request: pb.VerifyRequest, timeout: float = 60, metadata: Any = ()) -> Any:
        call = self.channel.unary_stream(
            "/assay.v1.Verifier/Verify", pb.VerifyRequest.SerializeToString, pb.VerifyResponse.FromString
        )
        return call(request, timeout=timeout, metadata=metadata)

    def verify(
        self, texts: Sequence[str], problem: pb.Problem | None = None, **options: Any
    ) -> list[pb.Verdict]:
        """In the order of their indexes. Raises grpc.RpcError."""
        responses = self.open(ask(texts, problem), **options)
        verdicts = [verdict for response in responses for verdict in response.verdicts]
        return sorted(verdicts, key=lambda verdict: verdict.index)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def odd_problem(value: object = 1, id: str = "p") -> pb.Problem:
    return pb.Problem(id=id, custom=pb.Custom(kind="odd", json=json.dumps(value)))


def ask(texts: Sequence[str], problem: pb.Problem | None = None) -> pb.VerifyRequest:
    candidates = [pb.Candidate(index=index, text=text) for index, text in enumerate(texts)]
    return pb.VerifyRequest(problem=problem or odd_problem(), candidates=candidates)
