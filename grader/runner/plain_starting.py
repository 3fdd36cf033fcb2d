"""Start children without a sandbox, each a new interpreter; the next one is started ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from ..sandbox.protocol import frames
from ..sandbox.protocol.settings import WorkerSettings
from .plain_child import PlainChild
from .wake_pipe import WakePipe


class PlainStarting:
    """Starts children as `Forking` does; each child imports the libraries for itself."""

    def __init__(
        self,
        settings: WorkerSettings,
        begun: PlainChild | None = None,
        stop: WakePipe | None = None,
    ) -> None:
        """`begun` is a child that was started without settings; `stop` ends a run when rung."""
        self._settings = settings
        self._begun = begun
        self._stop = stop
        self._ready: deque[PlainChild] = deque()

    def request(self, forbidden: Sequence[str] = (), *, large: bool = False) -> None:
        """Start a child; returns while it is still importing. Raises GraderFault."""
        child, self._begun = self._begun or PlainChild(self._settings.device), None
        child.stop = self._stop
        child.pipes.send(frames.frame({"kind": "settings"}, [self._settings.encode()]))
        self._ready.append(child)

    def take(self) -> PlainChild:
        """Return the next requested child, or request one now."""
        if not self._ready:
            self.request()
        return self._ready.popleft()

    @property
    def ahead(self) -> int:
        """Return the number of requested children that were not taken."""
        return len(self._ready)

    def close(self) -> None:
        """Kill every child that was not taken."""
        while self._ready:
            self._ready.popleft().close()
        if self._begun is not None:
            self._begun.close()
