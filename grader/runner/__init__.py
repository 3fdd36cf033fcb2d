"""The trusted side of a run: start workers, feed them, time them, reap them.

Import is lazy, so that `Runner` can start its worker before numpy is loaded here.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself would be loaded before a check's worker is started
if TYPE_CHECKING:
    from typing import Any

    from .isolation import ALL_LAYERS, LayerStatus, isolation_status
    from .job import Call, ForbiddenUse, Isolation, Job, Limits, Run
    from .runner import Runner

_HOMES = {
    "ALL_LAYERS": "isolation",
    "Call": "job",
    "ForbiddenUse": "job",
    "Isolation": "job",
    "Job": "job",
    "LayerStatus": "isolation",
    "Limits": "job",
    "Run": "job",
    "Runner": "runner",
    "isolation_status": "isolation",
}

__all__ = [
    "ALL_LAYERS",
    "Call",
    "ForbiddenUse",
    "Isolation",
    "Job",
    "LayerStatus",
    "Limits",
    "Run",
    "Runner",
    "isolation_status",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
