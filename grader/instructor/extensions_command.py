"""Implement `gradebook extend`: set due times for one student, or for the students in a CSV."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..course.catalog import load_catalog
from ..errors import UsageError
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.due_times import EVERY, Extension
from ..gradebook.extensions import write_extension
from ..gradebook.queries import rubric_of
from ..gradebook.rubric import Rubric
from ..i18n.texts import say
from .authors import login
from .decision_rows import DecisionRow, each_row, read_rows
from .overrides import REVOKED
from .student_lookup import StudentLookup, lookup_in

if TYPE_CHECKING:
    from ..terminal.app import App

#: A number of days after the due time of the class: `+2`, `2d`, `1.5 days`.
_DAYS = re.compile(r"\+?(\d{1,3}(?:[.,]\d+)?)\s*(?:d|days?|天)?", re.IGNORECASE)
#: Maximum number of days that an extension adds.
MOST_DAYS = 366.0


@dataclass(frozen=True)
class _Course:
    gradebook: Gradebook
    lookup: StudentLookup
    rubric: Rubric


def run_extend(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str | None,
    exercise: str | None,
    when: str | None,
    file: str | None,
    revoke: bool,
    reason: str,
    author: str | None,
) -> int:
    """Write an extension or the extensions in a CSV, or revoke one. Raises UsageError."""
    if file is not None:
        if any((student, exercise, when, revoke)):
            raise UsageError("decisions", "file_alone")
        return _run_file(app, place, course, file, reason=reason, author=author)
    if student is None or exercise is None:
        raise UsageError("decisions", "who_and_what")
    if (when is None) == (not revoke):
        raise UsageError("decisions", "when_or_revoke")
    with closing(open_gradebook(place, course=course)) as gradebook:
        about = _course(gradebook)
        known = about.lookup.find(student)
        extension = _extension(about, exercise, when or "", reason.strip(), login(author))
        with gradebook.writing() as connection:
            write_extension(connection, course, known, extension)
    shown = when_shown(extension, about.rubric)
    app.out([say("decisions", "extended", student=known, id=extension.exercise, when=shown)])
    return 0


def _run_file(
    app: App, place: str | None, course: str, file: str, *, reason: str, author: str | None
) -> int:
    rows = read_rows(file, ("student", "exercise"))
    if not any(row["due"] or row["days"] for row in rows):
        raise UsageError("decisions", "header", file=file, names="due / days")
    with closing(open_gradebook(place, course=course)) as gradebook:
        about = _course(gradebook)

        def read(row: DecisionRow) -> tuple[str, Extension]:
            if bool(row["due"]) == bool(row["days"]):
                raise UsageError("decisions", "due_or_days")
            student = about.lookup.find(row["student"])
            why, who = row["reason"] or reason.strip(), login(row["author"] or author)
            return student, _extension(about, row["exercise"], row["due"] or row["days"], why, who)

        made = each_row(file, rows, read)
        with gradebook.writing() as connection:
            for student, extension in made:
                write_extension(connection, course, student, extension)
    app.out([say("decisions", "extended_all", count=len(made))])
    return 0


def _course(gradebook: Gradebook) -> _Course:
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
    return _Course(gradebook, lookup_in(gradebook), rubric)


def _extension(about: _Course, exercise: str, when: str, reason: str, author: str) -> Extension:
    """Return the extension that `when` describes; an empty text or `revoke` revokes one."""
    if not reason:
        raise UsageError("show", "override_reason")
    every = exercise.casefold() == EVERY
    id = EVERY if every else load_catalog().resolve(exercise).id
    text = when.strip()
    if not text or text.casefold() in REVOKED:
        return Extension(id, reason=reason, author=author)
    if found := _DAYS.fullmatch(text):
        days = float(found[1].replace(",", "."))
        if days > MOST_DAYS:
            raise UsageError("decisions", "days", most=MOST_DAYS)
        if not every and id not in about.rubric.due:
            raise UsageError("decisions", "no_due", id=id)
        return Extension(id, days=days, reason=reason, author=author)
    return Extension(id, _time(text, about.rubric), reason=reason, author=author)


def _time(text: str, rubric: Rubric) -> datetime:
    """Parse a point in time; a date stands for its last second.

    A time without an offset is in the zone of the course, or of this computer if there is none.
    """
    zone: tzinfo | None = ZoneInfo(rubric.zone) if rubric.zone else None
    try:
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
            day = date(*map(int, text.split("-")))
            at = datetime(day.year, day.month, day.day, 23, 59, 59)
        else:
            at = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone) if zone else at.astimezone()
        at.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise UsageError("decisions", "when", text=text) from None
    return at


def when_shown(extension: Extension, rubric: Rubric) -> str:
    """Return an extension's due time, days or revocation as text."""
    if extension.is_revoked:
        return say("show", "revoked")
    if extension.days is not None:
        return say("decisions", "days_more", days=f"{extension.days:g}")
    return rubric.due_shown(extension.exercise, extension)
