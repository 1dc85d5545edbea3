"""Tokens and TLS: what leaves this machine is protected, and no error shows a secret."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from pathlib import Path

import grpc
import pytest
from fakes import FakeOrchestrator
from serving import TOLERANCE, Verifier

from assay_client import TLS, AssayError, Client
from assay_client.proto import verifier_pb2 as pb

TOKEN = "assay_0123456789abcdef"


def test_the_token_goes_with_each_call(
    fake: FakeOrchestrator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client(fake.address, token=TOKEN).runs()
    assert fake.metadata[-1]["authorization"] == f"Bearer {TOKEN}"
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}one\nmore")
    monkeypatch.setenv("ASSAY_TOKEN_FILE", str(file))
    client = Client(fake.address)
    client.runs()
    assert fake.metadata[-1]["authorization"] == f"Bearer {TOKEN}one"
    file.write_text(f"{TOKEN}two")
    client.runs()
    assert fake.metadata[-1]["authorization"] == f"Bearer {TOKEN}two"


def test_nothing_secret_leaves_in_plain_text() -> None:
    for options in ({"token": TOKEN}, {"token": TOKEN, "insecure": True}, {}):
        with pytest.raises(AssayError) as raised:
            Client("assay.example:7700", **options)
        assert raised.value.code == "plain_text"
        assert TOKEN not in str(raised.value)
    Client("assay.example:7700", insecure=True)
    Client("assay.example:7700", token=TOKEN, tls=True)


@pytest.mark.parametrize("token", ["short", f"{TOKEN}\n", "a b" * 10, "ü" * 20])
def test_bad_tokens_are_told_and_not_shown(token: str) -> None:
    with pytest.raises(AssayError) as raised:
        Client("127.0.0.1:1", token=token)
    assert raised.value.code == "bad_token"
    assert token not in str(raised.value)
    assert TOKEN not in repr(Client("127.0.0.1:1", token=TOKEN)._settings)


@pytest.mark.parametrize("address", ["", [], "host", "host:99999", "host:x"])
def test_bad_addresses_are_told(address: str | list[str]) -> None:
    with pytest.raises(AssayError) as raised:
        Client(address)
    assert raised.value.code == "usage"


def test_tls_both_ways(tmp_path: Path) -> None:
    authority = _certificate(tmp_path, "authority", None)
    server, client = (_certificate(tmp_path, name, authority) for name in ("server", "client"))
    credentials = grpc.ssl_server_credentials(
        [(server[1].read_bytes(), server[0].read_bytes())],
        authority[0].read_bytes(),
        require_client_auth=True,
    )
    fake = FakeOrchestrator()
    fake.start(credentials)
    try:
        tls = TLS(str(authority[0]), str(client[0]), str(client[1]), server_name="localhost")
        with Client(fake.address, tls=tls, token=TOKEN) as connected:
            assert connected.runs() == []
        for other in (str(authority[0]), None):
            with Client(fake.address, tls=other or True, patience=0.2) as stranger, pytest.raises(AssayError):
                stranger.runs()
        with pytest.raises(AssayError, match="Cannot read"):
            Client(fake.address, tls=TLS(ca="/no/such")).runs()
        with pytest.raises(AssayError, match="come together"):
            Client(fake.address, tls=TLS(cert="/no/such"))
    finally:
        fake.stop()


def _certificate(folder: Path, name: str, authority: tuple[Path, Path] | None) -> tuple[Path, Path]:
    """Certificate and key, made by openssl."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    signed = [] if authority is None else ["-CA", str(authority[0]), "-CAkey", str(authority[1])]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", f"/CN={name}", *signed]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return cert, key


def test_verifiers_are_as_careful(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)exit 2: .*--insecure"):
        Verifier(TOLERANCE, "--host", "0.0.0.0")
    with pytest.raises(RuntimeError, match=r"(?s)exit 2: .*come together"):
        Verifier(TOLERANCE, "--tls-cert", "/no/such")
    file = tmp_path / "tokens"
    file.write_text("no json: " + TOKEN)
    with pytest.raises(RuntimeError, match=r"(?s)exit 2: .*line 1") as raised:
        Verifier(TOLERANCE, "--tokens", str(file))
    assert TOKEN not in str(raised.value)
    entries = {f"{TOKEN}1": ["verify"], f"{TOKEN}2": ["read"]}
    lines = [
        json.dumps({"sha256": sha256(token.encode()).hexdigest(), "tenant": "t", "rights": rights})
        for token, rights in entries.items()
    ]
    file.write_text("\n".join(lines))
    request = pb.VerifyRequest(
        problem=pb.Problem(custom=pb.Custom(kind="tolerance", json='{"value": 1, "within": 0}')),
        candidates=[pb.Candidate(text="1")],
    )
    with Verifier(TOLERANCE, "--slots", "1", "--tokens", str(file)) as verifier:
        for token, code in (("", "UNAUTHENTICATED"), (f"{TOKEN}2", "PERMISSION_DENIED"), (f"{TOKEN}1", "OK")):
            metadata = (("authorization", f"Bearer {token}"),) if token else ()
            call = verifier.open(request, metadata=metadata)
            if code == "OK":
                assert next(call).verdicts[0].status == pb.CORRECT
            assert call.code().name == code
        file.write_text(lines[1])
        assert verifier.open(request, metadata=metadata).code().name == "UNAUTHENTICATED"


def test_a_verifier_in_tls(tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path, "server", None)
    flags = ("--slots", "1", "--tls-cert", str(cert), "--tls-key", str(key), "--tls-client-ca", str(cert))
    with Verifier(TOLERANCE, *flags) as verifier:
        with pytest.raises(grpc.RpcError):
            verifier.describe()
        credentials = grpc.ssl_channel_credentials(cert.read_bytes(), key.read_bytes(), cert.read_bytes())
        options = [("grpc.ssl_target_name_override", "localhost")]
        verifier.channel.close()
        verifier.channel = grpc.secure_channel(verifier.address, credentials, options)
        assert verifier.describe().name == "tolerance"
