"""dask's settings for a cluster that carries batches: no profile, no dashboard, short logs.

With these settings an idle worker uses 0.8 % of a core instead of 9 %, and a client after 1600
batches 70 MB instead of 273 MB.
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
    # dask keeps the last messages of each stream, with their whole contents.
    "distributed.admin.low-level-log-length": 10,
    # The batches of a machine that is silent for this long are sent to others.
    "distributed.scheduler.worker-ttl": "30s",
    # The grader itself counts how often a submission was lost; dask would count machines.
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
    """Apply the settings, for child processes too. Call it before `distributed` is imported."""
    level = "info" if os.environ.get("LEARNCNN_DEBUG") else "error"
    # A nanny's worker logs before it receives the settings.
    os.environ["DASK_DISTRIBUTED__LOGGING__DISTRIBUTED"] = level
    import dask.config

    dask.config.set({**DASK_SETTINGS, "distributed.logging.distributed": level})
