"""Methods, channels and credentials: what the sync and the asyncio client share of gRPC."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from .errors import AssayError
from .proto import orchestrator_pb2 as opb

_TOKEN = re.compile(r"[\x21-\x7e]{16,512}")

#: Requests and responses of the methods of assay.v1.Orchestrator that answer once.
UNARY: dict[str, tuple[Any, Any]] = {
    "CreateRun": (opb.CreateRunRequest, opb.Run),
    "GetReport": (opb.GetReportRequest, opb.GetReportResponse),
    "ListRuns": (opb.ListRunsRequest, opb.ListRunsResponse),
    "ListVerifiers": (opb.ListVerifiersRequest, opb.ListVerifiersResponse),
    "CancelRun": (opb.CancelRunRequest, opb.Run),
}

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # A server that is gone without a word is found within 40 s.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    # When to try again is decided by the client.
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 2_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.use_local_subchannel_pool", 1),
)


def method(name: str) -> str:
    return f"/assay.v1.Orchestrator/{name}"


@dataclass(frozen=True)
class TLS:
    """
    Files in PEM form. Without `ca`: authorities that gRPC trusts. `cert` and `key`: where the server asks for
    them.
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    #: The name in the server's certificate, where it is not that of its address.
    server_name: str | None = None


@dataclass(frozen=True, repr=False)
class Settings:
    """How a client connects; what it is pickled as. Raises AssayError `usage`, `bad_token`, `plain_text`."""

    addresses: tuple[str, ...]
    tls: TLS | None = None
    token: str | Callable[[], str] | None = None
    insecure: bool = False
    timeout_s: float = 30.0
    patience_s: float = 60.0

    def __post_init__(self) -> None:
        if not self.addresses:
            raise AssayError("usage", "There is no address.", mend='Give "host:port", or a list of them.')
        for address in self.addresses:
            if not re.fullmatch(r".+:\d{1,5}", address) or int(address.rsplit(":", 1)[1]) > 65_535:
                raise AssayError("usage", f"{address!r} is no address.", mend='Give "host:port".')
            self._check_plain(address)
        if self.tls is not None and (self.tls.cert is None) != (self.tls.key is None):
            raise AssayError(
                "usage", "A certificate and its key come together.", mend="Give both, or neither."
            )
        self.metadata()

    def __repr__(self) -> str:
        return f"Settings({', '.join(self.addresses)})"

    @staticmethod
    def of(
        address: str | Sequence[str],
        tls: bool | str | TLS | None,
        token: str | Callable[[], str] | None,
        insecure: bool,
        timeout: float,
        patience: float,
        env: Mapping[str, str] = os.environ,
    ) -> Settings:
        """
        With what is not given from the environment: ASSAY_TOKEN, ASSAY_TOKEN_FILE, ASSAY_TLS_CA and so on.
        """
        addresses = (address,) if isinstance(address, str) else tuple(address)
        if tls is None and (
            env.get("ASSAY_TLS_CA") or env.get("ASSAY_TLS", "").lower() in ("1", "true", "yes")
        ):
            tls = True
        if isinstance(tls, str):
            tls = TLS(ca=tls)
        elif tls is True:
            names = ("ASSAY_TLS_CA", "ASSAY_TLS_CERT", "ASSAY_TLS_KEY", "ASSAY_TLS_SERVER_NAME")
            tls = TLS(*(env.get(name) or None for name in names))
        if token is None:
            file = env.get("ASSAY_TOKEN_FILE")
            token = env.get("ASSAY_TOKEN") or (TokenFile(file) if file else None)
        insecure = insecure or env.get("ASSAY_INSECURE", "").lower() in ("1", "true", "yes")
        return Settings(addresses, tls or None, token, insecure, timeout, patience)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What goes with each call. Raises AssayError `bad_token`, `bad_file`."""
        token = self.token() if callable(self.token) else self.token
        if token is None:
            return ()
        if not _TOKEN.fullmatch(token):
            raise AssayError(
                "bad_token", "The token is none: 16 to 512 letters, digits or marks, in one line."
            )
        return (("authorization", f"Bearer {token}"),)

    def credentials(self) -> grpc.ChannelCredentials | None:
        """None: plain text. Raises AssayError `bad_file`."""
        if self.tls is None:
            return None
        return grpc.ssl_channel_credentials(
            *(_read(file) for file in (self.tls.ca, self.tls.key, self.tls.cert))
        )

    def options(self) -> list[tuple[str, int | str]]:
        name = None if self.tls is None else self.tls.server_name
        return [*_OPTIONS, *([("grpc.ssl_target_name_override", name)] if name else [])]

    def _check_plain(self, address: str) -> None:
        if self.tls is not None or is_loopback(address.rsplit(":", 1)[0]):
            return
        if self.token is not None:
            raise AssayError(
                "plain_text",
                f"A token is not sent to {address} in plain text.",
                mend="Give tls=…: tokens leave this machine in TLS only.",
            )
        if not self.insecure:
            raise AssayError(
                "plain_text",
                f"Nothing is sent to {address} in plain text.",
                mend="Give tls=…, or insecure=True where the network is trusted.",
            )


@dataclass(frozen=True)
class TokenFile:
    """Reads the token anew for each call: the file may be replaced."""

    path: str

    def __call__(self) -> str:
        return (_read(self.path) or b"").decode("latin1").split("\n", 1)[0].rstrip("\r")


def is_loopback(host: str) -> bool:
    name = host.removeprefix("[").removesuffix("]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _read(file: str | None) -> bytes | None:
    if file is None:
        return None
    try:
        return Path(file).read_bytes()
    except OSError as cause:
        raise AssayError(
            "bad_file", f"Cannot read {file}: {cause.strerror}.", mend="Check the path."
        ) from cause
