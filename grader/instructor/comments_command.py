"""Implement `gradebook comment`: comment on a student's exercise, or on a line of a hand-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..course.catalog import load_catalog
from ..errors import UsageError
from ..gradebook.comments import Comment, comments_of, withdraw_comment, write_comment
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.defaults import options
from ..gradebook.grades import Grade
from ..gradebook.queries import attempts_of_student, grades_of
from ..gradebook.sources import first_line_of, source_of
from ..i18n.texts import say
from ..terminal.layout import clean
from .authors import login
from .decision_rows import DecisionRow, each_row, read_rows
from .student_lookup import StudentLookup, lookup_in

if TYPE_CHECKING:
    from ..terminal.app import App

#: Maximum length of a comment, in characters.
MOST = 20_000


@dataclass(frozen=True)
class Remark:
    """A comment before it is written."""

    student: str
    exercise: str
    text: str
    author: str
    line: int | None = None
    cell: int | None = None
    #: Number of the attempt that the line belongs to, from 1; None for the one that counts.
    attempt: int | None = None
    submission: str | None = None


class _Course:
    """Grades of a course, read once per exercise; they show which attempt a line belongs to."""

    def __init__(self, gradebook: Gradebook) -> None:
        self.gradebook = gradebook
        self._grades: dict[str, dict[str, Grade]] = {}

    def grades(self, exercise: str) -> dict[str, Grade]:
        """Return everyone's grade for an exercise, by student."""
        if exercise not in self._grades:
            everyone = grades_of(self.gradebook, exercises=[exercise])
            self._grades[exercise] = {one.id: one.grades[exercise] for one in everyone}
        return self._grades[exercise]


def run_comment(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str | None,
    exercise: str | None,
    text: str | None,
    file: str | None,
    line: int | None,
    cell: int | None,
    attempt: int | None,
    withdraw: int | None,
    author: str | None,
) -> int:
    """Add a comment or the comments in a CSV, withdraw one, or print those in force."""
    given = (student, exercise, text, line, cell, attempt)
    with closing(open_gradebook(place, course=course)) as gradebook:
        if withdraw is not None or file is not None:
            if any(value is not None for value in given) or (withdraw and file):
                raise UsageError("decisions", "file_alone")
            if file is not None:
                return _run_file(app, gradebook, file, author)
            return _withdraw(app, gradebook, withdraw or 0, login(author))
        lookup = lookup_in(gradebook)
        known = lookup.find(student) if student is not None else ""
        id = load_catalog().resolve(exercise).id if exercise is not None else ""
        if text is None:
            app.out(_lines(comments_of(gradebook, known, id)))
            return 0
        remark = Remark(known, id, text, login(author), line, cell, attempt)
        (number,) = _write(gradebook, [_placed(_Course(gradebook), remark)])
        again = options(gradebook.place, course)
    shown = {"student": known, "id": id, "number": number, "options": again}
    app.out([say("decisions", "commented", **shown)])
    return 0


def _run_file(app: App, gradebook: Gradebook, file: str, author: str | None) -> int:
    rows = read_rows(file, ("student", "exercise", "comment"))
    lookup, about = lookup_in(gradebook), _Course(gradebook)
    remarks = each_row(file, rows, lambda row: _placed(about, _remark(lookup, row, author)))
    _write(gradebook, remarks)
    app.out([say("decisions", "commented_all", count=len(remarks))])
    return 0


def _remark(lookup: StudentLookup, row: DecisionRow, author: str | None) -> Remark:
    return Remark(
        lookup.find(row["student"]),
        load_catalog().resolve(row["exercise"]).id,
        row["comment"],
        login(row["author"] or author),
        _number(row["line"]),
        _number(row["cell"]),
    )


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise UsageError("decisions", "line_number", text=text)
    return int(text)


def _placed(about: _Course, remark: Remark) -> Remark:
    """Return a checked comment; one on a line gets the hand-in that the line belongs to.

    Raises UsageError if the text is empty or too long, or if there is no such line or hand-in.
    """
    text = remark.text.strip()
    if not text or len(text) > MOST:
        raise UsageError("decisions", "comment_length", most=MOST)
    plain = Remark(remark.student, remark.exercise, text, remark.author)
    if remark.line is None and remark.cell is None and remark.attempt is None:
        return plain
    if remark.line is None:
        raise UsageError("decisions", "which_line")
    submission = _submission(about, remark)
    source = source_of(about.gradebook, submission)
    first = first_line_of(source, remark.line, remark.cell)
    if first is None:
        key = "no_line" if not source.cells else "no_cell_line"
        raise UsageError("decisions", key, line=remark.line, file=source.filename)
    return Remark(
        remark.student, remark.exercise, text, remark.author, remark.line, remark.cell,
        submission=submission,
    )  # fmt: skip


def _submission(about: _Course, remark: Remark) -> str:
    """Return the hand-in of the given attempt, or of the one that counts, or else the last."""
    if remark.attempt is None:
        grade = about.grades(remark.exercise)[remark.student]
        if grade.attempt is not None:
            return grade.attempt.submission
    tried = attempts_of_student(about.gradebook, remark.student, remark.exercise)
    if not tried:
        raise UsageError("decisions", "no_attempt", student=remark.student, id=remark.exercise)
    number = remark.attempt or len(tried)
    if number > len(tried):
        raise UsageError("decisions", "attempts", count=len(tried), id=remark.exercise)
    return tried[number - 1].submission


def _write(gradebook: Gradebook, remarks: Sequence[Remark]) -> list[int]:
    with gradebook.writing() as connection:
        return [
            write_comment(
                connection,
                gradebook.course,
                remark.student,
                remark.exercise,
                remark.text,
                author=remark.author,
                submission=remark.submission,
                line=remark.line,
                cell=remark.cell,
            )
            for remark in remarks
        ]


def _withdraw(app: App, gradebook: Gradebook, number: int, author: str) -> int:
    with gradebook.writing() as connection:
        if not withdraw_comment(connection, gradebook.course, number, author=author):
            again = options(gradebook.place, gradebook.course)
            raise UsageError("decisions", "no_comment", number=number, options=again)
    app.out([say("decisions", "withdrawn", number=number)])
    return 0


def _lines(found: Sequence[Comment]) -> Iterator[str]:
    if not found:
        yield say("decisions", "no_comments")
    for comment in found:
        yield comment_line(comment)


def comment_line(comment: Comment) -> str:
    """Return a comment as one line for a terminal."""
    where = ""
    if comment.cell is not None:
        where = say("decisions", "at_cell", cell=comment.cell, line=comment.line)
    elif comment.line is not None:
        where = say("decisions", "at_line", line=comment.line)
    return clean(
        say(
            "decisions",
            "comment",
            number=comment.id,
            who=f"{comment.student} {comment.exercise}".strip(),
            where=where,
            author=comment.author,
            made_at=comment.made_at,
            text=" ".join(comment.text.split()),
        )
    )


def comment_in(entry: Mapping[str, Any]) -> Comment:
    """Return the comment for an entry in a student's history."""
    return Comment(
        entry["id"],
        "",
        entry["exercise"],
        entry["comment"],
        entry["author"],
        entry["made_at"],
        entry["submission"],
        entry["line"],
        entry["cell"],
    )
