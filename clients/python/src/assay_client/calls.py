"""Calls of the sync client, each tried again elsewhere where it fails by the way."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import grpc

from .channels import Channels
from .errors import AssayError, error_of, reason_of
from .feed import Feed
from .proto import orchestrator_pb2 as opb
from .retry import Retry
from .values import Problem, Verdict, verdict_of
from .wire import UNARY, Settings, method

log = logging.getLogger(__name__)
_Response = TypeVar("_Response")


class Calls:
    """What a client is beneath its methods. Pickled, it is its settings."""

    def _start(self, settings: Settings) -> None:
        self._settings = settings
        self._channels = Channels(settings)
        #: Where the last call went through.
        self._preferred = 0
        #: Addresses, and runs that are there.
        self._created: set[tuple[str, str]] = set()

    def __getstate__(self) -> Settings:
        return self._settings

    def __setstate__(self, settings: Settings) -> None:
        self._start(settings)

    def _channel(self, address: str) -> grpc.Channel:
        self._own()
        return self._channels.get(address)

    def _own(self) -> None:
        """A forked child starts anew: a lock may have been held, and runs number problems."""
        if not self._channels.is_own:
            self._channels.abandon()
            self._start(self._settings)

    def _once(self, name: str, request: Any, retry: Retry) -> Any:
        kind, answer = UNARY[name]
        call = self._channel(retry.address).unary_unary(
            method(name), kind.SerializeToString, answer.FromString
        )
        return call(request, timeout=retry.call_s(), metadata=self._settings.metadata())

    def _unary(self, name: str, request: Any, _answer: type[_Response]) -> _Response:
        retry = Retry(self._settings, self._settings.timeout_s, self._preferred)
        while True:
            try:
                response: _Response = self._once(name, request, retry)
                self._preferred = retry.at
                return response
            except grpc.RpcError as error:
                time.sleep(retry.failed(error))

    def _submit(
        self,
        run: str,
        verifiers: int,
        stream: Iterable[tuple[Problem, Sequence[Any]]],
        complete: bool,
        timeout: float | None,
        most_pending: int,
        create: opb.CreateRunRequest | None = None,
    ) -> Iterator[list[Verdict]]:
        feed = Feed(run, verifiers, stream, complete, most_pending)
        retry = Retry(self._settings, timeout, self._preferred)
        while True:
            call = None
            try:
                if create is not None and (retry.address, run) not in self._created:
                    self._once("CreateRun", create, retry)
                    self._created.add((retry.address, run))
                submit = self._channel(retry.address).stream_stream(
                    method("Submit"), opb.SubmitRequest.SerializeToString, opb.SubmitResponse.FromString
                )
                requests = feed.connect()
                call = submit(requests, timeout=retry.left_s(), metadata=self._settings.metadata())
                feed.on_failure(call.cancel)
                for response in call:
                    fresh = feed.take(response.verdicts)
                    retry.progress()
                    self._preferred = retry.at
                    if fresh:
                        yield [verdict_of(verdict) for verdict in fresh]
                feed.raise_failure()
                if feed.done:
                    return
                pause = retry.wait(
                    AssayError("verdicts_missing", "The orchestrator ended without all verdicts.")
                )
            except grpc.RpcError as error:
                feed.raise_failure()
                if create is not None and reason_of(error) == "run_unknown":
                    # Another store: the run is made there, too.
                    self._created.discard((retry.address, run))
                    pause = retry.wait(error_of(error, retry.address))
                else:
                    pause = retry.failed(error)
            finally:
                feed.disconnect()
                cancel(call)
            log.info("run %s: %d candidates are sent again to %s", run, feed.pending, retry.address)
            time.sleep(pause)


def cancel(call: Any) -> None:
    if call is not None:
        call.cancel()
