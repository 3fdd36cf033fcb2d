"""Imports run one way, and the sandbox imports nothing that knows an answer."""

import ast
import sys
from pathlib import Path

import pytest

import learncnn.grader

GRADER = Path(learncnn.grader.__file__).parent

#: Subject → subjects of learncnn.grader it may import besides errors and its own.
ARROWS = {
    "sandbox": set(),
    "runner": {"sandbox"},
    "compare": {"sandbox"},
    "draw": {"sandbox"},
    "exercise": {"draw", "quiz", "runner"},
    "catalog": {"texts", "tomlio"},
    "key": {"VERSION", "catalog", "compare", "draw", "exercise", "runner", "sandbox", "texts"},
    "judging": {"compare", "key", "sandbox"},
    "diagnosis": {"compare", "key", "sandbox"},
    "report": {"diagnosis", "judging", "runner", "sandbox"},
    "submission": {"notebook", "texts"},
    "notebook": {"texts"},
    "containers": {"catalog", "submission", "texts"},
    "batch": {
        "catalog",
        "checking",
        "early",
        "grading",
        "key",
        "report",
        "runner",
        "submission",
        "texts",
    },
    "gradebook": {
        "VERSION",
        "batch",
        "catalog",
        "containers",
        "report",
        "submission",
        "texts",
        "tomlio",
    },
    "exchange": {"catalog", "containers", "exercise_texts", "gradebook", "texts"},
    "handing_in": {"VERSION", "app", "catalog", "quiz", "texts", "workspace"},
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
                assert node.level == 1 or (node.module or "").split(".")[0] in allowed, module
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    assert alias.name.split(".")[0] in allowed, module
