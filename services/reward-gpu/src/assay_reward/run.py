"""The worker's process: ready line, signals, log, exit codes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time

from .service import Worker

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


class JsonLines(logging.Formatter):
    """One JSON object a record; `extra={"fields": …}` are put beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname.lower(),
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "name": record.name,
            "msg": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["err"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr(level: str) -> None:
    """JSON lines: stdout belongs to the ready line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


async def run(
    worker: Worker, *, host: str, port: int, metrics_port: int | None, exit_with_parent: bool
) -> int:
    """
    Serves until a signal, and answers with the exit code. Writes one JSON line to stdout when it is ready. SIGTERM or
    SIGINT drains; a second one ends the process at once. Raises BindError.
    """
    log = logging.getLogger(__name__)
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def stop(why: str) -> None:
        log.info("stopping at once" if stopping.is_set() else "stopping", extra={"fields": {"why": why}})
        if stopping.is_set():
            os._exit(EXIT_FAILED)
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number.name)
    await worker.start(host, port, metrics_port)
    if exit_with_parent:

        def wait_for_end() -> None:
            while os.read(0, 4096):
                pass
            loop.call_soon_threadsafe(stop, "the parent is gone")

        threading.Thread(target=wait_for_end, name="parent", daemon=True).start()
    described = worker.describe
    ready = {"ready": True, "address": worker.address, "name": described.name, "version": described.version}
    served = {"address": worker.address, "metrics": worker.metrics_address, "version": described.version}
    log.info("ready", extra={"fields": {**served, "template": worker.template}})
    try:
        print(json.dumps(ready, separators=(",", ":")), flush=True)
    except BrokenPipeError:
        # Whoever started this has stopped reading.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    await stopping.wait()
    if await worker.drain():
        return EXIT_OK
    log.error("calls were ended by force; give more time with --grace-ms")
    return EXIT_FAILED
