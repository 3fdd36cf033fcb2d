"""Start children as fresh interpreters: on systems without fork, and for CUDA."""

from __future__ import annotations

import _socket
import os
from collections import deque
from collections.abc import Sequence

from ..sandbox.ending import UNKNOWN, Ending, ending, wait_for_end
from ..sandbox.layers import limits
from ..sandbox.protocol import frames
from ..sandbox.protocol.settings import WorkerSettings
from .child import Child, close
from .process import end, inputs_file, launch, output_file, watchable


class Spawning:
    """Starts children as `Forking` does; each child imports the libraries for itself."""

    def __init__(self, settings: WorkerSettings, stop: int = -1) -> None:
        """`stop` becomes readable when a run must stop."""
        self._settings = settings
        self._stop = stop
        self._ready: deque[Child] = deque()
        self._pids: set[int] = set()
        #: Endings of children that ended before they were asked for.
        self._ended: dict[int, Ending] = {}
        limited = "rlimits" in settings.layers
        self._cpu = limits.processor(settings.cpu_seconds) if limited else float("inf")

    def request(self, forbidden: Sequence[str] = (), *, large: bool = True) -> None:
        """Start a child, always with a file of inputs; returns while it is still importing."""
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        output, (inputs, read) = output_file(), inputs_file()
        try:
            pid = launch("single", self._settings.device, theirs.fileno(), output, read)
        except BaseException:
            ours.close()
            close(output, inputs)
            raise
        finally:
            theirs.close()
            close(read)
        self._pids.add(pid)
        ours.setblocking(False)
        pidfd = watchable(pid)
        child = Child(pid, ours, output, inputs, pidfd, self._kill, self._how, self._stop)
        self._ready.append(child)
        try:
            ours.send(frames.frame({"kind": "settings"}, [self._settings.encode()]))
        except OSError:  # the child is already dead, which the next read reports
            return

    def take(self) -> Child:
        """Return the next requested child, or request one now."""
        if not self._ready:
            self.request()
        self._reap()
        return self._ready.popleft()

    @property
    def ahead(self) -> int:
        return len(self._ready)

    def close(self) -> None:
        """Kill and reap every child."""
        for child in self._ready:
            child.close()
        self._ready.clear()
        for pid in list(self._pids):
            self._kill(pid)

    def _kill(self, pid: int) -> None:
        if pid in self._pids:
            self._pids.discard(pid)
            end(pid)

    def _how(self, pid: int) -> Ending:
        if pid in self._pids:
            self._pids.discard(pid)
            return wait_for_end(pid, self._cpu)
        return self._ended.pop(pid, UNKNOWN)

    def _reap(self) -> None:
        """Reap the children that have ended, without waiting.

        The endings of children that are ready are kept, because they will be asked for.
        """
        ready = {child.pid for child in self._ready}
        for pid in list(self._pids):
            try:
                found, status, usage = os.wait4(pid, os.WNOHANG)
            except ChildProcessError:
                self._pids.discard(pid)
                continue
            if found:
                self._pids.discard(pid)
                if pid in ready:
                    used = usage.ru_utime + usage.ru_stime
                    self._ended[pid] = ending(status, used, self._cpu)
