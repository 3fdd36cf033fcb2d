"""Implement `author new`: create an exercise from a template that runs at once."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from string import Template

from ..course.catalog import EXERCISES, load_catalog
from ..errors import KeyUnavailable, UsageError
from ..files.writing import write_aside, write_new

TEMPLATES = Path(__file__).resolve().parent / "template"
#: Names that a function cannot have: Python's keywords, and names that the template uses.
TAKEN = {*keyword.kwlist, "exercise", "Exercise", "case", "edge", "example", "X", "np", "torch"}
#: Files of the exercise's folder, each with a template.
STUDENT_FILES = ("stub.py", "text.toml", "lesson.en.md", "lesson.zh.md", "quiz.toml")
#: Files of its model answers, each with a template.
ANSWER_FILES = ("plain.py", "vectorised.py", "why.toml")


def new_exercise(name: str, *, function: str, title: str) -> tuple[Path, ...]:
    """Write the files of exercise `exNN_slug` and return their paths.

    The template is a small working exercise (doubling an array), so that every check runs before
    the author has written a line. Raises UsageError if a name is taken or malformed or a folder
    cannot be written, and KeyUnavailable outside a source checkout.
    """
    matched = re.fullmatch(r"(ex(\d{2}))_([a-z0-9_]+)", name)
    if not matched:
        raise UsageError("author", "no_name", name=name)
    if not re.fullmatch(r"[A-Za-z]\w*", function, re.ASCII) or function in TAKEN:
        raise UsageError("author", "no_function", name=function)
    if not title.isprintable() or set(title) & set('"\\'):
        raise UsageError("author", "no_title")
    id = matched[1]
    if id in load_catalog().exercises:
        raise UsageError("author", "taken", id=id)
    folder, solutions = EXERCISES / name, _solutions_dir()
    answers = solutions / "answers" / name
    targets = {folder / file: file for file in STUDENT_FILES}
    targets |= {answers / file: file for file in ANSWER_FILES}
    targets[solutions / f"{name}.py"] = "solution.py"
    for path in targets:
        if path.exists():
            raise UsageError("author", "there", path=path)
    values = {"id": id, "number": matched[2], "name": name, "function": function, "title": title}
    catalog = EXERCISES / "catalog.toml"
    with _undone_on_error(folder, answers, files=tuple(targets)):
        folder.mkdir(exist_ok=True)
        answers.mkdir(parents=True, exist_ok=True)
        for path, template in targets.items():
            write_new(path, _filled(template, values))
        listed = catalog.read_text("utf-8").rstrip("\n")
        write_aside(catalog, f"{listed}\n\n{_filled('catalog.toml', values)}")
    return (*targets, catalog)


@contextmanager
def _undone_on_error(*folders: Path, files: tuple[Path, ...]) -> Iterator[None]:
    """Remove the files of a failed block. Raises UsageError with the path and the reason."""
    try:
        yield
    except OSError as error:
        for path in files:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        reason = error.strerror
        raise UsageError("workspace", "unwritable", path=error.filename, reason=reason) from error


def _filled(template: str, values: dict[str, str]) -> str:
    source = (TEMPLATES / f"{template}.template").read_text("utf-8")
    return Template(source).substitute(values)


def _solutions_dir() -> Path:
    """Return the folder of the references. Raises KeyUnavailable outside a source checkout."""
    try:
        import learncnn_solutions
    except ImportError:
        raise KeyUnavailable("author", "no_checkout") from None
    if not (EXERCISES.parent / "pyproject.toml").exists():
        raise KeyUnavailable("author", "no_checkout")
    return Path(learncnn_solutions.__file__).resolve().parent
