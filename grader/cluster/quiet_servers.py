"""dask's scheduler and worker without the HTTP server of the dashboard."""

from __future__ import annotations

from typing import Any

from distributed import Scheduler, Worker


class QuietScheduler(Scheduler):  # type: ignore[misc, unused-ignore]
    """Scheduler that listens only on the port for graders and machines."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        pass


class QuietWorker(Worker):  # type: ignore[misc, unused-ignore]
    """Worker that listens only on the port for the scheduler."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        pass
