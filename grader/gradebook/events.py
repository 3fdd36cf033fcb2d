"""Decide whether a file is a known hand-in or a new one.

A hand-in is an event: who handed in what, when, and from where. It is identified by its number or
date in an LMS, if it has one, and otherwise by the download in which it was seen. So grading a
download again adds nothing, and a file that returns after another one is a separate hand-in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..submissions.order import in_order
from .attempts import moment_of
from .dialects import chunks, insert_new
from .merged import of_one_person
from .people import heads_of
from .tables import contents, courses, exam_answers, exam_sightings, sightings, submissions
from .writes import Intake

#: Columns that distinguish and order hand-ins.
_COLUMNS = (
    "id", "student", "exercise", "content_hash", "submitted_at", "dated", "upload", "file_time",
    "within", "run", "seen_at", "kept",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """The tables in which hand-ins of one kind are kept."""

    rows: sa.Table
    sightings: sa.Table


WORK = Kept(submissions, sightings)
EXAMS = Kept(exam_answers, exam_sightings)


@dataclass
class _Event:
    """A hand-in of a student for an exercise, as it is or will be stored."""

    row: Mapping[str, Any]
    marks: set[str] = field(default_factory=set)
    new: bool = False

    @property
    def content(self) -> str:
        content: str = self.row["content_hash"]
        return content


def write_events(
    connection: sa.Connection, course: str, intakes: Sequence[Intake], run: int, kept: Kept = WORK
) -> list[str]:
    """Write the hand-ins that are new; return the id of each.

    All hand-ins of one student for one exercise in a run must be passed together, including those
    under merged ids. A hand-in keeps the id under which it was received.
    """
    # Lock the course, because PostgreSQL would let two writers read the same state.
    connection.execute(sa.select(courses.c.id).where(courses.c.id == course).with_for_update())
    insert_new(
        connection,
        contents,
        [{"hash": i.row["content_hash"], "content": i.content} for i in intakes],
    )
    heads = heads_of(connection, course)
    known = _known(connection, course, intakes, heads, kept)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, intake in enumerate(intakes):
        student = intake.row["student"]
        groups.setdefault((heads.get(student, student), intake.row["exercise"]), []).append(at)
    placed: dict[int, _Event] = {}
    for key, group in groups.items():
        events = _of_student([intakes[at] for at in group], known.get(key, []), run)
        placed.update(zip(group, events, strict=True))
    new = {id(event): event for event in placed.values() if event.new}.values()
    _give_ids(connection, list(new), kept)
    insert_new(connection, kept.rows, [event.row for event in new])
    seen = [{"submission": placed[at].row["id"], "mark": i.mark} for at, i in enumerate(intakes)]
    insert_new(connection, kept.sightings, seen)
    pairs = [(placed[at], intake) for at, intake in enumerate(intakes)]
    _write_dates(connection, pairs, kept)
    return [placed[at].row["id"] for at in range(len(intakes))]


def _known(
    connection: sa.Connection,
    course: str,
    intakes: Sequence[Intake],
    heads: Mapping[str, str],
    kept: Kept,
) -> dict[tuple[str, str], list[_Event]]:
    """Return the stored hand-ins of the students in `intakes`, by (counted student, exercise)."""
    found: dict[tuple[str, str], list[_Event]] = {}
    by_id: dict[str, _Event] = {}
    table, seen = kept.rows, kept.sightings
    columns = [table.c[name] for name in _COLUMNS]
    joined = seen.join(table, seen.c.submission == table.c.id)
    exercises = sorted({intake.row["exercise"] for intake in intakes})
    students = {intake.row["student"] for intake in intakes}
    counted = {heads.get(student, student) for student in students}
    members = students | counted | {student for student, head in heads.items() if head in counted}
    for some in chunks(sorted(members)):
        theirs = (
            table.c.course == course,
            table.c.exercise.in_(exercises),
            table.c.student.in_(some),
        )
        for row in connection.execute(sa.select(*columns).where(*theirs)).mappings():
            event = by_id[row["id"]] = _Event(dict(row))
            student = heads.get(row["student"], row["student"])
            found.setdefault((student, row["exercise"]), []).append(event)
        for id, mark in connection.execute(sa.select(seen).select_from(joined).where(*theirs)):
            by_id[id].marks.add(mark)
    return found


def _of_student(intakes: Sequence[Intake], known: Sequence[_Event], run: int) -> list[_Event]:
    """Return the hand-in, known or new, for each of a student's files for an exercise."""
    events = list(known)
    still = _still_lying(intakes, known)
    result = []
    for intake in intakes:
        content = intake.row["content_hash"]
        event = _same(intake, [e for e in events if e.content == content], events)
        if event is None and not _evident(intake.row):
            event = still.get(content)
        if event is None:
            event = _Event({**intake.row, "run": run, "kept": None}, new=True)
            if not _evident(intake.row):
                still[content] = event
            events.append(event)
        event.marks.add(intake.mark)
        result.append(event)
    return result


def _same(intake: Intake, same: Sequence[_Event], events: Sequence[_Event]) -> _Event | None:
    """Return the hand-in among those of the same content that a file evidently is, or None."""
    row = intake.row
    for event in same:
        if intake.mark in event.marks:
            return event
    for event in same:
        if _is_one(row, event, events):
            return event
    return next((event for event in same if _kept_of(event.row, intake)), None)


def _is_one(row: Mapping[str, Any], event: _Event, events: Sequence[_Event]) -> bool:
    """Return whether the time or number in an LMS or archive identifies a file with a hand-in."""
    it = event.row
    if row["submitted_at"] is not None:
        return _same_time(it, row["submitted_at"])
    if row["upload"]:
        return bool(it["upload"] == row["upload"])
    if row["dated"] is None or it["submitted_at"] is not None or it["upload"]:
        return False
    return it["dated"] == row["dated"] and not _dated_alike(event, events)


def _kept_of(event: Mapping[str, Any], intake: Intake) -> bool:
    """Return whether a file matches a hand-in of an earlier version by its innermost date."""
    row = intake.row
    timeless = event["submitted_at"] is None or row["submitted_at"] is None
    alike = event["file_time"] == intake.modified and event["upload"] == row["upload"]
    return event["kept"] is not None and timeless and alike


def _same_time(event: Mapping[str, Any], submitted_at: str) -> bool:
    """Return whether times from an LMS agree; an earlier version cut them to whole seconds."""
    known = event["submitted_at"]
    if event["kept"] is not None and known is not None:
        return str(known)[:19] == submitted_at[:19]
    return bool(known == submitted_at)


def _dated_alike(event: _Event, events: Sequence[_Event]) -> bool:
    """Return whether later work has the same date, which therefore proves nothing."""
    return any(
        other.row["dated"] == event.row["dated"]
        and other.content != event.content
        and other.row["run"] > event.row["run"]
        for other in events
    )


def _evident(row: Mapping[str, Any]) -> bool:
    """Return whether a file itself carries evidence of when it was handed in."""
    return bool(row["submitted_at"] is not None or row["upload"] or row["dated"] is not None)


def _still_lying(intakes: Sequence[Intake], known: Sequence[_Event]) -> dict[str, _Event]:
    """Return the student's last known hand-ins by content.

    A file without a time that equals one of them is still in its place from before, and was not
    handed in again.
    """
    if not known:
        return {}
    rows = of_one_person([event.row for event in known])
    last = known[in_order([moment_of(row) for row in rows])[-1]]
    together = {e.content: e for e in known if e.row["run"] == last.row["run"]}
    there = {intake.row["content_hash"] for intake in intakes}
    return {**(together if together.keys() <= there else {}), last.content: last}


def _give_ids(connection: sa.Connection, events: Sequence[_Event], kept: Kept) -> None:
    """Derive the ids of new hand-ins from their data, and from a number if the id is taken."""
    salt = 0
    left = list(events)
    while left:
        for event in left:
            event.row = {**event.row, "id": _id_of(event, salt)}
        taken: set[str] = set()
        for some in chunks(sorted(event.row["id"] for event in left)):
            query = sa.select(kept.rows.c.id).where(kept.rows.c.id.in_(some))
            taken.update(connection.execute(query).scalars())
        left = [event for event in left if event.row["id"] in taken]
        salt += 1


def _id_of(event: _Event, salt: int) -> str:
    row = event.row
    parts = [row["course"], row["student"], row["exercise"], row["content_hash"]]
    if row["submitted_at"] is not None:
        parts.append(f"at {row['submitted_at']}")
    elif row["upload"]:
        parts.append(f"upload {row['upload']}")
    elif row["dated"] is not None:
        parts.append(f"dated {row['dated']!r}")
    else:
        parts.append(min(event.marks))
    if salt:
        parts.append(str(salt))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _write_dates(
    connection: sa.Connection, pairs: Sequence[tuple[_Event, Intake]], kept: Kept
) -> None:
    """Store the earliest date that an archive of any run gives a hand-in."""
    earliest: dict[str, float] = {}
    for event, intake in pairs:
        dated, known = intake.row["dated"], event.row["dated"]
        if dated is None or event.row["kept"] is not None:
            continue
        if known is None or dated < known:
            id = event.row["id"]
            earliest[id] = min(dated, earliest.get(id, dated))
    for id, dated in earliest.items():
        connection.execute(sa.update(kept.rows).where(kept.rows.c.id == id).values(dated=dated))
