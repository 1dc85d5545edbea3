"""An orchestrator of this process's own: `assay serve` as a child, where the command is at hand."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from typing import IO

from .client import Client
from .errors import AssayError

# The child gets SIGTERM when this end of its standard input is closed, whatever ended this process.
_GUARD = """
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
{ cat <&3; kill -TERM $child; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait $child
status=$?
# Its number may soon be another's.
kill $guard
exit $status
"""


def find_command() -> str:
    """
    The `assay` command: of ASSAY_HOME (a clone of the repository), or on PATH. Raises AssayError
    `assay_missing`.
    """
    home = os.environ.get("ASSAY_HOME")
    found = shutil.which("assay", path=home if home else None)
    if found is None:
        where = f"in ASSAY_HOME ({home})" if home else "on PATH"
        raise AssayError(
            "assay_missing",
            f"There is no assay command {where}.",
            mend="Set ASSAY_HOME to a clone of the repository, or give Client an orchestrator's address.",
        )
    return found


class Assay:
    """A running child. Ends with `close`, with a `with` block, and with this process."""

    def __init__(
        self, process: subprocess.Popen[str], folder: tempfile.TemporaryDirectory[str] | None
    ) -> None:
        self._process = process
        self._folder = folder
        self._owner = os.getpid()
        #: host:port
        self.address = ""
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._leave)

    def _leave(self) -> None:
        """In a fork of this process: its end of the pipe would outlive the owner's."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def client(self) -> Client:
        return Client(self.address)

    def __enter__(self) -> Assay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, grace: float = 10.0) -> None:
        """Ends it; what is stored stays where a store was named."""
        if self._owner != os.getpid():
            return
        atexit.unregister(self.close)
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        if self._folder is not None:
            self._folder.cleanup()


def start(
    verifiers: Sequence[str] = (),
    *,
    store: str | None = None,
    verifier_addresses: Sequence[str] = (),
    replicas: int = 1,
    port: int = 0,
    timeout: float = 120.0,
) -> Assay:
    """
    Starts an orchestrator with built-in `verifiers`, and with those that run at `verifier_addresses`; answers
    when it is ready. `store`: a file that keeps verdicts; by default they are gone with it. Raises AssayError
    `assay_missing`, `assay_start`.
    """
    command = find_command()
    folder = tempfile.TemporaryDirectory(prefix="assay-") if store is None else None
    file = store if folder is None else os.path.join(folder.name, "store.db")
    flags = ["--port", str(port), "--no-http", "--store", str(file), "--replicas", str(replicas)]
    for flag, values in (("--verifier", verifiers), ("--verifier-address", verifier_addresses)):
        for value in values:
            flags += [flag, value]
    process = subprocess.Popen(
        ["sh", "-c", _GUARD, "assay", command, "serve", *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C is for this process, which then ends its child.
        start_new_session=True,
    )
    assay = Assay(process, folder)
    said: deque[str] = deque(maxlen=20)
    ready: list[str] = []
    heard = threading.Event()
    assert process.stdout is not None
    assert process.stderr is not None
    for stream, target in ((process.stderr, said), (process.stdout, ready)):
        threading.Thread(target=_read, args=(stream, target, heard), daemon=True).start()
    heard.wait(timeout)
    if not ready:
        assay.close(grace=1)
        last = " ".join(line.strip() for line in said)[-1000:]
        raise AssayError("assay_start", f"assay serve did not become ready: {last or 'it wrote nothing'}")
    assay.address = json.loads(ready[0])["address"]
    return assay


def _read(stream: IO[str], target: deque[str] | list[str], heard: threading.Event) -> None:
    for line in stream:
        # Of what goes to stdout, only the first line matters; the rest is read so that nobody waits.
        if isinstance(target, deque) or not target:
            target.append(line)
        if not isinstance(target, deque):
            heard.set()
    if not isinstance(target, deque):
        heard.set()
