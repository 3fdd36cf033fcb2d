"""What a run is graded by: the cores of this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager

from ..batch.pool import Pool
from ..batch.tasks import GradingSettings, cores
from ..gradebook.records import Record, record_of


def graders(settings: GradingSettings, *, jobs: int | None) -> AbstractContextManager[Pool[Record]]:
    """Return the workers of this machine, one for each core unless `jobs` says otherwise."""
    return Pool(settings, jobs=jobs or cores(), reduce=record_of)
