"""Kill processes of the sandbox, as the kernel does when memory is short."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

#: Chooses among the processes of the sandbox, which are ordered by start time.
Choice = Callable[[list[int]], Sequence[int]]


def sandbox_processes(root: int | None = None) -> list[int]:
    """Return the zygotes and children below a process (by default this one), oldest first."""
    below: dict[int, list[int]] = {}
    started: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
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


def looping() -> list[int]:
    """Return the children of zygotes that have used 0.1 s of processor time, as those that loop."""
    below = sandbox_processes()
    found = []
    for pid in below:
        with suppress(OSError):  # it has ended meanwhile
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if int(status[1]) in below and int(status[11]) >= 10:
                found.append(pid)
    return found


def oldest(found: list[int]) -> list[int]:
    """Choose the oldest process: the zygote, if there is one runner."""
    return found[:1]


def newest(found: list[int]) -> list[int]:
    """Choose the newest child."""
    return found[-1:]


def everything(found: list[int]) -> list[int]:
    """Choose all processes."""
    return found


def resident_mib(pid: int) -> int:
    """Return the resident memory of a process, in MiB; 0 if it has ended."""
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
    """Kill the processes that `choose` returns, every `every` seconds; give their ids."""
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
    """Wait until a condition holds. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
