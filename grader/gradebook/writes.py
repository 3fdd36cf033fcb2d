"""Writing people and reports. Every row's key follows from its content, so writing again what is
there changes nothing, and two runs at once end as one after the other would.
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
    """A file that was handed in, as a row without an id; `source` is None if it cannot be read."""

    row: Mapping[str, Any]
    content: bytes
    source: Submission | None
    #: Tells its entry in this download from every other, and the date of the file itself.
    mark: str
    modified: float | None


def intake(handed: Handed, course: str, framework: str | None) -> Intake:
    """Read what was handed in. What is wrong with the file is written with it."""
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
    if source:  # one name for all, so that equal sources are one
        source = source._replace(filename=f"{info.folder}.py")
    mark = hashlib.sha256(handed.entry.mark.encode()).hexdigest()
    return Intake(row, content, source, mark, handed.member.modified)


def write_students(
    connection: sa.Connection, course: str, people: Iterable[tuple[Student, bool]]
) -> None:
    """Add students that are new; what a roster says takes the place of what a file name said."""
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
        for field in ("name", "email", "section"):  # one system's roster lacks what another's has
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
    """Return, by submission, (report that counts, problem)."""
    table = submissions.c
    found: dict[str, tuple[str | None, Message]] = {}
    for some in chunks(sorted(set(ids))):
        query = sa.select(table.id, table.report, table.problem).where(table.id.in_(some))
        rows = connection.execute(query)
        found.update({id: (report, recalled(problem)) for id, report, problem in rows})
    return found


def forget_place(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Let submissions that an earlier version counted as attempts be what they are: stubs."""
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
    """Put students' (score, of) of a quiz in place of what was there."""
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
    """Add reports (id, record, seconds, limits) that are new."""
    rows = [
        {"id": id, **record.row(), "limits": dict(limits), "seconds": seconds, "made_at": now()}
        for id, record, seconds, limits in made
    ]
    insert_new(connection, reports, rows)


def link_first(connection: sa.Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """Give submissions (id, report) their first report; one that has any keeps it."""
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
    """Give submissions (id, report) another report; the ones before stay in `gradings`."""
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
    """Note why we could not grade submissions; `--resume` tries them again."""
    for id, fault in faults.items():
        of = submissions.c.id == id
        connection.execute(sa.update(submissions).where(of).values(fault=stored(fault)))


def in_utc(at: datetime) -> str:
    """Return a time as it is stored."""
    return at.astimezone(timezone.utc).isoformat()
