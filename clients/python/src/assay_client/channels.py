"""Connections of the sync client: one for each address, made when first needed, by each process its own."""

from __future__ import annotations

import os
import threading

import grpc

from . import forking
from .wire import Settings

#: A parent's, which a child can neither use nor close: kept, so that nothing tries to.
_abandoned: list[dict[str, grpc.Channel]] = []


class Channels:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._channels: dict[str, grpc.Channel] = {}

    @property
    def is_own(self) -> bool:
        """Of this process, and not of one that it was forked from."""
        return self._pid == os.getpid()

    def get(self, address: str) -> grpc.Channel:
        """Raises AssayError `forked`, `bad_file`."""
        forking.enter("sync")
        with self._lock:
            channel = self._channels.get(address)
            if channel is None:
                credentials, options = self._settings.credentials(), self._settings.options()
                if credentials is None:
                    channel = grpc.insecure_channel(address, options)
                else:
                    channel = grpc.secure_channel(address, credentials, options)
                self._channels[address] = channel
        return channel

    def close(self) -> None:
        with self._lock:
            channels, self._channels = self._channels, {}
        for channel in channels.values():
            channel.close()

    def abandon(self) -> None:
        _abandoned.append(self._channels)
