"""Implement `gradebook export`: choose the format, write the file, print notes on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..course.catalog import load_catalog
from ..errors import UsageError
from ..files.writing import write_aside
from ..gradebook.connection import open_gradebook
from ..gradebook.queries import grades_of, rubric_of
from ..i18n.texts import say
from ..lms_formats.canvas import canvas_csv, fill_canvas
from ..lms_formats.class_junit import gradebook_junit
from ..lms_formats.export_data import Class, Written
from ..lms_formats.gradescope_results import results_json
from ..lms_formats.moodle import fill_moodle, moodle_csv
from ..lms_formats.nbgrader import nbgrader_csv
from ..lms_formats.plain import lti_scores, plain_csv, plain_json
from ..terminal.layout import clean
from .grade_notes import grade_notes

if TYPE_CHECKING:
    from ..terminal.app import App

#: Formats that need only the class: one text, without columns to choose.
_SIMPLE: dict[str, Callable[[Class], Written]] = {
    "csv": plain_csv,
    "json": plain_json,
    "junit": gradebook_junit,
    "lti": lti_scores,
    "nbgrader": nbgrader_csv,
}


@dataclass(frozen=True)
class ExportRequest:
    """The contents of an export, and the path to which it is written."""

    format: str
    out: Path | None = None
    exercises: tuple[str, ...] = ()
    #: A CSV exported by the LMS to fill in, and its column, or the title of a new column.
    into: Path | None = None
    column: str | None = None


def run_export(app: App, place: str | None, course: str, wanted: ExportRequest) -> int:
    """Write the export. Raises UsageError and GradebookError; no file is left half written."""
    found = read_class(place, course, wanted.exercises)
    if not found.students or not found.exercises:
        raise UsageError("exchange", "nothing")
    app.note(*grade_notes(found.students))
    if wanted.format == "gradescope":
        return _write_results(app, found, wanted)
    if wanted.into and wanted.format not in ("canvas", "moodle"):
        raise UsageError("exchange", "into")
    written = _written(found, wanted)
    if wanted.out is None:
        app.out([written.text.removesuffix("\n")])
    else:
        _save(wanted.out, written.text)
        app.note(say("exchange", "written", file=wanted.out, count=len(found.students)))
    for key, values in written.notes:
        shown = {k: clean(v) if isinstance(v, str) else v for k, v in values.items()}
        app.note(say("exchange", key, **shown))
    return 0


def read_class(place: str | None, course: str, exercises: tuple[str, ...]) -> Class:
    """Return the class as it is in the gradebook now."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in exercises]
    gradebook = open_gradebook(place, course=course)
    try:
        with gradebook.reading() as connection:
            rubric = rubric_of(connection, course)
        students = grades_of(gradebook, rubric=rubric, exercises=ids)
    finally:
        gradebook.close()
    shown = students[0].grades if students else {}
    return Class(course, rubric, students, [catalog.exercises[id] for id in shown])


def _written(found: Class, wanted: ExportRequest) -> Written:
    if wanted.format == "canvas":
        if wanted.into:
            return fill_canvas(found, wanted.into, wanted.column)
        return canvas_csv(found, wanted.column)
    if wanted.format == "moodle":
        return fill_moodle(found, wanted.into) if wanted.into else moodle_csv(found, wanted.column)
    return _SIMPLE[wanted.format](found)


def _write_results(app: App, found: Class, wanted: ExportRequest) -> int:
    if wanted.out is None:
        raise UsageError("exchange", "folder")
    count = 0
    for student in found.students:
        for info in found.exercises:
            grade = student.grades[info.id]
            if grade.status == "missing":
                continue
            document = results_json(info, grade, found.rubric)
            folder = wanted.out / safe_name(student.id) / info.folder
            _save(folder / "results.json", json.dumps(document, ensure_ascii=False, indent=1))
            count += 1
    app.note(say("exchange", "results", folder=wanted.out, count=count))
    return 0


def safe_name(student: str) -> str:
    """Return a safe file or folder name for a student's id, with a hash if the id was changed."""
    from hashlib import sha256

    plain = re.sub(r"[^\w.@+-]", "_", student).strip(".")
    if plain == student and len(plain) <= 100:
        return plain
    return f"{plain[:80]}-{sha256(student.encode()).hexdigest()[:8]}"


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_aside(path, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=path, reason=reason) from error
