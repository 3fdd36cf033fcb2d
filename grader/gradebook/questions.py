"""Identify the report that a run needs for a source by an id, before the report is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from .. import VERSION
from ..batch.grading_worker import key_of, limits_of
from ..batch.tasks import GradingSettings
from ..course.catalog import ExerciseInfo, load_catalog
from .dialects import chunks
from .records import fingerprint, weaker
from .tables import reports


class ReportState(NamedTuple):
    """The data of an existing report that a run needs."""

    exercise: str
    state: str
    framework: str
    key_digest: str
    missing_layers: str


class Questions:
    """The questions of a run: ids of the reports it needs. Each answer key is looked up once."""

    def __init__(self, settings: GradingSettings) -> None:
        self._settings = settings
        self._digests: dict[tuple[str, str], str] = {}

    def of(self, info: ExerciseInfo, framework: str, source_hash: str) -> str:
        """Return the id of the report on a source. Raises KeyUnavailable."""
        return fingerprint(
            exercise=info.id,
            framework=framework,
            device=self._settings.device if framework == "torch" else "cpu",
            key_digest=self.digest(info.id, framework),
            source_hash=source_hash,
            learncnn=VERSION,
            limits=self.limits(framework),
        )

    def answers(self, question: str) -> tuple[str, ...]:
        """Return the ids of the reports that answer a question, the best first.

        A report made without a sandbox layer answers only if not every layer is required.
        """
        return (question,) if self.full else (question, weaker(question))

    @property
    def full(self) -> bool:
        """Return whether every layer of the sandbox is required."""
        return self._settings.sandbox == "full"

    def limits(self, framework: str) -> dict[str, float]:
        """Return the limits: `seconds` for a case, `memory_mb` (MiB) for a submission."""
        limits = limits_of(self._settings, framework)
        return {"seconds": limits.case_seconds, "memory_mb": limits.memory_mb}

    def digest(self, exercise: str, framework: str) -> str:
        """Return the digest of an exercise's answer key. Raises KeyUnavailable."""
        if (exercise, framework) not in self._digests:
            key = key_of(load_catalog().exercises[exercise], framework, self._settings)
            self._digests[exercise, framework] = key.digest
        return self._digests[exercise, framework]


def states_of(connection: sa.Connection, ids: Sequence[str]) -> dict[str, ReportState]:
    """Return the states of the reports that exist, by id."""
    table = reports.c
    columns = (table.id, *(table[name] for name in ReportState._fields))
    found: dict[str, ReportState] = {}
    for some in chunks(ids):
        for id, *values in connection.execute(sa.select(*columns).where(table.id.in_(some))):
            found[id] = ReportState(*values)
    return found
