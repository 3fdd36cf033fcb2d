"""Imports run one way, and the sandbox imports nothing that knows an answer."""

import ast
import sys
from pathlib import Path

import pytest

import learncnn.grader

GRADER = Path(learncnn.grader.__file__).parent

#: Subject → subjects of learncnn.grader it may import besides errors and its own.
ARROWS = {
    "answer_key": {"VERSION", "course", "i18n", "runner", "sandbox"},
    "author": {
        "answer_key",
        "batch",
        "check",
        "course",
        "grading",
        "i18n",
        "quiz",
        "render",
        "sandbox",
        "terminal",
        "workspace",
    },
    "batch": {"answer_key", "check", "course", "grading", "i18n", "runner", "submissions"},
    "check": {
        "answer_key",
        "course",
        "grading",
        "i18n",
        "render",
        "runner",
        "sandbox",
        "student",
        "submissions",
        "terminal",
        "workspace",
    },
    "course": {"i18n", "quiz", "runner", "sandbox"},
    "gradebook": {"VERSION", "batch", "course", "grading", "i18n", "submissions"},
    "grading": {"VERSION", "answer_key", "course", "runner", "sandbox", "submissions"},
    "i18n": {"course"},
    "instructor": {
        "batch",
        "course",
        "gradebook",
        "grading",
        "i18n",
        "lms_formats",
        "quiz",
        "render",
        "submissions",
        "terminal",
        "workspace",
    },
    "lms_formats": {"course", "gradebook", "i18n", "submissions"},
    "quiz": {"course", "i18n", "submissions", "terminal", "workspace"},
    "release": {
        "VERSION",
        "answer_key",
        "batch",
        "course",
        "gradebook",
        "i18n",
        "lms_formats",
        "quiz",
        "submissions",
        "terminal",
        "workspace",
    },
    "render": {
        "VERSION",
        "answer_key",
        "course",
        "grading",
        "i18n",
        "runner",
        "sandbox",
        "terminal",
        "workspace",
    },
    "runner": {"sandbox"},
    "sandbox": set(),
    "similar": {"batch", "course", "i18n", "student", "submissions", "terminal", "workspace"},
    "student": {
        "VERSION",
        "answer_key",
        "check",
        "course",
        "i18n",
        "quiz",
        "runner",
        "terminal",
        "workspace",
    },
    "submissions": {"course", "i18n"},
    "terminal": {"i18n", "workspace"},
    "workspace": {"course", "i18n"},
}


def imported_subjects(path: Path) -> set[str]:
    """Names of the grader's subjects that a module imports, wherever in it."""
    package = ("learncnn", "grader", *path.relative_to(GRADER).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            parts = (*base, *(node.module or "").split("."))
            names = [parts] if node.module else [(*base, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        found |= {name[2] for name in names if name[:2] == ("learncnn", "grader") and name[2:]}
    return found


@pytest.mark.parametrize("subject", sorted(ARROWS))
def test_a_subject_imports_only_what_lies_below_it(subject):
    path = GRADER / subject
    modules = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    for module in modules:
        allowed = ARROWS[subject] | {subject, "errors"}
        extra = imported_subjects(module) - allowed
        assert not extra, f"{module.relative_to(GRADER)} imports {sorted(extra)}"


def test_the_sandbox_imports_only_the_standard_library_numpy_and_torch():
    allowed = set(sys.stdlib_module_names) | {"numpy", "torch"}
    for module in sorted((GRADER / "sandbox").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level or (node.module or "").split(".")[0] in allowed, module
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    assert alias.name.split(".")[0] in allowed, module
