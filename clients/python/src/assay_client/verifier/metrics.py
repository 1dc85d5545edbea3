"""Prometheus metrics of one served verifier, by the names that verifiers of packages/verifier-kit have."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from ..proto import verifier_pb2 as pb

_SECONDS = (
    *(1e-5, 1e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2),
    *(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
)


class Metrics:
    def __init__(self, levels: Mapping[str, Callable[[], float]]) -> None:
        registry = self.registry = CollectorRegistry()
        prefix = "assay_verifier"
        self._verdicts = Counter(
            f"{prefix}_candidates", "Candidates that got a verdict.", ("status", "reason"), registry=registry
        )
        self.calls = Counter(f"{prefix}_calls", "Verify calls that ended.", ("code",), registry=registry)
        self.batch = Histogram(
            f"{prefix}_batch_candidates",
            "Candidates of an accepted call.",
            buckets=[2**power for power in range(11)],
            registry=registry,
        )
        self._queue = Histogram(
            f"{prefix}_queue_seconds",
            "From acceptance of a candidate to the start of its judging.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._service = Histogram(
            f"{prefix}_service_seconds", "Judging of a candidate.", buckets=_SECONDS, registry=registry
        )
        for name, level in levels.items():
            Gauge(f"{prefix}_{name}", name.replace("_", " "), registry=registry).set_function(level)
        ProcessCollector(registry=registry)

    def verdict(self, verdict: pb.Verdict) -> None:
        self._verdicts.labels(pb.VerdictStatus.Name(verdict.status), verdict.reason).inc()
        self._queue.observe(verdict.times.queue_us / 1e6)
        self._service.observe(verdict.times.service_us / 1e6)


def serve_http(
    host: str, port: int, registry: CollectorRegistry, is_serving: Callable[[], bool]
) -> ThreadingHTTPServer:
    """/metrics and /healthz, in a thread. Raises OSError where the address is taken."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, "text/plain; version=0.0.4; charset=utf-8", generate_latest(registry))
            elif self.path == "/healthz":
                serving = is_serving()
                self._answer(200 if serving else 503, "text/plain", b"SERVING" if serving else b"NOT_SERVING")
            else:
                self._answer(404, "text/plain", b"")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: health is asked for every second."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
