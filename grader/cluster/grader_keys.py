"""Provide the answer keys of a run to the grader, and their files for machines, by digest."""

from __future__ import annotations

import io

from ..answer_key.find import practice_path
from ..answer_key.key import AnswerKey
from ..answer_key.store import write_key
from ..batch.grading_worker import key_of
from ..batch.tasks import GradingSettings
from ..course.catalog import load_catalog
from ..errors import GraderFault


class GraderKeys:
    """The keys that a run's settings require; each is looked up once.

    Raises GraderFault for a seed that is not private, because its keys contain it.
    """

    def __init__(self, settings: GradingSettings) -> None:
        if settings.seed is not None and not settings.private:
            raise GraderFault("a key that names its seed must not leave this machine")
        self._settings = settings
        self._keys: dict[tuple[str, str], AnswerKey] = {}
        #: Digest → (exercise, framework).
        self._names: dict[str, tuple[str, str]] = {}

    def key(self, exercise: str, framework: str) -> AnswerKey:
        """Return the key of an exercise. Raises KeyUnavailable."""
        name = exercise, framework
        if name not in self._keys:
            key = key_of(load_catalog().exercises[exercise], framework, self._settings)
            self._keys[name] = key
            self._names[key.digest] = name
        return self._keys[name]

    def content(self, digest: str) -> bytes:
        """Return the file of a key that `key` has returned; it contains no seed."""
        exercise, framework = self._names[digest]
        if self._settings.seed is None:
            # `key` may have been adapted to another device; the machine does that itself.
            return practice_path(load_catalog().exercises[exercise], framework).read_bytes()
        file = io.BytesIO()
        write_key(self._keys[exercise, framework], file)
        return file.getvalue()
