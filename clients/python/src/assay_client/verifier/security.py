"""Who may call a verifier, and over what: TLS, and tokens as `assay token new` writes their file."""

from __future__ import annotations

import argparse
import contextlib
import hmac
import json
import os
import re
from hashlib import sha256
from pathlib import Path

import grpc

from ..wire import is_loopback
from .request import Refusal

_BEARER = re.compile(r"(?i:bearer) ([\x21-\x7e]{1,512})")


class SecurityError(ValueError):
    """Flags or files that cannot be used; the message says how to mend it, and shows no secret."""


def server_credentials(options: argparse.Namespace) -> grpc.ServerCredentials | None:
    """None: plain text, on this machine or where that was asked for. Raises SecurityError."""
    cert, key, client_ca = options.tls_cert, options.tls_key, options.tls_client_ca
    if (cert is None) != (key is None):
        raise SecurityError("a certificate and its key come together: give both --tls-cert and --tls-key")
    if cert is None:
        if client_ca is not None:
            raise SecurityError("--tls-client-ca needs TLS: give --tls-cert and --tls-key, too")
        if not options.insecure and not is_loopback(options.host):
            raise SecurityError(
                f"whoever is on the way to {options.host} could read and change everything: "
                "give --tls-cert and --tls-key, listen on 127.0.0.1, "
                "or say --insecure where the network is trusted"
            )
        return None
    authorities = None if client_ca is None else _read(client_ca)
    return grpc.ssl_server_credentials(
        [(_read(key), _read(cert))], authorities, require_client_auth=authorities is not None
    )


class Tokens:
    """Hashes of tokens, and who of them may verify; read again as the file changes. Raises SecurityError."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._entries: list[tuple[bytes, bool]] = []
        self._refresh()

    def check(self, authorization: str) -> None:
        """Raises Refusal."""
        if not authorization:
            details = "this needs a token: authorization: Bearer …"
            raise Refusal(grpc.StatusCode.UNAUTHENTICATED, details, "token_missing")
        # What was read before stays in use.
        with contextlib.suppress(SecurityError):
            self._refresh()
        match = _BEARER.fullmatch(authorization)
        given = sha256(match.group(1).encode()).digest() if match else b""
        # All are compared, so that the time tells nothing.
        may = [may for known, may in self._entries if hmac.compare_digest(given, known)]
        if not may:
            raise Refusal(grpc.StatusCode.UNAUTHENTICATED, "this token is not known", "token_unknown")
        if not any(may):
            details = "this needs the right verify, and the token has not"
            raise Refusal(grpc.StatusCode.PERMISSION_DENIED, details, "right_missing")

    def _refresh(self) -> None:
        try:
            stat = os.stat(self._file)
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                self._entries = [each for each in map(self._entry, enumerate(self._lines(), 1)) if each]
                self._stamp = stamp
        except OSError as cause:
            raise SecurityError(f"cannot read the tokens in {self._file}: {cause.strerror}") from cause

    def _lines(self) -> list[str]:
        return Path(self._file).read_text(encoding="utf-8", errors="replace").splitlines()

    def _entry(self, numbered: tuple[int, str]) -> tuple[bytes, bool] | None:
        number, line = numbered
        if not line.strip() or line.startswith("#"):
            return None
        try:
            entry = json.loads(line)
            rights = entry.get("rights", ["submit", "read"])
            known = bytes.fromhex(entry["sha256"])
        except (ValueError, KeyError, TypeError, AttributeError) as cause:
            # The line is not shown: it may be a token by mistake.
            raise SecurityError(f"{self._file}, line {number}: give {{sha256, tenant, rights}}") from cause
        return known, "verify" in rights or "admin" in rights


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as cause:
        raise SecurityError(f"cannot read {file}: {cause.strerror}") from cause
