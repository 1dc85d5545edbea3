"""Errors that a user can act on."""

from __future__ import annotations

from collections.abc import Iterable

import grpc

REASON_TRAILER = "assay-reason"


class AssayError(Exception):
    """An error with a stable `code` (as the TypeScript client's), what is wrong, and how to mend it."""

    def __init__(self, code: str, message: str, *, mend: str | None = None) -> None:
        super().__init__(message if mend is None else f"{message}\n  {mend}")
        self.code = code
        self.mend = mend
        #: Without the remedy.
        self.message = message

    def __reduce__(self) -> tuple[object, ...]:
        return _remade, (self.code, self.message, self.mend)


def _remade(code: str, message: str, mend: str | None) -> AssayError:
    return AssayError(code, message, mend=mend)


def reason_of(error: grpc.RpcError) -> str | None:
    """The reason code that a gRPC error carries, if any."""
    trailers: Iterable[tuple[str, str | bytes]] = error.trailing_metadata() or ()  # type: ignore[assignment]
    return next((str(value) for key, value in trailers if key == REASON_TRAILER), None)


def is_broken(error: grpc.RpcError) -> bool:
    """Whether the connection or the server broke, so that another try, perhaps elsewhere, may do better."""
    code = error.code()
    if code == grpc.StatusCode.UNAVAILABLE:
        return True
    if reason_of(error) is not None:
        return False
    details = error.details() or ""
    # Streams that a dying server resets, and messages that find their call ended, are told by texts alone.
    texts = ("RST_STREAM", "Stream removed", "Internal error from Core")
    broken = any(text in details for text in texts)
    return broken and code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED)


def error_of(error: grpc.RpcError, address: str) -> AssayError:
    """What a failed call means."""
    details = error.details() or "no answer"
    code = error.code()
    if code == grpc.StatusCode.UNAVAILABLE:
        return AssayError(
            "orchestrator_unreachable",
            f"No orchestrator answers at {address}: {details}",
            mend="Start one with: assay serve. What it had acknowledged is kept.",
        )
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return AssayError("timeout", f"No answer from {address} in time.", mend="Give a longer timeout.")
    return AssayError(reason_of(error) or "orchestrator_failed", details)
