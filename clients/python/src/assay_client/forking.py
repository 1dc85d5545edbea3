"""Forks: gRPC's threads do not live on in a child, and what they held hangs there.

gRPC lets a child make new connections where GRPC_ENABLE_FORK_SUPPORT was set when it was loaded, and not
where asyncio was in use (https://github.com/grpc/grpc/blob/master/doc/fork_support.md). This is imported
before gRPC is.
"""

from __future__ import annotations

import os
import sys

if "grpc" not in sys.modules:
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "1")
_SUPPORTED = os.environ.get("GRPC_ENABLE_FORK_SUPPORT", "").lower() in ("1", "true", "yes")

#: What this process, and what a process that it was forked from, has used: `sync`, `asyncio`.
_used: set[str] = set()
_inherited: set[str] = set()


def enter(kind: str) -> None:
    """
    To be called before connections of that kind are made. Raises AssayError `forked` where they would hang.
    """
    from .errors import AssayError

    if _inherited and (kind == "asyncio" or "asyncio" in _inherited or not _SUPPORTED):
        raise AssayError(
            "forked",
            "gRPC was in use before this process was forked, and would hang in it.",
            mend="Fork before the first call, start workers by spawn, or use Client on both sides with "
            "GRPC_ENABLE_FORK_SUPPORT=1 set before gRPC is imported.",
        )
    _used.add(kind)


def _after_fork() -> None:
    _inherited.update(_used)
    _used.clear()


os.register_at_fork(after_in_child=_after_fork)
