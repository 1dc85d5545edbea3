"""
The main() of a verifier's process: flags, ready line, signals, logs, exit codes; as of packages/verifier-kit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import AssayError
from .definition import MOST, Definition, Limits

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2
_TLS_FLAGS = (
    ("--tls-cert", "certificate of this process (PEM; env: ASSAY_TLS_CERT)"),
    ("--tls-key", "its private key"),
    ("--tls-client-ca", "clients must have a certificate of these authorities"),
)
_LEVELS = ("critical", "error", "warning", "info", "debug")


def run_verifier(definition: Definition, argv: Sequence[str] | None = None) -> None:
    """
    Runs a verifier as a process, and does not return. Writes one JSON line to stdout when it is ready, logs
    JSON lines to stderr. SIGTERM or SIGINT drains and exits with 0, or with 1 where calls outlasted the
    grace; a second signal exits at once. Bad flags exit with 2. To be called under `if __name__ ==
    "__main__":`, as judging processes import the module.
    """
    sys.exit(_run(definition, sys.argv[1:] if argv is None else argv))


def _run(definition: Definition, argv: Sequence[str]) -> int:
    parser = _parser(definition)
    options = parser.parse_args(argv)
    _log_to_stderr(definition.name, options.log_level)
    try:
        limits = Limits.of(
            options.slots, options.capacity, options.max_batch, options.candidate_timeout_ms, options.grace_ms
        )
    except ValueError as error:
        parser.error(str(error))
    if options.register and not options.advertise and options.host in ("0.0.0.0", "::"):
        parser.error(
            f"--register needs an address to make known, and {options.host} is none: "
            "add --advertise HOST:PORT"
        )
    try:
        return asyncio.run(_serve(definition, limits, options))
    except ImportError as error:
        print(
            f"error: {error}\n  Install what verifiers need: pip install assay-client[verifier]",
            file=sys.stderr,
        )
    except (AssayError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
    return EXIT_FAILED


async def _serve(definition: Definition, limits: Limits, options: argparse.Namespace) -> int:
    from ..wire import Settings, TokenFile
    from .register import Registration
    from .security import Tokens, server_credentials
    from .server import Server

    log = logging.getLogger(__name__)
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def stop(why: str) -> None:
        log.info("stopping at once" if stopping.is_set() else "stopping", extra={"fields": {"why": why}})
        if stopping.is_set():
            os._exit(EXIT_FAILED)
        stopping.set()

    # Asked before anything starts: what is wrong with files and flags should be told at once.
    credentials = server_credentials(options)
    tokens = Tokens(options.tokens) if options.tokens else None
    settings = None
    if options.register:
        token = TokenFile(options.register_token_file) if options.register_token_file else None
        settings = Settings.of(options.register, None, token, options.insecure, 5.0, 60.0)
    server = Server(definition, limits, tokens, options.max_connection_age_ms)
    await server.start(options.host, options.port, options.metrics_port, credentials)
    # Not before: judges are forked from here, and a signal is for this process alone.
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number.name)
    registrations = []
    if settings is not None:
        own = options.advertise or server.address
        registrations = [Registration(settings, orchestrator, own) for orchestrator in settings.addresses]
    if options.exit_with_parent:
        threading.Thread(target=_wait_for_end, args=(loop, stop), name="parent", daemon=True).start()
    said = {"address": server.address, "metrics": server.metrics_address, "version": definition.version}
    log.info("ready", extra={"fields": said})
    ready = {"ready": True, "address": server.address, "name": definition.name, "version": definition.version}
    try:
        print(json.dumps(ready, separators=(",", ":")), flush=True)
    except BrokenPipeError:
        # Whoever started this has stopped reading.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    await stopping.wait()
    await asyncio.gather(*(each.drain() for each in registrations))
    if await server.drain():
        return EXIT_OK
    log.error("calls were ended by force; give more time with --grace-ms")
    return EXIT_FAILED


def _wait_for_end(loop: asyncio.AbstractEventLoop, stop: Callable[[str], None]) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop, "the parent is gone")


def _parser(definition: Definition) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=definition.name,
        description=f"Verifier of {', '.join(definition.kinds)}, as a gRPC service.",
        epilog="Each flag may be set in the environment as well: ASSAY_VERIFIER_PORT for --port.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=definition.version)

    def add(
        flag: str, fallback: Any, text: str, kind: Callable[[str], Any] = str, metavar: str = "N"
    ) -> None:
        name = f"ASSAY_VERIFIER_{flag.strip('-').replace('-', '_').upper()}"
        default = os.environ.get(name) or fallback
        shown = "" if fallback is None else f" (default: {fallback})"
        parser.add_argument(flag, type=kind, default=default, help=text + shown, metavar=metavar)

    add("--host", "127.0.0.1", "address to listen on", metavar="HOST")
    add("--port", 0, "port to listen on; 0: a free one", _whole(0, 65535))
    add("--metrics-port", None, "serve /metrics and /healthz; 0: a free port", _whole(0, 65535))
    add("--slots", None, "candidates judged at the same time: processes; default: usable CPUs", _whole(1))
    add("--capacity", None, "candidates accepted in total", _whole(1))
    add("--max-batch", 256, "most candidates in one call", _whole(1))
    add("--candidate-timeout-ms", 30_000, "time after which a candidate is given up", _whole(1), "MS")
    add("--grace-ms", 25_000, "time for a drain before calls are ended by force", _whole(0), "MS")
    add("--register", None, "make known to these orchestrators", _host_ports, "HOST:PORT,…")
    add("--advertise", None, "address to make known", _host_port, "HOST:PORT")
    add("--register-token-file", None, "token to show there, in its first line", metavar="FILE")
    add("--tokens", None, "callers must show one of these tokens (assay token new)", metavar="FILE")
    add("--max-connection-age-ms", None, "time after which a connection takes no new call", _whole(1), "MS")
    for flag, text in _TLS_FLAGS:
        default = os.environ.get(f"ASSAY_{flag.strip('-').replace('-', '_').upper()}") or None
        parser.add_argument(flag, default=default, help=text, metavar="FILE")
    parser.add_argument(
        "--insecure",
        action="store_true",
        default=os.environ.get("ASSAY_INSECURE", "").lower() in ("1", "true", "yes"),
        help="plain text also beyond this machine, where the network itself is to be trusted",
    )
    level = os.environ.get("ASSAY_VERIFIER_LOG_LEVEL", "info")
    parser.add_argument("--log-level", choices=_LEVELS, default=level, help="how much to log (default: info)")
    parser.add_argument(
        "--exit-with-parent",
        action="store_true",
        default=os.environ.get("ASSAY_VERIFIER_EXIT_WITH_PARENT", "") not in ("", "0", "false"),
        help="stop when stdin ends",
    )
    return parser


def _whole(least: int, most: int = MOST) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from {least} to {most}")

    return parse


def _host_port(text: str) -> str:
    if re.fullmatch(r".+:\d{1,5}", text):
        return text
    raise argparse.ArgumentTypeError(f"{text!r}: give HOST:PORT")


def _host_ports(text: str) -> list[str]:
    return [_host_port(each) for each in text.split(",")]


class _JsonLines(logging.Formatter):
    """One JSON object a record; `extra={"fields": …}` are put beside the message."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "level": record.levelname.lower(),
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "name": self._name,
            "msg": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["err"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _log_to_stderr(name: str, level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines(name))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
