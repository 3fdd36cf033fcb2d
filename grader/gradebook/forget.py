"""Erase a person from a course: name, ids, code, reports and comments. Counts stay.

The basis of class statistics and grade distributions stays under an anonymous name: which
exercises were handed in, and the state, points and misconceptions of their reports. Reports and
contents that another student has too also stay.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..errors import Message
from .connection import Gradebook
from .course_decisions import write_course_decision
from .people import heads_of, members_of
from .records import document_of, encoded_document
from .report_words import without_words
from .stored_messages import stored
from .tables import (
    contents,
    doubts,
    exam_answers,
    exam_sightings,
    gradings,
    identifiers,
    identity_decisions,
    overrides,
    quiz_scores,
    reports,
    sightings,
    students,
    submissions,
)
from .term_tables import comments, extensions, team_members


@dataclass(frozen=True)
class Forgotten:
    """The result of erasing a person: how many rows of each kind were erased."""

    #: The name under which the counts stay.
    left_as: str
    submissions: int
    reports: int
    comments: int


def forget(gradebook: Gradebook, student: str, *, author: str, reason: str) -> Forgotten:
    """Erase all who count as a student, in one transaction. Raises GradebookError."""
    course = gradebook.course
    with gradebook.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        head = heads_of(connection, course).get(student, student)
        people = members_of(connection, course, head)
        left_as = _free_name(connection, course)
        row = {"course": course, "id": left_as, "name": "", "email": "", "section": ""}
        connection.execute(sa.insert(students), {**row, "ids": {}, "listed": False})
        said = _erase_words(connection, course, people, left_as)
        handed, erased = _erase_hand_ins(connection, course, people, left_as)
        _erase_exams(connection, course, people, left_as)
        _move_quizzes(connection, course, people, left_as)
        for table in (identifiers, doubts, team_members):
            _delete(connection, table, course, people)
        _delete(connection, doubts, course, people, column="other")
        _delete(connection, identity_decisions, course, people)
        _delete(connection, identity_decisions, course, people, column="other")
        connection.execute(
            sa.delete(students).where(students.c.course == course, students.c.id.in_(people))
        )
        write_course_decision(connection, course, "forget", left_as, author=author, reason=reason)
    _shrink(gradebook)
    return Forgotten(left_as, handed, erased, said)


def _free_name(connection: sa.Connection, course: str) -> str:
    query = sa.select(students.c.id).where(students.c.course == course)
    taken = set(connection.execute(query).scalars())
    number = 1
    while f"forgotten-{number}" in taken:
        number += 1
    return f"forgotten-{number}"


def _delete(
    connection: sa.Connection,
    table: sa.Table,
    course: str,
    people: Sequence[str],
    column: str = "student",
) -> int:
    where = (table.c.course == course, table.c[column].in_(people))
    return connection.execute(sa.delete(table).where(*where)).rowcount


def _erase_words(
    connection: sa.Connection, course: str, people: Sequence[str], left_as: str
) -> int:
    """Delete comments about a student; manual points and extensions stay, without reasons."""
    for table in (extensions, overrides):
        connection.execute(
            sa.update(table)
            .where(table.c.course == course, table.c.student.in_(people))
            .values(student=left_as, reason="")
        )
    return _delete(connection, comments, course, people)


def _erase_hand_ins(
    connection: sa.Connection, course: str, people: Sequence[str], left_as: str
) -> tuple[int, int]:
    """Reduce each hand-in to its existence and the counts of its report.

    Returns how many hand-ins and how many reports were erased.
    """
    table = submissions.c
    query = sa.select(submissions).where(table.course == course, table.student.in_(people))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    renewed: dict[str, str] = {}
    erased: set[str] = set()
    for row in rows:
        connection.execute(sa.delete(sightings).where(sightings.c.submission == row["id"]))
        query = sa.select(gradings).where(gradings.c.submission == row["id"])
        made = [dict(each) for each in connection.execute(query).mappings()]
        connection.execute(sa.delete(gradings).where(gradings.c.submission == row["id"]))
        connection.execute(sa.delete(submissions).where(table.id == row["id"]))
        for each in made:
            if each["report"] not in renewed and not _is_used(connection, each["report"]):
                renewed[each["report"]] = _without_words(connection, each["report"])
                erased.add(each["report"])
        report = renewed.get(row["report"], row["report"])
        id = secrets.token_hex(32)
        connection.execute(sa.insert(submissions), _anonymous(row, id, report, left_as, connection))
        if report is not None:
            mark = {"submission": id, "number": 1, "report": report, "reason": "", "author": ""}
            last = made[-1]["graded_at"] if made else row["seen_at"]
            connection.execute(sa.insert(gradings), {**mark, "graded_at": last})
    _delete_unused(connection, {row["content_hash"] for row in rows})
    return len(rows), len(erased)


def _anonymous(
    row: Mapping[str, Any], id: str, report: str | None, left_as: str, connection: sa.Connection
) -> dict[str, Any]:
    """Return a hand-in's row without the student and the content."""
    gone = stored(Message("gradebook", "forgotten"))
    return {
        **row,
        "id": id,
        "student": left_as,
        "content_hash": _nothing(connection),
        "filename": "",
        "origin": "",
        "source_hash": "",
        "notes": {},
        "team": "",
        "problem": gone,
        "fault": "",
        "report": report,
    }


def _nothing(connection: sa.Connection) -> str:
    """Return the hash of an empty content that differs from every other."""
    hash = secrets.token_hex(32)
    connection.execute(sa.insert(contents), {"hash": hash, "content": b""})
    return hash


def _is_used(connection: sa.Connection, report: str) -> bool:
    """Return whether another hand-in has, or had, a report."""
    for column in (gradings.c.report, submissions.c.report):
        if connection.execute(sa.select(column).where(column == report).limit(1)).first():
            return True
    return False


def _without_words(connection: sa.Connection, report: str) -> str:
    """Replace a report that shows a student's work by one with only the counts."""
    query = sa.select(reports).where(reports.c.id == report)
    row = dict(connection.execute(query).mappings().one())
    kept = without_words(document_of(row["document"]))
    id = secrets.token_hex(32)
    connection.execute(sa.delete(reports).where(reports.c.id == report))
    connection.execute(
        sa.insert(reports),
        {**row, "id": id, "source_hash": "", "document": encoded_document(kept)},
    )
    return id


def _erase_exams(
    connection: sa.Connection, course: str, people: Sequence[str], left_as: str
) -> None:
    """Delete sealed answers; the exam's score is a quiz score, and stays without a name."""
    table = exam_answers.c
    query = sa.select(exam_answers).where(table.course == course, table.student.in_(people))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        where = exam_sightings.c.submission == row["id"]
        connection.execute(sa.delete(exam_sightings).where(where))
        connection.execute(sa.delete(exam_answers).where(table.id == row["id"]))
        left = {"id": secrets.token_hex(32), "student": left_as}
        connection.execute(
            sa.insert(exam_answers), {**row, **left, "content_hash": _nothing(connection)}
        )
    _delete_unused(connection, {row["content_hash"] for row in rows})


def _move_quizzes(
    connection: sa.Connection, course: str, people: Sequence[str], left_as: str
) -> None:
    """Keep quiz scores; for a quiz taken under two ids, keep that of the first id."""
    table = quiz_scores.c
    query = sa.select(quiz_scores).where(table.course == course, table.student.in_(people))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    rows.sort(key=lambda row: people.index(row["student"]), reverse=True)
    _delete(connection, quiz_scores, course, people)
    for row in {row["quiz"]: row for row in rows}.values():
        connection.execute(sa.insert(quiz_scores), {**row, "student": left_as})


def _delete_unused(connection: sa.Connection, hashes: set[str]) -> None:
    """Delete contents that no hand-in refers to."""
    for hash in sorted(hashes):
        for column in (submissions.c.content_hash, exam_answers.c.content_hash):
            if connection.execute(sa.select(column).where(column == hash).limit(1)).first():
                break
        else:
            connection.execute(sa.delete(contents).where(contents.c.hash == hash))


def _shrink(gradebook: Gradebook) -> None:
    """Compact the database, so that no erased byte stays in the file or its journal."""
    if gradebook.engine.dialect.name != "sqlite":
        return
    connection = gradebook.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        connection.close()
