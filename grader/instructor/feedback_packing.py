"""Pack students' feedback pages into one zip with the names that Moodle and Canvas expect."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from ..errors import Messages, UsageError
from ..files.writing import opened_aside
from ..gradebook.connection import Gradebook
from ..gradebook.grades import StudentGrades
from ..gradebook.people import heads_of
from ..gradebook.tables import submissions
from ..i18n.texts import say
from ..lms_formats.feedback_names import Prefix, canvas_prefix, moodle_prefix

PACKS: Mapping[str, Prefix] = {"canvas": canvas_prefix, "moodle": moodle_prefix}
#: Maximum number of names in a sentence.
NAMED = 8
#: Date of every entry, fixed so that the same pages give the same zip.
_DATE = (1980, 1, 1, 0, 0, 0)


def packed(
    gradebook: Gradebook,
    path: Path,
    prefix: Prefix,
    pages: Sequence[tuple[StudentGrades, str, str]],
    exercises: Sequence[str],
) -> list[str]:
    """Write the zip; return notes for the instructor. Raises UsageError and GradebookError.

    A student whose work does not come from a download of that system cannot be named in the zip,
    and is listed in a note instead.
    """
    known = _prefixes(gradebook, prefix, exercises)
    several = sorted({student for student, found in known.items() if len(found) > 1})
    if several:
        raise UsageError(
            "feedback", "several", count=len(several), names=_named(several), place=path
        )
    there = [(student, text) for student, _, text in pages if known.get(student.id)]
    left = [student.id for student, _, _ in pages if not known.get(student.id)]
    if not there:
        raise UsageError("feedback", "not_from_there")
    tail = f"_{'-'.join(exercises)}.html" if exercises else "_feedback.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened_aside(path) as file, zipfile.ZipFile(file, "w") as archive:
            for student, text in there:
                (start,) = known[student.id]
                entry = zipfile.ZipInfo(start + tail, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=path, reason=reason) from error
    said = [say("feedback", "packed", file=path, count=len(there))]
    if left:
        said.append(say("feedback", "left_out", count=len(left), names=_named(left)))
    return said


def _prefixes(
    gradebook: Gradebook, prefix: Prefix, exercises: Sequence[str]
) -> dict[str, set[str]]:
    """Return by student the prefixes of the last hand-ins of each exercise."""
    table = submissions.c
    query = (
        sa.select(table.student, table.exercise, table.origin)
        .where(table.course == gradebook.course)
        .order_by(table.run, table.upload, table.seen_at, table.id)
    )
    if exercises:
        query = query.where(table.exercise.in_(exercises))
    last: dict[tuple[str, str], str] = {}
    with gradebook.reading() as connection:
        heads = heads_of(connection, gradebook.course)
        for student, exercise, origin in connection.execute(query):
            if start := prefix(origin):
                last[heads.get(student, student), exercise] = start
    found: dict[str, set[str]] = {}
    for (student, _), start in last.items():
        found.setdefault(student, set()).add(start)
    return found


def _named(students: Sequence[str]) -> Messages:
    return Messages([*students[:NAMED], *(["…"] if len(students) > NAMED else [])])
