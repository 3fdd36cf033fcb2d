"""The rubric: what counts how much. Read from rubric.toml; the default needs no file.

[course]
exercises = ["ex01", "ex03"]   # those that count; without it: gradebook exercises
time_zone = "Asia/Shanghai"    # of times without an offset, and of what students read
[points]
ex01 = 20                      # an exercise, scaled
ex03.same_padding = 4          # a function
[groups]
public = 1                     # the weight of a group of value cases: of the public examples and
fixed = 1                      # the hidden cases that every seed has, 0.1 each by default,
values = 2                     # of those drawn anew 1, of edges no more for a case than of values
errors = 0                     # how much of what they cost is taken: impossible inputs,
contract = 0.5                 # and all other broken promises; 1 by default and at most
[attempts]
count = "best"                 # or "last", "first"
limit = 5                      # later attempts do not count
[due]
all = 2026-12-20               # of whatever is handed in; the whole day counts
ex01 = 2026-10-02T23:59:00+08:00
[extensions.jane]              # a student, by any id
ex01 = 2026-10-09              # a due time of their own
all = 2                        # days more, for every exercise without its own
[missing]
exercises = "zero"             # or "excused", "dropped": what is not handed in
quizzes = "excused"            # or "zero": quizzes that a student has no score for
[late]
grace_minutes = 10
per_day = 0.1                  # of the points, for each day begun
most = 0.5                     # never more than this
refuse_after_days = 7          # from then on nothing counts
[drop]
lowest = 1                     # the weakest exercises, of the course or of a unit
units.A = 1
[quiz]
weight = 0.2                   # of the course grade
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import UsageError
from ..grading.points import fraction
from ..i18n.toml_checks import TomlChecks
from ..i18n.tomlio import parse_toml
from .due_times import Extension, Late
from .records import Tallies
from .rubric_values import rubric_values

Count = Literal["best", "last", "first"]
#: What becomes of exercises, and of quizzes, that a student has nothing for.
MissingPolicy = Literal["zero", "excused", "dropped"]
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Rubric:
    """A rubric in force. Empty mappings leave what the catalog says."""

    #: Points of whole exercises, and of functions by (exercise, function).
    exercises: Mapping[str, float] = field(default_factory=dict)
    functions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)
    count: Count = "best"
    limit: int | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)
    #: Exercises whose own due time is named: these are expected of every student.
    assigned: frozenset[str] = frozenset()
    #: Whether a due time lacks its offset, and so means the zone of the computer that reads it.
    zoneless: bool = False
    late: Late = field(default_factory=Late)
    #: Student, as the rubric calls them → exercise or `all` → extension.
    extensions: Mapping[str, Mapping[str, Extension]] = field(default_factory=dict)
    missing: MissingPolicy = "zero"
    missing_quizzes: MissingPolicy = "excused"
    #: The time zone of the course; empty for that of the times themselves.
    zone: str = ""
    drop_lowest: int = 0
    drop_units: Mapping[str, int] = field(default_factory=dict)
    quiz_weight: float = 0.0
    #: The exercises of the course; empty if the rubric does not say.
    exercises_listed: tuple[str, ...] = ()
    #: The text it was read from.
    text: str = ""

    @property
    def digest(self) -> str:
        """Names the rubric in a grade's provenance; empty for the default one."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16] if self.text else ""

    def due_shown(self, exercise: str, extension: Extension | None = None) -> str:
        """Return a due time as students read it, in the course's time zone; empty without one."""
        of_class = self.due.get(exercise)
        due = extension.due(of_class) if extension else of_class
        return "" if due is None else self.time_shown(due)

    def time_shown(self, at: datetime) -> str:
        """Return a time as students read it, in the course's time zone."""
        if self.zone:
            return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M} ({self.zone})"
        offset = f"{at:%z}"
        return f"{at:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]})"

    def possible(self, info: ExerciseInfo) -> float:
        """The points of an exercise."""
        if info.id in self.exercises:
            return self.exercises[info.id]
        return sum(self._weight(info, name) for name in info.functions)

    def points(self, info: ExerciseInfo, tallies: Tallies) -> dict[str, float]:
        """Points by function: what its values earn, less what its broken promises cost."""
        weights = {name: self._weight(info, name) for name in info.functions}
        whole = sum(weights.values())
        scale = self.possible(info) / whole if whole else 0.0
        return {
            name: round(weight * scale * fraction(tallies.get(name, {}), self.groups), 4)
            for name, weight in weights.items()
        }

    def _weight(self, info: ExerciseInfo, function: str) -> float:
        return self.functions.get((info.id, function), float(info.functions[function]))


def read_rubric(path: Path) -> Rubric:
    """Read rubric.toml. Raises UsageError that lists everything wrong with it."""
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
        text = content.decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("rubric", "unreadable", name=path, reason=reason) from error
    except UnicodeDecodeError as error:
        raise UsageError("rubric", "not_utf8", name=path) from error
    return parse_rubric(text, path.name)


def parse_rubric(text: str, name: str = "rubric.toml") -> Rubric:
    """A rubric from its text; nothing gives the default one. Raises UsageError."""
    try:
        document = parse_toml(text)
    except ValueError as error:
        raise UsageError("rubric", "unreadable", name=name, reason=error) from error
    checks = TomlChecks()
    values = rubric_values(document, load_catalog(), checks)
    if checks.problems:
        raise UsageError("rubric", "problems", name=name, problems=checks.listed)
    return Rubric(**values, text=text)
