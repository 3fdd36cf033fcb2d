"""Render `check --case N`: one case, with everything that the code printed during it."""

from __future__ import annotations

from typing import Any

from ..answer_key.key import Case
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..grading.report import Report
from ..i18n.texts import say
from ..terminal.layout import clean, indented, wrapped
from .check_lines import header, report_notes, report_warnings
from .failing_case import case_lines, problem_lines
from .report_screen import Screen, mark, verdict_mark
from .wrong_lines import load_error_lines

#: Fields of a report's document that are kept for one case.
_KEPT = (
    "format",
    "exercise",
    "filename",
    "source_hash",
    "state",
    "load_error",
    "failure",
    "forbidden",
    "stdout",
    "stdout_truncated",
    "notes",
    "loading",
    "provenance",
)


def one_case_lines(
    report: Report, info: ExerciseInfo, screen: Screen, case: Case, number: int, code: str
) -> list[str]:
    """Return the screen of one case; `code` is its input as Python, or empty."""
    lines = [header(info, screen, say("check", "case.number", number=number))]
    lines += report_warnings(report, screen)
    body: list[str] = []
    if report.load_error is not None:
        body += load_error_lines(report, screen)
    for verdict in report.verdicts:
        problem = problem_lines(verdict, screen.width - 6)
        body += [f"{verdict_mark(verdict, screen.paint)} {problem[0]}", *indented(problem[1:], 2)]
        if report.failure is not None and verdict.status not in ("missing", "not_started"):
            drawn = case_lines(report.failure, exercise_texts(info), screen.width - 2, screen.paint)
            body += ["", *drawn]
    for use in report.forbidden:
        said = say("check", "forbidden_brief", name=clean(use.name))
        body += wrapped(f"{mark(False, screen.paint)} {said}", screen.width - 2)
    lines += indented([*body, *report_notes(report, screen), *_printed(report, screen)], 2)
    if code:
        heading = say("check", "input")
        lines += ["", f"  {screen.paint(heading, 'bold')}", *code.split("\n")]
    return lines


def case_json(report: Report, case: Case, number: int, code: str) -> dict[str, Any]:
    """Return the case as plain data: its verdict, and the relevant fields of the report."""
    document = report.to_json()
    verdicts = document["verdicts"]
    return {
        "case": number,
        "function": case.function,
        **{name: document[name] for name in _KEPT},
        "verdict": verdicts[0] if verdicts else None,
        **({"input": code} if code else {}),
    }


def _printed(report: Report, screen: Screen) -> list[str]:
    """Return everything that the code printed, with unclipped lines."""
    if not report.stdout:
        return ["", screen.paint(say("check", "printed_nothing"), "dim")]
    text = report.stdout.replace("\r\n", "\n").replace("\r", "\n")
    lines = ["", screen.paint(say("check", "printed"), "bold")]
    lines += [screen.paint(f"│ {clean(line)}", "dim") for line in text.rstrip("\n").split("\n")]
    if report.stdout_truncated:
        lines += wrapped(say("check", "printed_too_much"), screen.width - 2)
    return lines
