"""Makes a verifier known to an orchestrator, again within every lease, until it is told to drain."""

from __future__ import annotations

import asyncio
import logging

import grpc
import grpc.aio

from ..proto import orchestrator_pb2 as opb
from ..wire import Settings, method

log = logging.getLogger(__name__)

_CALL_S = 5.0
_RETRY_S = 1.0


class Registration:
    def __init__(self, settings: Settings, orchestrator: str, address: str) -> None:
        self._settings = settings
        self._orchestrator = orchestrator
        self._address = address
        credentials, options = settings.credentials(), settings.options()
        if credentials is None:
            self._channel = grpc.aio.insecure_channel(orchestrator, options)
        else:
            self._channel = grpc.aio.secure_channel(orchestrator, credentials, options)
        self._known: bool | None = None
        self._task = asyncio.create_task(self._keep())

    async def drain(self) -> None:
        """Takes the verifier out of the orchestrator's service."""
        self._task.cancel()
        if self._known:
            try:
                await self._call(drain=True)
            except grpc.RpcError as error:
                log.warning(
                    "the orchestrator was not told of the drain", extra={"fields": {"error": error.details()}}
                )
        await self._channel.close()

    async def _keep(self) -> None:
        said = {"orchestrator": self._orchestrator, "address": self._address}
        while True:
            pause = _RETRY_S
            try:
                # A third of the lease: two registrations may be lost before the verifier is forgotten.
                pause = max(_RETRY_S, await self._call() / 3)
                if self._known is not True:
                    log.info("registered", extra={"fields": said})
                self._known = True
            except grpc.RpcError as error:
                if self._known is not False:
                    log.warning(
                        "not registered; trying again", extra={"fields": {**said, "error": error.details()}}
                    )
                self._known = False
            await asyncio.sleep(pause)

    async def _call(self, drain: bool = False) -> int:
        """Seconds of the lease."""
        register = self._channel.unary_unary(
            method("RegisterVerifier"),
            opb.RegisterVerifierRequest.SerializeToString,
            opb.RegisterVerifierResponse.FromString,
        )
        request = opb.RegisterVerifierRequest(address=self._address, drain=drain)
        response = await register(request, timeout=_CALL_S, metadata=self._settings.metadata())
        return int(response.lease_s)
