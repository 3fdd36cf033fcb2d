"""What is asked of a source, as the id of the report that will answer it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from .. import VERSION
from ..batch.grading_worker import key_of, limits_of
from ..batch.tasks import GradingSettings
from ..course.catalog import ExerciseInfo, load_catalog
from .dialects import chunks
from .records import fingerprint
from .tables import reports


class Questions:
    """The questions of a run; each key is looked up once."""

    def __init__(self, settings: GradingSettings) -> None:
        self._settings = settings
        self._digests: dict[tuple[str, str], str] = {}

    def of(self, info: ExerciseInfo, framework: str, source_hash: str) -> str:
        """The id of the report on a source. Raises KeyUnavailable."""
        return fingerprint(
            exercise=info.id,
            framework=framework,
            device=self._settings.device if framework == "torch" else "cpu",
            key_digest=self.digest(info.id, framework),
            source_hash=source_hash,
            learncnn=VERSION,
            limits=self.limits(framework),
        )

    def limits(self, framework: str) -> dict[str, float]:
        """Seconds for a case, MiB for a submission."""
        limits = limits_of(self._settings, framework)
        return {"seconds": limits.case_seconds, "memory_mb": limits.memory_mb}

    def digest(self, exercise: str, framework: str) -> str:
        """Names the key of an exercise. Raises KeyUnavailable."""
        if (exercise, framework) not in self._digests:
            key = key_of(load_catalog().exercises[exercise], framework, self._settings)
            self._digests[exercise, framework] = key.digest
        return self._digests[exercise, framework]


def states_of(
    connection: sa.Connection, ids: Sequence[str]
) -> dict[str, tuple[str, str, str, str]]:
    """Return report → (exercise, state, framework, key digest), of those that are there."""
    table = reports.c
    columns = (table.id, table.exercise, table.state, table.framework, table.key_digest)
    found: dict[str, tuple[str, str, str, str]] = {}
    for some in chunks(ids):
        for id, *values in connection.execute(sa.select(*columns).where(table.id.in_(some))):
            exercise, state, framework, digest = values
            found[id] = (exercise, state, framework, digest)
    return found
