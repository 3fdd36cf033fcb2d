"""Check that a stub is complete as a template and counts as untouched when checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ..check.checking import Checker, Target
from ..course.catalog import ExerciseInfo
from ..course.stubs import stub_source
from ..grading.report import Report
from ..i18n.texts import LANGUAGES, language, use_language


def stub_problems(info: ExerciseInfo) -> Iterator[str]:
    """Yield what is wrong with a stub: not Python, missing functions, functions without a TODO."""
    path = info.path / "stub.py"
    if not path.exists():
        yield "stub.py is missing"
        return
    try:
        source = path.read_text("utf-8")
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        yield f"stub.py is not Python: {error}"
        return
    defined = {
        node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for name in info.functions:
        if name not in defined and name not in assigned:
            yield f"stub.py lacks {name}"
    for name, node in defined.items():
        body = ast.get_source_segment(source, node) or ""
        if "TODO" not in body or "raise NotImplementedError" not in body:
            yield f"stub.py: {name} needs a TODO and raise NotImplementedError"


def started_problems(info: ExerciseInfo, checker: Checker) -> Iterator[str]:
    """Yield the stubs, as `start` writes them, that a check does not report as untouched."""
    before = language()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{info.folder}.py"
        for framework in info.libraries:
            for spoken in LANGUAGES:
                use_language(spoken)
                path.write_text(stub_source(info, framework), "utf-8")
                use_language(before)
                report = checker.check(Target(info, path, None, framework)).report
                if report is not None and report.state != "not_started":
                    yield f"the stub ({framework}, {spoken}) is not untouched: {_found(report)}"


def _found(report: Report) -> str:
    if report.load_error is not None and (error := report.load_error.error):
        return f"line {error.line}: {error.type}: {error.message}"
    begun = (verdict for verdict in report.verdicts if verdict.status != "not_started")
    statuses = (f"{verdict.function} is {verdict.status}" for verdict in begun)
    return next(statuses, report.state)
