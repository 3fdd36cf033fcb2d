"""dask's scheduler and worker without a dashboard, and without the server that would show it."""

from __future__ import annotations

from typing import Any

from distributed import Scheduler, Worker


class QuietScheduler(Scheduler):  # type: ignore[misc, unused-ignore]
    """Listens at the port for graders and machines, and nowhere else."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        pass


class QuietWorker(Worker):  # type: ignore[misc, unused-ignore]
    """Listens at the port for the scheduler, and nowhere else."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        pass
