"""A served verifier: gRPC (Verifier, health, reflection), limits, metrics, drain."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from ..proto import verifier_pb2 as pb
from .call import Call, responses
from .definition import Definition, Limits
from .metrics import Metrics, serve_http
from .pool import Pool
from .request import Problems, Refusal, check_candidates, problem_of
from .security import Tokens

log = logging.getLogger(__name__)

SERVICE = "assay.v1.Verifier"
_FAREWELL_S = 0.5


class BindError(OSError):
    """The address is taken, or is none."""


class Server:
    """Serves one definition from `start` to `drain`, in the event loop that called `start`."""

    #: host:port, once started.
    address: str
    metrics_address: str | None = None

    def __init__(
        self,
        definition: Definition,
        limits: Limits,
        tokens: Tokens | None = None,
        max_connection_age_ms: int | None = None,
    ) -> None:
        """`tokens`: callers must show one; health and reflection are open."""
        self._tokens = tokens
        self._max_connection_age_ms = max_connection_age_ms
        self._definition = definition
        self._limits = limits
        self._pool = Pool(definition, limits)
        self._problems = Problems(limits.problem_cache_bytes)
        self._calls: set[Call] = set()
        self._idle = asyncio.Event()
        self._accepted = 0
        self._serving = True
        self._drains = False
        self._health = health.aio.HealthServicer()
        self._http: Any = None
        self._describe_response = pb.DescribeResponse(
            name=definition.name,
            version=definition.version,
            kinds=definition.kinds,
            decides=definition.decides,
            slots=limits.slots,
            capacity=limits.capacity,
            max_batch=limits.max_batch,
            candidate_timeout_ms=limits.candidate_timeout_ms,
            normalization=pb.NORMALIZATION_TRIM if definition.trims else pb.NORMALIZATION_EXACT,
            max_message_bytes=limits.max_message_bytes,
            pure=definition.pure,
        )
        self._metrics = Metrics(
            {
                "in_flight_candidates": lambda: self._accepted,
                "queued_candidates": lambda: sum(call.waiting for call in list(self._calls)),
                "capacity_candidates": lambda: limits.capacity,
                "slots": lambda: limits.slots,
            }
        )

    async def start(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        metrics_port: int | None = None,
        credentials: grpc.ServerCredentials | None = None,
    ) -> None:
        """
        Serves; port 0 takes a free one. Raises BindError, and RuntimeError where no judge can be started.
        """
        # Judges first: they are forked from a process that has not begun with gRPC.
        await self._pool.start()
        age = self._max_connection_age_ms
        self._server = grpc.aio.server(
            options=[
                *([] if age is None else [("grpc.max_connection_age_ms", age)]),
                ("grpc.max_receive_message_length", self._limits.max_message_bytes),
                ("grpc.max_send_message_length", -1),
                # Two processes on one port would share its connections unnoticed.
                ("grpc.so_reuseport", 0),
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
            ]
        )
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Describe": grpc.unary_unary_rpc_method_handler(
                self._describe, pb.DescribeRequest.FromString, pb.DescribeResponse.SerializeToString
            ),
            "Verify": grpc.unary_stream_rpc_method_handler(
                self._verify, pb.VerifyRequest.FromString, pb.VerifyResponse.SerializeToString
            ),
        }
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
        )
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)
        name = f"[{host}]" if ":" in host else host
        try:
            if credentials is None:
                bound = self._server.add_insecure_port(f"{name}:{port}")
            else:
                bound = self._server.add_secure_port(f"{name}:{port}", credentials)
        except RuntimeError as cause:
            raise BindError(
                f"cannot listen on {name}:{port}; choose another --host or --port, 0 for a free one"
            ) from cause
        if metrics_port is not None:
            try:
                self._http = serve_http(host, metrics_port, self._metrics.registry, lambda: self._serving)
            except OSError as cause:
                raise BindError(
                    f"cannot serve metrics on {name}:{metrics_port}: {cause.strerror}; "
                    "choose another --metrics-port"
                ) from cause
            self.metrics_address = f"{name}:{self._http.server_port}"
        await self._server.start()
        self.address = f"{name}:{bound}"

    async def drain(self) -> bool:
        """
        Takes no new call, lets those in flight finish, stops. False: some were ended by force after the
        grace.
        """
        self._drains = True
        self._serving = False
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        log.info("draining", extra={"fields": {"calls": len(self._calls), "candidates": self._accepted}})
        if self._calls:
            self._idle.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._idle.wait(), self._limits.grace_ms / 1000)
        forced = len(self._calls)
        for call in self._calls:
            call.end("the verifier shuts down")
        await self._server.stop(_FAREWELL_S)
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
        self._pool.close()
        return forced == 0

    async def _describe(self, _request: pb.DescribeRequest, context: Any) -> pb.DescribeResponse:
        try:
            self._check_token(context)
        except Refusal as refusal:
            await context.abort(refusal.code, refusal.details, refusal.trailers)
        return self._describe_response

    def _check_token(self, context: Any) -> None:
        """Raises Refusal."""
        if self._tokens is not None:
            metadata = dict(context.invocation_metadata() or ())
            self._tokens.check(str(metadata.get("authorization", "")))

    async def _verify(self, request: pb.VerifyRequest, context: Any) -> None:
        code = "UNKNOWN"
        try:
            await self._judge(self._admit(request, context), len(request.candidates), context)
            code = "OK"
        except Refusal as refusal:
            code = refusal.code.name
            said = {"code": code, "reason": refusal.reason, "details": refusal.details}
            log.debug("call refused", extra={"fields": said})
            await context.abort(refusal.code, refusal.details, refusal.trailers)
        except asyncio.CancelledError:
            # The client has gone, or its time is over.
            left = context.time_remaining()
            code = "DEADLINE_EXCEEDED" if left is not None and left <= 0 else "CANCELLED"
            raise
        finally:
            self._metrics.calls.labels(code).inc()

    def _admit(self, request: pb.VerifyRequest, context: Any) -> Call:
        """Takes the call's candidates in. Raises Refusal, having taken nothing."""
        self._check_token(context)
        name, limits, count = self._definition.name, self._limits, len(request.candidates)
        if self._drains:
            raise Refusal(grpc.StatusCode.UNAVAILABLE, f"{name} drains", "draining")
        check_candidates(request.candidates, limits)
        digest, problem = problem_of(request, self._definition, self._problems)
        if self._accepted + count > limits.capacity:
            details = (
                f"{self._accepted} of {limits.capacity} candidates are in flight: no room for {count} more"
            )
            trailers = (("assay-in-flight", str(self._accepted)),)
            raise Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, details, "full", trailers)
        self._accepted += count
        self._metrics.batch.observe(count)
        metadata = dict(context.invocation_metadata() or ())
        return Call(digest, problem, request.candidates, str(metadata.get("traceparent", ""))[:128])

    async def _judge(self, call: Call, count: int, context: Any) -> None:
        """Sends every candidate's verdict once. Raises Refusal where it is ended by force."""
        self._calls.add(call)
        held = count
        try:
            self._pool.enqueue(call)
            while held:
                await call.arrived.wait()
                if call.broken is not None:
                    raise Refusal(grpc.StatusCode.UNAVAILABLE, call.broken, "draining")
                finished = call.take()
                for verdict in finished:
                    self._metrics.verdict(verdict)
                for response in responses(finished):
                    await context.write(response)
                    # Room comes back when the client has read, so that slow ones do not fill the memory.
                    held -= len(response.verdicts)
                    self._accepted -= len(response.verdicts)
        finally:
            call.over = True
            self._pool.remove(call)
            # What is judged keeps its room until it ends: it does take up the verifier.
            self._accepted -= held - call.judging
            call.on_end(self._release)
            self._calls.discard(call)
            if not self._calls:
                self._idle.set()

    def _release(self) -> None:
        self._accepted -= 1

    async def _set_health(self, status: Any) -> None:
        for service in ("", SERVICE):
            await self._health.set(service, status)
