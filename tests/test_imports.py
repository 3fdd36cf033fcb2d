"""Imports run one way, and the sandbox imports nothing that knows an answer."""

import ast
import sys
from pathlib import Path

import pytest

import learncnn.grader

GRADER = Path(learncnn.grader.__file__).parent

#: The rooms from the ground up, and what each may import besides itself, `errors` and VERSION.
ROOMS = {
    "files": "",
    "i18n": "",
    "sandbox": "",
    "runner": "sandbox",
    "course": "i18n sandbox runner",
    "answer_key": "files i18n sandbox runner course",
    "submissions": "sandbox course",
    "grading": "sandbox runner course answer_key submissions",
    "workspace": "files i18n sandbox course submissions",
    "terminal": "i18n workspace",
    "replay": "sandbox",
    "render": "i18n sandbox runner course answer_key grading workspace terminal replay",
    "figures": "i18n sandbox terminal",
    "lessons": "i18n sandbox course answer_key terminal render figures",
    "quiz": "files i18n course submissions workspace terminal",
    "student": "files i18n runner course answer_key quiz workspace terminal render lessons",
    "check": "files i18n sandbox runner course answer_key submissions grading workspace"
    " terminal render quiz student",
    "pytest_plugin": "i18n course answer_key grading workspace terminal render check",
    "own_code": "files i18n sandbox runner course submissions workspace terminal figures lessons",
    "notebook_check": "i18n sandbox runner course submissions grading workspace terminal render"
    " check",
    "batch": "i18n sandbox runner course answer_key submissions grading quiz",
    "serve": "files i18n sandbox runner course answer_key submissions grading workspace terminal"
    " render figures lessons quiz student check own_code batch",
    "gradebook": "files i18n course submissions grading batch",
    "cluster": "files i18n sandbox runner course answer_key submissions grading terminal render"
    " batch gradebook",
    "lms_formats": "files i18n course submissions grading gradebook",
    "instructor": "files i18n course answer_key submissions grading terminal render quiz batch"
    " gradebook cluster lms_formats",
    "similar": "files i18n course answer_key submissions terminal batch gradebook",
    "release": "files i18n course answer_key submissions grading workspace terminal lessons quiz"
    " batch gradebook lms_formats",
    "author": "files i18n sandbox course answer_key grading workspace terminal replay render"
    " figures quiz student check batch",
}


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports, inside functions and under TYPE_CHECKING too."""
    package = ("learncnn", "grader", *path.relative_to(GRADER).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            parts = (*base, *(node.module or "").split(".")) if node.module else base
            names = [(*parts, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        for name in names:
            if name[:2] == ("learncnn", "grader") and name[2:]:
                found.add(name[2])
            elif name[0] == "learncnn":  # the command line and all that stands on top
                found.add(".".join(name))
    return found


def test_every_folder_is_a_room_with_a_row_and_nothing_else_lies_beside_them():
    folders = {path.parent.name for path in GRADER.glob("*/*.py")}
    assert folders == set(ROOMS)
    assert {path.name for path in GRADER.glob("*.py")} == {"__init__.py", "errors.py"}


def test_a_row_names_only_what_stands_below_it():
    order = list(ROOMS)
    for room, below in ROOMS.items():
        above = [name for name in below.split() if order.index(name) >= order.index(room)]
        assert not above, f"{room} may import {above}, which stand above it"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_its_row_names(room):
    allowed = {room, "errors", "VERSION", *ROOMS[room].split()}
    if room == "sandbox":  # in a worker it is a package of its own, and there is nothing else
        allowed = {room}
    found = set()
    for module in sorted((GRADER / room).rglob("*.py")):
        imported = imported_rooms(module)
        assert imported <= allowed, f"{module.relative_to(GRADER)} imports {imported - allowed}"
        found |= imported
    unused = set(ROOMS[room].split()) - found
    assert not unused, f"the row of {room} allows {unused}, which it does not import"


def test_errors_import_nothing_of_learncnn():
    assert imported_rooms(GRADER / "errors.py") == set()


def test_the_sandbox_imports_only_the_standard_library_numpy_and_torch():
    allowed = set(sys.stdlib_module_names) | {"numpy", "torch"}
    for module in sorted((GRADER / "sandbox").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level or (node.module or "").split(".")[0] in allowed, module
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    assert alias.name.split(".")[0] in allowed, module
