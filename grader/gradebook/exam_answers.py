"""Store sealed exam answers as hand-ins; each student's last ones count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ..submissions.collection import Sealed
from . import writes
from .attempts import Row, in_sequence
from .connection import now
from .dialects import chunks
from .events import EXAMS, write_events
from .merged import of_one_person
from .people import heads_of
from .tables import contents, exam_answers
from .writes import Intake


def exam_intake(
    sealed: Sealed, content: bytes, *, course: str, exam: str, score: float, max_score: float
) -> Intake:
    """Return marked answers as a row to be written."""
    at = sealed.submitted_at
    row = {
        "course": course,
        "student": sealed.student.id,
        "exercise": exam,
        "content_hash": hashlib.sha256(content).hexdigest(),
        "submitted_at": writes.in_utc(at) if at else None,
        "dated": sealed.entry.dated,
        "file_time": sealed.entry.saved,
        "within": sealed.within,
        "upload": sealed.upload,
        "seen_at": now(),
        "score": score,
        "max_score": max_score,
    }
    mark = hashlib.sha256(sealed.entry.mark.encode()).hexdigest()
    return Intake(row, content, None, mark, sealed.member.modified)


def write_exam_answers(
    connection: sa.Connection, course: str, intakes: Sequence[Intake], run: int
) -> tuple[list[str], dict[tuple[str, str], str]]:
    """Write marked answers, and each student's score of each exam.

    Returns the id of each, and (counted student, exam) → the id of the answers that count. Answers
    that are marked again, for example under a corrected exam, get the new score.
    """
    ids = write_events(connection, course, intakes, run, EXAMS)
    table = exam_answers.c
    for id, intake in zip(ids, intakes, strict=True):
        scored = {name: intake.row[name] for name in ("score", "max_score")}
        connection.execute(sa.update(exam_answers).where(table.id == id).values(**scored))
    heads = heads_of(connection, course)
    exams = sorted({intake.row["exercise"] for intake in intakes})
    here = {(_head(intake.row["student"], heads), intake.row["exercise"]) for intake in intakes}
    rows = [
        row
        for row in _rows(connection, course, exams)
        if (_head(row["student"], heads), row["exercise"]) in here
    ]
    for exam in exams:
        own = _last(row for row in rows if row["exercise"] == exam)
        scores = {who: (row["score"], row["max_score"]) for (who, _), row in own.items()}
        writes.write_quiz_scores(connection, course, exam, scores)
    return ids, {key: row["id"] for key, row in _last(rows, heads).items()}


def last_sat(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Return by (counted student, exam) the id under which the last answers were handed in.

    Empty if no students were merged.
    """
    if not heads:
        return {}
    rows = _rows(connection, course)
    return {key: row["student"] for key, row in _last(rows, heads).items()}


def counted_answers(connection: sa.Connection, course: str, exam: str) -> dict[str, bytes]:
    """Return the sealed answers that count, by counted student."""
    rows = _rows(connection, course, [exam])
    hashes = {
        student: row["content_hash"]
        for (student, _), row in _last(rows, heads_of(connection, course)).items()
    }
    found: dict[str, bytes] = {}
    for some in chunks(sorted(set(hashes.values()))):
        query = sa.select(contents.c.hash, contents.c.content).where(contents.c.hash.in_(some))
        found.update((row.hash, row.content) for row in connection.execute(query))
    return {student: found[hash] for student, hash in hashes.items()}


def _rows(connection: sa.Connection, course: str, exams: Sequence[str] = ()) -> list[Row]:
    query = sa.select(exam_answers).where(exam_answers.c.course == course)
    if exams:
        query = query.where(exam_answers.c.exercise.in_(exams))
    return [dict(row) for row in connection.execute(query).mappings()]


def _last(
    rows: Iterable[Row], heads: Mapping[str, str] | None = None
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the last answers by (student, exam)."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        student = _head(row["student"], heads or {})
        groups.setdefault((student, row["exercise"]), []).append(row)
    return {key: in_sequence(of_one_person(group))[-1] for key, group in groups.items()}


def _head(student: str, heads: Mapping[str, str]) -> str:
    return heads.get(student, student)
