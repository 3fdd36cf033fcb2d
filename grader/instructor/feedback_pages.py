"""Implement `gradebook feedback`: write students' pages to a folder, or pack them for an LMS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..course.catalog import load_catalog
from ..errors import UsageError
from ..files.writing import write_aside
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.grades import StudentGrades
from ..gradebook.queries import grades_of, rubric_of
from ..gradebook.rubric import Rubric
from ..i18n.texts import say
from ..render.pages.document import page
from .export_command import safe_name
from .feedback_packing import PACKS, packed
from .student_page import student_page

if TYPE_CHECKING:
    from ..terminal.app import App

#: Name of the file that lists the pages.
INDEX = "index.html"


@dataclass(frozen=True)
class FeedbackRequest:
    """The pages to write, and where to: a folder, or a zip in an LMS's format."""

    place: Path
    exercises: tuple[str, ...] = ()
    pack: str | None = None


@dataclass(frozen=True)
class IndexRow:
    """A student's line in the index."""

    id: str
    name: str
    section: str
    href: str


def run_feedback(app: App, place: str | None, course: str, request: FeedbackRequest) -> int:
    """Write the pages from the data in the gradebook. Raises UsageError and GradebookError."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in request.exercises]
    gradebook = open_gradebook(place, course=course)
    try:
        if request.pack is None:
            app.note(feedback_line(gradebook, request.place, ids))
            return 0
        pages = list(_pages(gradebook, ids))
        pack = packed(gradebook, request.place, PACKS[request.pack], pages, ids)
    finally:
        gradebook.close()
    app.note(*pack)
    return 0


def feedback_line(gradebook: Gradebook, folder: Path, exercises: Sequence[str] = ()) -> str:
    """Write every student's page and an index to a folder; return a sentence that reports it."""
    count = 0
    rows = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for student, name, text in _pages(gradebook, exercises):
            write_aside(folder / name, text)
            rows.append(_row(student, name))
            count += 1
        title = say("feedback", "index", course=gradebook.course)
        sectioned = any(row.section for row in rows)
        index = page("index.html.j2", title, rows=rows, sectioned=sectioned)
        write_aside(folder / INDEX, index)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=folder, reason=reason) from error
    return say("feedback", "written", folder=folder, count=count, index=INDEX)


def _row(student: StudentGrades, name: str) -> IndexRow:
    called = student.name if student.name != student.id else ""
    return IndexRow(student.id, called, student.section, quote(name))


def _pages(
    gradebook: Gradebook, exercises: Sequence[str]
) -> Iterator[tuple[StudentGrades, str, str]]:
    """Yield each student with the file name and the text of the page."""
    with gradebook.reading() as connection:
        rubric: Rubric = rubric_of(connection, gradebook.course)
    everyone = grades_of(gradebook, rubric=rubric, exercises=exercises)
    if not everyone:
        raise UsageError("show", "nobody")
    for name, student in zip(file_names(everyone), everyone, strict=True):
        yield student, name, student_page(gradebook, rubric, student)


def file_names(everyone: Sequence[StudentGrades]) -> list[str]:
    """Return a file name for each student, distinct also if the file system ignores case."""
    from hashlib import sha256

    names, taken = [], {INDEX.removesuffix(".html")}
    for student in everyone:
        name = safe_name(student.id)
        if name.casefold() in taken:
            name = f"{name}-{sha256(student.id.encode()).hexdigest()[:8]}"
        taken.add(name.casefold())
        names.append(f"{name}.html")
    return names
