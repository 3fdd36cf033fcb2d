"""Read the tables of rubric.toml as the values of a rubric."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..course.catalog import Catalog
from ..errors import Message
from ..grading.points import CONTRACT, FIXED
from ..i18n.toml_checks import TomlChecks
from .due_times import EVERY, Extension, Late

GROUPS = ("public", FIXED, "values", "edges", "errors", CONTRACT)
TABLES = (
    "course", "points", "groups", "attempts", "due", "extensions", "missing", "late", "drop",
    "quiz",
)  # fmt: skip


def rubric_values(
    document: Mapping[str, Any], catalog: Catalog, checks: TomlChecks
) -> dict[str, Any]:
    """Return the fields of a Rubric; they are valid only if `checks` has no problems."""
    table = {key: checks.table(document, key) for key in TABLES}
    checks.unknown("", document, TABLES)
    exercises, functions = _points(table["points"], catalog, checks)
    attempts, drop, missing = table["attempts"], table["drop"], table["missing"]
    checks.unknown("groups", table["groups"], GROUPS)
    checks.unknown("attempts", attempts, ("count", "limit"))
    checks.unknown("drop", drop, ("lowest", "units"))
    checks.unknown("missing", missing, ("exercises", "quizzes"))
    checks.unknown("quiz", table["quiz"], ("weight",))
    units = checks.table(drop, "units", "drop.")
    checks.unknown("drop.units", units, tuple(catalog.units))
    limit = attempts.get("limit")
    zone = _zone(table["course"], checks)
    times = _Times(catalog, checks, zone)
    due, extensions = times.due(table["due"]), times.extensions(table["extensions"])
    return {
        "exercises": exercises,
        "functions": functions,
        "groups": {key: checks.number(f"groups.{key}", v) for key, v in table["groups"].items()},
        "count": checks.choice(
            "attempts.count", attempts.get("count", "best"), ("best", "last", "first")
        ),
        "limit": checks.whole("attempts.limit", limit, 1) if limit is not None else None,
        "due": due,
        "assigned": frozenset(table["due"]) - {EVERY},
        "zoneless": zone is None and times.zoneless,
        "late": _late(table["late"], checks),
        "extensions": extensions,
        "missing": checks.choice(
            "missing.exercises", missing.get("exercises", "zero"), ("zero", "excused", "dropped")
        ),
        "missing_quizzes": checks.choice(
            "missing.quizzes", missing.get("quizzes", "excused"), ("excused", "zero")
        ),
        "zone": zone.key if zone else "",
        "drop_lowest": checks.whole("drop.lowest", drop.get("lowest", 0), 0),
        "drop_units": {key: checks.whole(f"drop.units.{key}", v, 0) for key, v in units.items()},
        "quiz_weight": checks.number("quiz.weight", table["quiz"].get("weight", 0), 1),
        "exercises_listed": _listed(table["course"], catalog, checks),
    }


def _points(
    table: Mapping[str, Any], catalog: Catalog, checks: TomlChecks
) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    exercises: dict[str, float] = {}
    functions: dict[tuple[str, str], float] = {}
    checks.unknown("points", table, tuple(catalog.exercises))
    for id, value in table.items():
        info = catalog.exercises.get(id)
        if info is None:
            continue
        if not isinstance(value, dict):
            exercises[id] = checks.number(f"points.{id}", value)
            continue
        checks.unknown(f"points.{id}", value, tuple(info.functions))
        for name, points in value.items():
            functions[id, name] = checks.number(f"points.{id}.{name}", points)
    return exercises, functions


def _late(table: Mapping[str, Any], checks: TomlChecks) -> Late:
    checks.unknown("late", table, ("grace_minutes", "per_day", "most", "refuse_after_days"))
    refuse = table.get("refuse_after_days")
    return Late(
        checks.number("late.grace_minutes", table.get("grace_minutes", 0)),
        checks.number("late.per_day", table.get("per_day", 0), 1),
        checks.number("late.most", table.get("most", 1), 1),
        None if refuse is None else checks.number("late.refuse_after_days", refuse),
    )


def _listed(table: Mapping[str, Any], catalog: Catalog, checks: TomlChecks) -> tuple[str, ...]:
    checks.unknown("course", table, ("exercises", "time_zone"))
    names = table.get("exercises", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        checks.note(Message("rubric", "names", place="course.exercises"))
        return ()
    checks.unknown("course.exercises", dict.fromkeys(names), tuple(catalog.exercises))
    return tuple(dict.fromkeys(names))


def _zone(table: Mapping[str, Any], checks: TomlChecks) -> ZoneInfo | None:
    name = table.get("time_zone")
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        checks.note(Message("rubric", "zone", place="course.time_zone", name=name))
        return None


class _Times:
    """Reads points in time, and remembers whether one had no offset."""

    def __init__(self, catalog: Catalog, checks: TomlChecks, zone: tzinfo | None) -> None:
        self._catalog = catalog
        self._checks = checks
        self._zone = zone
        self.zoneless = False

    def due(self, table: Mapping[str, Any]) -> dict[str, datetime]:
        """Return the due times of the class, by exercise."""
        self._checks.unknown("due", table, (EVERY, *self._catalog.exercises))
        due: dict[str, datetime] = {}
        for key, value in table.items():
            if (at := self._time(value)) is not None:
                due[key] = at
            else:
                self._checks.note(Message("rubric", "time", place=f"due.{key}"))
        every = dict.fromkeys(self._catalog.exercises, due.pop(EVERY)) if EVERY in due else {}
        return {**every, **due}

    def extensions(self, table: Mapping[str, Any]) -> dict[str, dict[str, Extension]]:
        """Return the extensions by the student's name in the rubric and by exercise."""
        found: dict[str, dict[str, Extension]] = {}
        for student in table:
            place = f"extensions.{student}"
            own = self._checks.table(table, student, "extensions.")
            self._checks.unknown(place, own, (EVERY, *self._catalog.exercises))
            for exercise, value in own.items():
                extension = self._extension(f"{place}.{exercise}", exercise, value)
                found.setdefault(student, {})[exercise] = extension
        return found

    def _extension(self, place: str, exercise: str, value: Any) -> Extension:
        if isinstance(value, (int, float)):
            return Extension(exercise, days=self._checks.number(place, value))
        at = self._time(value)
        if at is None:
            self._checks.note(Message("rubric", "extension", place=place))
        return Extension(exercise, due_at=at)

    def _time(self, value: object) -> datetime | None:
        """Return a point in time; the last second of a date; None for any other value."""
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, 23, 59, 59)
        if not isinstance(value, datetime):
            return None
        try:
            if value.tzinfo is None:
                self.zoneless = True
                value = value.replace(tzinfo=self._zone) if self._zone else value.astimezone()
            value.astimezone(timezone.utc)
        except (ValueError, OverflowError, OSError):
            return None
        return value
