"""Read submission_metadata.json: a submission's time, its students and their due time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..gradebook.due_times import Extension, extension_for
from ..gradebook.rubric import Rubric
from ..submissions.gradescope_export import time_of
from ..submissions.roster import key_of

#: Fields that identify a user in the service's metadata.
_NAMES = ("sid", "email", "name", "id")


@dataclass(frozen=True)
class ServiceMetadata:
    """The service's metadata of a submission; every field may be missing."""

    submitted_at: datetime | None = None
    #: The students' due time, if it differs from that of the assignment.
    own_due: datetime | None = None
    #: The students' names, e-mail addresses and ids, in the form in which ids are compared.
    names: frozenset[str] = frozenset()

    def extension(self, exercise: str, rubric: Rubric) -> Extension | None:
        """Return the latest extension that the service or the rubric grants, if any.

        Return None if the rubric has no due time, because the service then decides on lateness.
        """
        if exercise not in rubric.due:
            return None
        found = [
            extension
            for name, given in rubric.extensions.items()
            if key_of(name) in self.names
            and (extension := extension_for(exercise, given)) is not None
        ]
        if self.own_due is not None:
            found.append(Extension(exercise, due_at=self.own_due))
        due = rubric.due[exercise]
        return max(found, key=lambda extension: extension.due(due) or due, default=None)


def read_metadata_file(path: Path) -> ServiceMetadata:
    """Return the metadata in a file; empty if the file is missing or malformed."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return ServiceMetadata()
    if not isinstance(document, dict):
        return ServiceMetadata()
    users = [user for user in _list(document.get("users")) if isinstance(user, dict)]
    names = {key_of(str(user[name])) for user in users for name in _NAMES if user.get(name)}
    dues = list(_own_dues(users, _due(document)))
    submitted_at = time_of(document.get("created_at"))
    return ServiceMetadata(submitted_at, max(dues, default=None), frozenset(names))


def _own_dues(users: list[dict[str, Any]], of_all: datetime | None) -> Iterator[datetime]:
    """Yield the due times of users whose due time differs from the assignment's."""
    for user in users:
        due = _due(user)
        if due is not None and due != of_all:
            yield due


def _due(document: Mapping[str, Any]) -> datetime | None:
    assignment = document.get("assignment")
    return time_of(assignment.get("due_date")) if isinstance(assignment, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
