"""The rubric, which decides how grades follow from reports. The default needs no file.

An example of rubric.toml with all tables:

[course]
exercises = ["ex01", "ex03"]   # the ones that count; default: those of `gradebook exercises`
time_zone = "Asia/Shanghai"    # for times without an offset, and for times shown to students
[points]
ex01 = 20                      # for a whole exercise; its functions are scaled
ex03.same_padding = 4          # for one function
[groups]
public = 1                     # weight of the public examples; default 0.1
fixed = 1                      # of the hidden cases that are the same for every seed; default 0.1
values = 2                     # of the cases drawn by seed; default 1
errors = 0                     # factor for the cost of failures on impossible inputs, and
contract = 0.5                 # of all other broken promises; default and maximum 1
[attempts]
count = "best"                 # or "last", "first"
limit = 5                      # later attempts do not count
[due]
all = 2026-12-20               # for every exercise without its own; the whole day counts
ex01 = 2026-10-02T23:59:00+08:00
[extensions.jane]              # a student, by any id
ex01 = 2026-10-09              # the student's own due time
all = 2                        # additional days for every exercise without its own entry
[missing]
exercises = "zero"             # or "excused", "dropped": exercises not handed in
quizzes = "excused"            # or "zero": quizzes without a score
[late]
grace_minutes = 10
per_day = 0.1                  # fraction of the points lost per day begun
most = 0.5                     # maximum fraction lost
refuse_after_days = 7          # later work gets no points
[drop]
lowest = 1                     # number of the weakest exercises of the course
units.A = 1                    # the same for one unit
[quiz]
weight = 0.2                   # fraction of the course grade

The default weight of `edges` is 1, or less so that one of its cases never weighs more than one of
`values`. `[due] all` does not make an exercise due that the class has not handed in.
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
#: How exercises, and quizzes, that a student has nothing for count.
MissingPolicy = Literal["zero", "excused", "dropped"]
#: Maximum size of rubric.toml, in bytes.
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Rubric:
    """A rubric in force. Empty mappings leave the catalog's values unchanged."""

    #: Points of whole exercises, and of functions by (exercise, function).
    exercises: Mapping[str, float] = field(default_factory=dict)
    functions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)
    count: Count = "best"
    limit: int | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)
    #: Exercises with a due time of their own, which are expected of every student.
    assigned: frozenset[str] = frozenset()
    #: Whether a due time lacks its offset, and so is in the time zone of the reading computer.
    zoneless: bool = False
    late: Late = field(default_factory=Late)
    #: Student, by the name in the rubric → exercise or `all` → extension.
    extensions: Mapping[str, Mapping[str, Extension]] = field(default_factory=dict)
    missing: MissingPolicy = "zero"
    missing_quizzes: MissingPolicy = "excused"
    #: The time zone of the course; empty to use the offsets of the times themselves.
    zone: str = ""
    drop_lowest: int = 0
    drop_units: Mapping[str, int] = field(default_factory=dict)
    quiz_weight: float = 0.0
    #: The exercises of the course; empty if the rubric does not list them.
    exercises_listed: tuple[str, ...] = ()
    #: The text from which it was read.
    text: str = ""

    @property
    def digest(self) -> str:
        """Return the id of the rubric in a grade's provenance; empty for the default rubric."""
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
        """Return the maximum points of an exercise."""
        if info.id in self.exercises:
            return self.exercises[info.id]
        return sum(self._weight(info, name) for name in info.functions)

    def points(self, info: ExerciseInfo, tallies: Tallies) -> dict[str, float]:
        """Return the points of each function: earned by values, less the cost of promises."""
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
    """Parse the text of a rubric; an empty text is the default rubric. Raises UsageError."""
    try:
        document = parse_toml(text)
    except ValueError as error:
        raise UsageError("rubric", "unreadable", name=name, reason=error) from error
    checks = TomlChecks()
    values = rubric_values(document, load_catalog(), checks)
    if checks.problems:
        raise UsageError("rubric", "problems", name=name, problems=checks.listed)
    return Rubric(**values, text=text)
