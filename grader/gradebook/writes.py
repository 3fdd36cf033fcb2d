"""Write people and reports.

Every row's key follows from its content, so writing the same data again changes nothing, and
concurrent runs have the same result as consecutive ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from ..batch.tasks import framework_for
from ..errors import Message, SubmissionError
from ..submissions.collection import Handed
from ..submissions.roster import Student
from ..submissions.submission import Submission, parse_submission
from .connection import now
from .dialects import chunks, insert_new
from .stored_messages import recalled, stored
from .tables import gradings, quiz_scores, reports, students, submissions


@dataclass(frozen=True)
class Intake:
    """A file handed in, as a row without an id; `source` is None if it cannot be read."""

    row: Mapping[str, Any]
    content: bytes
    source: Submission | None
    #: Hash that identifies the entry in this download, and the date of the file itself.
    mark: str
    modified: float | None


def intake(handed: Handed, course: str, framework: str | None) -> Intake:
    """Read a hand-in. If the file cannot be read, the row holds the problem."""
    content, problem, source = b"", "", None
    try:
        content = handed.read()
        source = parse_submission(content, handed.filename)
    except SubmissionError as error:
        problem = stored(error.message)
    content_hash = hashlib.sha256(content).hexdigest()
    info = handed.exercise
    row = {
        "course": course,
        "student": handed.student.id,
        "exercise": info.id,
        "content_hash": content_hash,
        "filename": handed.filename,
        "origin": handed.origin,
        "submitted_at": in_utc(handed.submitted_at) if handed.submitted_at else None,
        "dated": handed.entry.dated,
        "file_time": handed.entry.saved,
        "within": handed.within,
        "upload": handed.upload,
        "late": handed.late,
        "source_hash": source.source_hash if source else "",
        "framework": framework_for(info, source.source, framework) if source else "",
        "notes": dict(source.notes) if source else {},
        "problem": problem,
        "fault": "",
        "report": None,
        "seen_at": now(),
        "team": handed.team,
    }
    if source:  # the same name for all, so that equal sources share a report
        source = source._replace(filename=f"{info.folder}.py")
    mark = hashlib.sha256(handed.entry.mark.encode()).hexdigest()
    return Intake(row, content, source, mark, handed.member.modified)


def write_students(
    connection: sa.Connection, course: str, people: Iterable[tuple[Student, bool]]
) -> None:
    """Add new students; data from a roster replaces data from file names."""
    rows: dict[str, dict[str, Any]] = {
        person.id: {
            "course": course,
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "section": person.section,
            "ids": dict(person.ids),
            "listed": listed,
        }
        for person, listed in people
    }
    insert_new(connection, students, list(rows.values()))
    known: dict[str, Mapping[str, Any]] = {}
    for some in chunks(sorted(rows)):
        query = sa.select(students).where(students.c.course == course, students.c.id.in_(some))
        known.update({row["id"]: row for row in connection.execute(query).mappings()})
    for id, row in rows.items():
        before = known[id]
        for field in ("name", "email", "section"):  # some systems' rosters lack some fields
            row[field] = row[field] or before[field]
        row["ids"] = {**before["ids"], **row["ids"]}
        if row["listed"] and dict(before) != row:
            connection.execute(
                sa.update(students)
                .where(students.c.course == course, students.c.id == id)
                .values(**row)
            )


def reports_of(
    connection: sa.Connection, ids: Sequence[str]
) -> dict[str, tuple[str | None, Message]]:
    """Return submission → (report that counts or None, problem)."""
    table = submissions.c
    found: dict[str, tuple[str | None, Message]] = {}
    for some in chunks(sorted(set(ids))):
        query = sa.select(table.id, table.report, table.problem).where(table.id.in_(some))
        rows = connection.execute(query)
        found.update({id: (report, recalled(problem)) for id, report, problem in rows})
    return found


def forget_place(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Clear the stored position of stubs that an earlier version counted as attempts."""
    for some in chunks(sorted(set(ids))):
        table = submissions.c
        connection.execute(
            sa.update(submissions)
            .where(table.id.in_(some), table.kept.is_not(None))
            .values(kept=None)
        )


def write_quiz_scores(
    connection: sa.Connection, course: str, quiz: str, scores: Mapping[str, tuple[float, float]]
) -> None:
    """Replace students' scores of a quiz, given as (score, maximum score)."""
    table = quiz_scores.c
    for some in chunks(sorted(scores)):
        connection.execute(
            sa.delete(quiz_scores).where(
                table.course == course, table.quiz == quiz, table.student.in_(some)
            )
        )
    rows = [
        {"course": course, "student": id, "quiz": quiz, "score": score, "max_score": most}
        for id, (score, most) in scores.items()
    ]
    insert_new(connection, quiz_scores, rows)


def write_reports(
    connection: sa.Connection,
    made: Iterable[Sequence[Any]],
) -> None:
    """Add new reports, given as (id, record, seconds, limits)."""
    rows = [
        {"id": id, **record.row(), "limits": dict(limits), "seconds": seconds, "made_at": now()}
        for id, record, seconds, limits in made
    ]
    insert_new(connection, reports, rows)


def link_first(connection: sa.Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """Link submissions, given as (id, report), to their first report; others keep theirs."""
    if not pairs:
        return
    table = submissions.c
    connection.execute(
        sa.update(submissions)
        .where(table.id == sa.bindparam("of"), table.report.is_(None))
        .values(report=sa.bindparam("to"), fault=""),
        [{"of": id, "to": report} for id, report in pairs],
    )
    ours = dict(pairs)
    linked = []
    for some in chunks(sorted(ours)):
        query = sa.select(table.id, table.report).where(table.id.in_(some))
        linked += [id for id, report in connection.execute(query) if report == ours[id]]
    rows = [
        {
            "submission": id,
            "number": 1,
            "report": ours[id],
            "reason": "",
            "author": "",
            "graded_at": now(),
        }
        for id in linked
    ]
    insert_new(connection, gradings, rows)


def link_again(
    connection: sa.Connection, pairs: Sequence[tuple[str, str]], *, reason: str, author: str
) -> None:
    """Link submissions, given as (id, report), to a new report; old ones stay in `gradings`."""
    for id, report in pairs:
        query = sa.select(sa.func.max(gradings.c.number)).where(gradings.c.submission == id)
        number = (connection.execute(query).scalar() or 0) + 1
        connection.execute(
            sa.insert(gradings),
            {
                "submission": id,
                "number": number,
                "report": report,
                "reason": reason,
                "author": author,
                "graded_at": now(),
            },
        )
        connection.execute(
            sa.update(submissions).where(submissions.c.id == id).values(report=report, fault="")
        )


def write_faults(connection: sa.Connection, faults: Mapping[str, Message]) -> None:
    """Store why submissions could not be graded; `--resume` tries them again."""
    for id, fault in faults.items():
        of = submissions.c.id == id
        connection.execute(sa.update(submissions).where(of).values(fault=stored(fault)))


def in_utc(at: datetime) -> str:
    """Return a time in the stored format, ISO 8601 in UTC."""
    return at.astimezone(timezone.utc).isoformat()
