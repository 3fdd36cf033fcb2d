"""The rubric: what counts how much. Read from rubric.toml; the default needs no file.

[course]
exercises = ["ex01", "ex03"]   # those that count; without it: gradebook exercises
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

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, Literal

from ..course.catalog import Catalog, ExerciseInfo, load_catalog
from ..errors import Message, Messages, UsageError
from ..grading.points import CONTRACT, FIXED, fraction
from ..i18n.tomlio import parse_toml
from .records import Tallies

Count = Literal["best", "last", "first"]
GROUPS = ("public", FIXED, "values", "edges", "errors", CONTRACT)
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Late:
    """What lateness costs, as fractions of the points that were won."""

    grace_minutes: float = 0.0
    per_day: float = 0.0
    most: float = 1.0
    refuse_after_days: float | None = None

    def days(self, due: datetime, submitted: datetime) -> int:
        """Days late, each counted when it has begun; 0 within the grace."""
        late = (submitted - due).total_seconds()
        if late <= self.grace_minutes * 60:
            return 0
        return int(-(-late // 86400))

    def share_lost(self, days: int) -> float:
        """The fraction of the points that so many days cost."""
        if self.refuse_after_days is not None and days > self.refuse_after_days:
            return 1.0
        return min(self.per_day * days, self.most)


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
    #: Exercises whose own due time is named: these are asked for, whoever hands in.
    assigned: frozenset[str] = frozenset()
    #: Whether a due time lacks its offset, and so means the zone of the computer that reads it.
    zoneless: bool = False
    late: Late = Late()
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
    reader = _Reader(load_catalog())
    rubric = reader.read(document, text)
    if reader.problems:
        lines = Messages(["", *reader.problems], "\n  ")
        raise UsageError("rubric", "problems", name=name, problems=lines)
    return rubric


def _point(value: object) -> datetime:
    """A point in time; of a day its last second. Raises TypeError."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 23, 59, 59)
    raise TypeError("no time")


class _Reader:
    """Reads the document and collects its problems."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.problems: list[Message] = []

    def read(self, document: Mapping[str, Any], text: str) -> Rubric:
        """A rubric; it is of use only if there are no problems."""
        known = ("course", "points", "groups", "attempts", "due", "late", "drop", "quiz")
        table = {key: self._table(document, key) for key in known}
        self._unknown("", document, known)
        exercises, functions = self._points(table["points"])
        attempts, late, drop = table["attempts"], table["late"], table["drop"]
        self._unknown("groups", table["groups"], GROUPS)
        self._unknown("attempts", attempts, ("count", "limit"))
        self._unknown("drop", drop, ("lowest", "units"))
        self._unknown("quiz", table["quiz"], ("weight",))
        late_keys = ("grace_minutes", "per_day", "most", "refuse_after_days")
        self._unknown("late", late, late_keys)
        units = self._table(drop, "units", "drop.")
        self._unknown("drop.units", units, tuple(self._catalog.units))
        count = attempts.get("count", "best")
        if count not in ("best", "last", "first"):
            self._problem("choice", place="attempts.count", known="best, last, first")
        limit, refuse = attempts.get("limit"), late.get("refuse_after_days")
        return Rubric(
            exercises=exercises,
            functions=functions,
            groups={key: self._number(f"groups.{key}", v) for key, v in table["groups"].items()},
            count=count,
            limit=self._whole("attempts.limit", limit, 1) if limit is not None else None,
            due=self._due(table["due"]),
            assigned=frozenset(table["due"]) - {"all"},
            zoneless=any(getattr(at, "tzinfo", None) is None for at in table["due"].values()),
            late=Late(
                self._number("late.grace_minutes", late.get("grace_minutes", 0)),
                self._number("late.per_day", late.get("per_day", 0), 1),
                self._number("late.most", late.get("most", 1), 1),
                None if refuse is None else self._number("late.refuse_after_days", refuse),
            ),
            drop_lowest=self._whole("drop.lowest", drop.get("lowest", 0), 0),
            drop_units={key: self._whole(f"drop.units.{key}", v, 0) for key, v in units.items()},
            quiz_weight=self._number("quiz.weight", table["quiz"].get("weight", 0), 1),
            exercises_listed=self._listed(table["course"]),
            text=text,
        )

    def _points(
        self, table: Mapping[str, Any]
    ) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
        exercises: dict[str, float] = {}
        functions: dict[tuple[str, str], float] = {}
        self._unknown("points", table, tuple(self._catalog.exercises))
        for id, value in table.items():
            info = self._catalog.exercises.get(id)
            if info is None:
                continue
            if not isinstance(value, dict):
                exercises[id] = self._number(f"points.{id}", value)
                continue
            self._unknown(f"points.{id}", value, tuple(info.functions))
            for name, points in value.items():
                functions[id, name] = self._number(f"points.{id}.{name}", points)
        return exercises, functions

    def _listed(self, table: Mapping[str, Any]) -> tuple[str, ...]:
        self._unknown("course", table, ("exercises",))
        names = table.get("exercises", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._problem("names", place="course.exercises")
            return ()
        self._unknown("course.exercises", dict.fromkeys(names), tuple(self._catalog.exercises))
        return tuple(dict.fromkeys(names))

    def _due(self, table: Mapping[str, Any]) -> dict[str, datetime]:
        self._unknown("due", table, ("all", *self._catalog.exercises))
        due: dict[str, datetime] = {}
        for key, value in table.items():
            try:
                due[key] = _point(value).astimezone(timezone.utc)
            except (TypeError, ValueError, OverflowError, OSError):
                self._problem("time", place=f"due.{key}")
        everywhere = dict.fromkeys(self._catalog.exercises, due.pop("all")) if "all" in due else {}
        return {**everywhere, **due}

    def _table(self, document: Mapping[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
        value = document.get(key, {})
        if isinstance(value, dict):
            return value
        self._problem("table", place=f"{prefix}{key}")
        return {}

    def _unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                listed = ", ".join(known)
                hint = Message("rubric", "near", name=near[0]) if near else listed
                self._problem("unknown", place=f"{place}.{key}".lstrip("."), hint=hint)

    def _number(self, key: str, value: Any, most: float | None = None) -> float:
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and 0 <= value <= (most if most is not None else 1e9):
            return float(value)
        limit = Message("rubric", "up_to", most=most) if most is not None else ""
        self._problem("number", place=key, limit=limit)
        return 0.0

    def _whole(self, key: str, value: Any, least: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self._problem("whole", place=key, least=least)
        return least

    def _problem(self, key: str, **values: object) -> None:
        self.problems.append(Message("rubric", key, **values))
