"""Children that are fresh interpreters: without fork, and for CUDA."""

from __future__ import annotations

import _socket
import os
from collections import deque
from collections.abc import Sequence

from ..sandbox.protocol import frames
from ..sandbox.protocol.settings import WorkerSettings
from .child import Child, close
from .process import end, inputs_file, launch, output_file, watchable


class Spawning:
    """The same interface as `Forking`; each child imports the libraries for itself."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._ready: deque[Child] = deque()
        self._pids: set[int] = set()

    def request(self, forbidden: Sequence[str] = (), *, large: bool = True) -> None:
        """Start a child, always with a file of inputs; returns while it is still importing."""
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        output, inputs = output_file(), inputs_file()
        try:
            pid = launch("single", self._settings.device, theirs.fileno(), output, inputs)
        except BaseException:
            ours.close()
            close(output, inputs)
            raise
        finally:
            theirs.close()
        self._pids.add(pid)
        ours.setblocking(False)
        child = Child(pid, ours, output, inputs, watchable(pid), self._how, self._how)
        self._ready.append(child)
        ours.send(frames.frame({"kind": "settings"}, [self._settings.encode()]))

    def take(self) -> Child:
        """The next child asked for, or one asked for now."""
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
            self._how(pid)

    def _how(self, pid: int) -> str:
        if pid not in self._pids:
            return ""
        self._pids.discard(pid)
        return end(pid)

    def _reap(self) -> None:
        """Take the statuses of children that have ended, without waiting."""
        for pid in list(self._pids):
            try:
                found, _ = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                found = pid
            if found:
                self._pids.discard(pid)
