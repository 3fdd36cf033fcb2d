"""Build a workspace's notebooks: the lesson with figures, the stub, and a check per function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.lesson_catalog import LessonInfo, lessons_before
from ..course.notebook_cells import Cell, notebook_cell, notebook_text
from ..course.stubs import stub_cells, stub_source
from ..figures.blocks import LessonFigure
from ..figures.svg_sheet import figure_uri
from ..i18n.texts import language
from .lesson import lesson_parts

IMPORT = "from learncnn import check"


def stub_text(info: ExerciseInfo, framework: str, *, notebook: bool) -> str:
    """Return the text of the file in which a student begins an exercise."""
    source = stub_source(info, framework)
    return exercise_notebook(info, source) if notebook else source


def stub_files(
    infos: Iterable[ExerciseInfo], framework: str, *, notebooks: bool
) -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of each file in which a student begins.

    With notebooks, this includes the separate lessons that precede an exercise.
    """
    for info in infos:
        if notebooks:
            for lesson in lessons_before(info.id):
                yield f"{lesson.folder}.ipynb", notebook_text(lesson_cells(lesson))
        kind = ".ipynb" if notebooks else ".py"
        yield f"{info.folder}{kind}", stub_text(info, framework, notebook=notebooks)


def exercise_notebook(info: ExerciseInfo, source: str) -> str:
    """Return a notebook with the lesson, the stub `source` and a check for each function."""
    cells = lesson_cells(info)
    first = True
    for cell in stub_cells(source):
        cells.append(cell)
        names = [name for name in _defined(cell) if name in info.functions]
        for name in names:
            call = _check(info, name)
            cells.append(notebook_cell("code", f"{IMPORT}\n\n{call}" if first else call))
            first = False
    return notebook_text(cells)


def lesson_cells(info: ExerciseInfo | LessonInfo) -> list[Cell]:
    """Return the cells of a lesson, with figures as pictures, or [] if it has no text."""
    if not (info.path / f"lesson.{language()}.md").exists():
        return []
    cells = []
    for part in lesson_parts(info):
        if isinstance(part, LessonFigure):
            label = part.caption.replace("[", "(").replace("]", ")").replace("\n", " ")
            picture = figure_uri(part.drawing, part.caption)
            text = f"![{label}]({picture})\n\n{part.caption}"
        else:
            text = part.strip("\n")
        if text.strip():
            cells.append(notebook_cell("markdown", text))
    return cells


def _check(info: ExerciseInfo, name: str) -> str:
    """Return the call that checks a function; it names the exercise if several have the name."""
    asking = [other for other in load_catalog().exercises.values() if name in other.functions]
    word = f'"{name}"' if _is_question(name) else name
    return f"check({word})" if len(asking) == 1 else f'check({word}, exercise="{info.id}")'


def _is_question(name: str) -> bool:
    """Return whether the name is that of a question, which is bound to an answer."""
    return name[:1] == "q" and name[1:].isdigit()


def _defined(cell: Cell) -> list[str]:
    if cell["cell_type"] != "code":
        return []
    names = []
    for node in ast.parse("".join(cell["source"])).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names
