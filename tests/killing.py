"""Kill processes of the sandbox, as the kernel does when memory is short."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

#: Chooses among the processes of the sandbox, which come in the order of their start.
Choice = Callable[[list[int]], Sequence[int]]


def sandbox_processes(root: int | None = None) -> list[int]:
    """Zygotes and children below a process (this one), oldest first."""
    below: dict[int, list[int]] = {}
    started: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                below.setdefault(int(status[1]), []).append(int(entry.name))
                if status[0] != "Z" and b"sandbox/boot.py" in (entry / "cmdline").read_bytes():
                    started[int(entry.name)] = int(status[19])
    found = []
    waiting = [root or os.getpid()]
    while waiting:
        for pid in below.get(waiting.pop(), ()):
            waiting.append(pid)
            if pid in started:
                found.append(pid)
    return sorted(found, key=lambda pid: (started[pid], pid))


def oldest(found: list[int]) -> list[int]:
    """The zygote, if there is one runner."""
    return found[:1]


def newest(found: list[int]) -> list[int]:
    """The last child that was made."""
    return found[-1:]


def everything(found: list[int]) -> list[int]:
    """All of them."""
    return found


def resident_mib(pid: int) -> int:
    """MiB of memory that a process uses."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


@contextmanager
def killing(
    choose: Choice,
    *,
    every: float,
    times: int | None = None,
    by: signal.Signals = signal.SIGKILL,
) -> Iterator[list[int]]:
    """Kill what `choose` says, every so many seconds; gives the numbers of what was killed."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while (times is None or len(killed) < times) and not over.wait(every):
            for chosen in choose(sandbox_processes()):
                with suppress(ProcessLookupError):
                    os.kill(chosen, by)
                    killed.append(chosen)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition that will hold soon."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
