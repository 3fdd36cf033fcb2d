"""Run a real cluster on this machine: a scheduler and machine workers that tests may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..killing import until

#: Settings of the launcher, with which a killed worker is noticed soon.
SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
}


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def below(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found, children = [pid], {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    for each in found:
        found += children.get(each, ())
    return found


def command_of(pid: int) -> str:
    """Return the command line of a process, or an empty string if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


class Cluster:
    """A scheduler and its machine workers.

    `preload` is Python code that a process runs first, `prefix` a command that starts it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        preload: str = "",
        prefix: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = free_port()
        self.machines: list[subprocess.Popen[bytes]] = []
        self._others: list[subprocess.Popen[bytes]] = []
        self.start_scheduler(preload=preload, prefix=prefix)

    @property
    def address(self) -> str:
        return f"tcp://{self.host}:{self.port}"

    def start_scheduler(self, *, preload: str = "", prefix: Sequence[str] = ()) -> None:
        """Start the scheduler, or start it again at the same address after it was killed."""
        words = ["--host", self.host, "--port", str(self.port), "--no-dashboard"]
        self.scheduler = self._start("dask_scheduler", [*words, *self._preload(preload)], prefix)
        if not prefix:
            until(self._listens)

    def start_machine(
        self, *, preload: str = "", prefix: Sequence[str] = (), host: str = "127.0.0.1"
    ) -> subprocess.Popen[bytes]:
        """Start a machine: a nanny with a worker."""
        words = [self.address, "--no-dashboard", "--nthreads", "2", "--memory-limit", "0"]
        words += ["--host", host, "--local-directory", str(self.folder / "dask")]
        machine = self._start("dask_worker", [*words, *self._preload(preload)], prefix)
        self.machines.append(machine)
        return machine

    def wait(self) -> None:
        """Wait until every machine has registered with the scheduler."""
        logs = [self.folder / f"dask_worker{n}.log" for n, _ in enumerate(self._others)]
        for log in filter(Path.exists, logs):
            until(lambda log=log: b"Registered to" in log.read_bytes(), 120)

    def stop(self) -> None:
        """Kill all remaining processes."""
        for process in [*self.machines, *self._others]:
            for pid in below(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()

    def _preload(self, program: str) -> list[str]:
        if not program:
            return []
        file = self.folder / f"preload{len(self._others)}.py"
        file.write_text(program)
        return ["--preload", str(file)]

    def _start(
        self, program: str, words: Sequence[str], prefix: Sequence[str]
    ) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{program}{len(self._others)}.log").open("wb")
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", f"distributed.cli.{program}", *words],
            cwd=self.folder,
            env={**os.environ, **SETTINGS},
            stdout=log,
            stderr=log,
        )
        log.close()
        self._others.append(process)
        return process

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((self.host, self.port), 1):
            return True
        time.sleep(0.1)
        return False


def worker_of(machine: subprocess.Popen[bytes]) -> int:
    """Return the process that grades, which a nanny watches."""
    found = [pid for pid in below(machine.pid)[1:] if "spawn_main" in command_of(pid)]
    return found[0]


def zygote_of(machine: subprocess.Popen[bytes]) -> int:
    """Return the oldest sandbox process below a machine."""
    return next(pid for pid in below(machine.pid) if "sandbox/boot.py" in command_of(pid))
