"""Run a temporary cluster on this machine only: a scheduler and machine workers.

All are separate processes and use TLS with new certificates, because every user of this machine
can connect to its ports.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..batch.tasks import processors
from ..errors import GraderFault
from .certificates import write_certificates
from .cluster_address import ClusterAddress, TlsFiles, cluster_address

#: Program of a process, which removes the current folder from `sys.path`, because it may contain
#: files of students.
_PROGRAM = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from learncnn.__main__ import main; main()"
)
_HOST = "127.0.0.1"
#: Maximum time until the scheduler listens, and time between checks, in seconds.
_START_SECONDS, _LOOK_SECONDS = 30.0, 0.02
#: Maximum time of a process to end after its standard input has ended, in seconds.
_END_SECONDS = 10.0


@contextmanager
def local_cluster(machines: int) -> Iterator[ClusterAddress]:
    """Start a scheduler and `machines` machine workers, which share the cores of this machine.

    Yields as soon as the scheduler listens; workers register when they are ready. All end with the
    block, or with this process. Raises GraderFault if the scheduler does not start.
    """
    with tempfile.TemporaryDirectory(prefix="learncnn-cluster-") as folder:
        tls = write_certificates(Path(folder) / "tls", days=30)
        port = _free_port()
        address = cluster_address(f"tls://{_HOST}:{port}", tls, insecure=False)
        running: list[_Served] = []
        try:
            running.append(_Served("scheduler", ["--port", str(port)], tls, folder))
            for share in _shares(machines):
                running.append(_Served("worker", [address.text], tls, folder, share))
            _wait_until_listening(running[0], port)
            yield address
        finally:
            for served in running[1:]:
                served.ask_to_end()
            for served in reversed(running):  # the scheduler ends after its workers
                served.end()


class _Served:
    """A process of `learncnn cluster`, which ends when its standard input does."""

    def __init__(
        self,
        name: str,
        words: Sequence[str],
        tls: TlsFiles,
        folder: str,
        cpus: frozenset[int] = frozenset(),
    ) -> None:
        options = ["--tls-ca", tls.ca, "--tls-cert", tls.cert, "--tls-key", tls.key, "--until-eof"]
        self._errors: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, "cluster", name, *words, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("LEARNCNN_DEBUG") else self._errors,
            # Only the grader handles a Ctrl-C on the terminal.
            start_new_session=True,
        )
        if cpus:
            with suppress(OSError):  # it has already ended, which is detected later
                os.sched_setaffinity(self._process.pid, cpus)

    def failed(self) -> str:
        """Return the last line of its standard error if it has ended, else ""."""
        if self._process.poll() is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it ended")

    def ask_to_end(self) -> None:
        """Close its standard input."""
        assert self._process.stdin
        self._process.stdin.close()

    def end(self) -> None:
        """Ask it to end, and kill it if it does not."""
        self.ask_to_end()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


def _shares(machines: int) -> list[frozenset[int]]:
    """Divide the processors among machines; several share one if there are too few."""
    cpus = sorted(processors())
    if not cpus:
        return [frozenset()] * machines
    return [
        frozenset(cpus[number::machines]) or frozenset({cpus[number % len(cpus)]})
        for number in range(machines)
    ]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port: int = found.getsockname()[1]
        return port


def _wait_until_listening(scheduler: _Served, port: int) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while True:
        with suppress(OSError), socket.create_connection((_HOST, port), 1.0):
            return
        reason = scheduler.failed()
        if reason or time.monotonic() >= give_up:
            raise GraderFault("cluster", "no_local", reason=reason or "timeout")
        time.sleep(_LOOK_SECONDS)
