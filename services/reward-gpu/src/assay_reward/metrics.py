"""What operators read: /metrics for Prometheus, /healthz for whoever cannot speak gRPC health."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

_SECONDS = (1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

#: Counters of the engine (`Stats.snapshot`): its name, ours, help.
_ENGINE_COUNTERS = (
    ("tokens", "tokens", "Tokens computed; a prompt's once for all responses of a pack."),
    ("tokens_unshared", "unshared_tokens", "Tokens that would have been computed without sharing prompts."),
    ("items", "items", "Responses scored."),
    ("forwards", "forwards", "Packs computed."),
    ("capacity", "budget_tokens", "Token budgets of the packs computed."),
    ("seconds", "forward_seconds", "Time spent in packs."),
    ("flops", "flops", "Floating-point operations of the packs computed."),
    ("oom_halvings", "oom_halvings", "Packs that ran out of memory and were halved."),
)


class Metrics:
    """
    Metrics of one worker, in a registry of its own. Tokens per second, batch fill, prefix reuse and MFU over any
    time are ratios of the engine's counters; the gauges are these ratios since the start.
    """

    def __init__(
        self,
        *,
        stats: Callable[[], Mapping[str, float]],
        levels: Mapping[str, Callable[[], float]],
        peak_flops: float | None = None,
    ) -> None:
        """`levels` are gauges by name; `peak_flops` are the device's operations per second, for the MFU."""
        self.registry = CollectorRegistry()
        self._stats = stats
        self._levels = levels
        self._peak_flops = peak_flops
        make = {"registry": self.registry}
        self.verdicts = Counter(
            "assay_verifier_candidates", "Candidates that got a verdict.", ("status", "reason"), **make
        )
        self.calls = Counter("assay_verifier_calls", "Verify calls that ended.", ("code",), **make)
        self.batch = Histogram(
            "assay_verifier_batch_candidates", "Candidates of an accepted call.", buckets=_SIZES, **make
        )
        self.queue = Histogram(
            "assay_verifier_queue_seconds",
            "From acceptance of a candidate to its pack.",
            buckets=_SECONDS,
            **make,
        )
        self.service = Histogram(
            "assay_verifier_service_seconds",
            "A candidate's share of its pack's time.",
            buckets=_SECONDS,
            **make,
        )
        self.registry.register(self)
        ProcessCollector(**make)
        PlatformCollector(**make)

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        stats = self._stats()
        for key, name, text in _ENGINE_COUNTERS:
            yield CounterMetricFamily(f"assay_reward_{name}", text, value=stats.get(key, 0))
        seconds = stats.get("seconds", 0)
        gauges = {
            "tokens_per_second": (
                "Tokens computed in a second of a pack's time.",
                _ratio(stats.get("tokens", 0), seconds),
            ),
            "batch_fill_ratio": ("Tokens computed, of the packs' budgets.", stats.get("batch_fill", 0)),
            "prefix_reuse_ratio": ("Tokens saved by sharing prompts.", stats.get("prefix_reuse", 0)),
        }
        if self._peak_flops is not None:
            used = _ratio(stats.get("flops", 0), seconds * self._peak_flops)
            gauges["mfu_ratio"] = ("Operations, of those of plain matrix products in the packs' time.", used)
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(f"assay_reward_{name}", text, value=value)
        for name, level in self._levels.items():
            yield GaugeMetricFamily(
                f"assay_verifier_{name}", f"{name.replace('_', ' ').capitalize()} now.", value=level()
            )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def serve_http(
    host: str, port: int, registry: CollectorRegistry, serving: Callable[[], bool]
) -> ThreadingHTTPServer:
    """Serves in a thread of its own until `shutdown`; port 0 takes a free one. Raises OSError where it is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(registry), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz":
                self._answer(*((200, b"serving\n") if serving() else (503, b"not serving\n")))
            else:
                self._answer(404, b"try /metrics or /healthz\n")

        def _answer(self, code: int, body: bytes, content_type: str = "text/plain") -> None:
            self.send_response(code)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
