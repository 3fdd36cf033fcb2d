"""Writing submissions and reports. Every row's key follows from its content, so writing again what
is there changes nothing, and two runs at once end as one after the other would.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timezone
from typing import Any

import sqlalchemy as sa

from ..batch.tasks import framework_for
from ..errors import SubmissionError
from ..submissions.collection import Handed
from ..submissions.roster import Student
from ..submissions.submission import Submission, parse_submission
from .connection import now
from .dialects import chunks, insert_new
from .records import Record
from .tables import contents, gradings, quiz_scores, reports, students, submissions


@dataclass(frozen=True)
class Intake:
    """A submission as it is written; `source` is None if it cannot be read."""

    row: Mapping[str, Any]
    content: bytes
    source: Submission | None

    @property
    def id(self) -> str:
        """Names student, exercise and content."""
        id: str = self.row["id"]
        return id


def intake(handed: Handed, course: str, framework: str | None) -> Intake:
    """Read what was handed in. What is wrong with the file is written with it."""
    content, problem, source = b"", "", None
    try:
        content = handed.read()
        source = parse_submission(content, handed.filename)
    except SubmissionError as error:
        problem = str(error)
    content_hash = hashlib.sha256(content).hexdigest()
    parts = (course, handed.student.id, handed.exercise.id, content_hash)
    info = handed.exercise
    row = {
        "id": hashlib.sha256("\0".join(parts).encode()).hexdigest(),
        "course": course,
        "student": handed.student.id,
        "exercise": info.id,
        "content_hash": content_hash,
        "filename": handed.filename,
        "origin": handed.origin,
        "submitted_at": _stored(handed),
        "file_time": handed.member.modified,
        "upload": handed.upload,
        "late": handed.late,
        "source_hash": source.source_hash if source else "",
        "framework": framework_for(info, source.source, framework) if source else "",
        "notes": dict(source.notes) if source else {},
        "problem": problem,
        "fault": "",
        "report": None,
        "seen_at": now(),
    }
    if source:  # one name for all, so that equal sources are one
        source = source._replace(filename=f"{info.folder}.py")
    return Intake(row, content, source)


def write_students(
    connection: sa.Connection, course: str, people: Iterable[tuple[Student, bool]]
) -> None:
    """Add students that are new; what a roster says takes the place of what a file name said."""
    rows = {
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
        if row["listed"] and dict(known[id]) != row:
            connection.execute(
                sa.update(students)
                .where(students.c.course == course, students.c.id == id)
                .values(**row)
            )


def write_submissions(
    connection: sa.Connection, intakes: Sequence[Intake]
) -> dict[str, tuple[str | None, str]]:
    """Write what is not there yet; returns, by id, (report that counts, problem)."""
    insert_new(
        connection,
        contents,
        [{"hash": i.row["content_hash"], "content": i.content} for i in intakes],
    )
    insert_new(connection, submissions, [i.row for i in intakes])
    wanted = {i.id: i.row for i in intakes}
    table = submissions.c
    found: dict[str, tuple[str | None, str]] = {}
    for some in chunks(sorted(wanted)):
        columns = (table.id, table.report, table.problem, table.submitted_at)
        for id, report, problem, at in connection.execute(
            sa.select(*columns).where(table.id.in_(some))
        ):
            found[id] = (report, problem)
            known = wanted[id]["submitted_at"]
            if known and (at is None or known < at):
                connection.execute(
                    sa.update(submissions).where(table.id == id).values(submitted_at=known)
                )
    return found


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
    made: Sequence[tuple[str, Record, float, Mapping[str, float]]],
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


def write_faults(connection: sa.Connection, faults: Mapping[str, str]) -> None:
    """Note why we could not grade submissions; `--resume` tries them again."""
    for id, fault in faults.items():
        connection.execute(sa.update(submissions).where(submissions.c.id == id).values(fault=fault))


def _stored(handed: Handed) -> str | None:
    at = handed.submitted_at
    return at.astimezone(timezone.utc).isoformat(timespec="seconds") if at else None
