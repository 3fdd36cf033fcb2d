"""List every case of a report with its verdict, for -v."""

from __future__ import annotations

from collections.abc import Iterator

from ..course.exercise_texts import ExerciseTexts
from ..grading.report import Report, Verdict
from ..i18n.texts import say
from ..terminal.layout import indented
from .failing_case import problem_lines
from .report_screen import Screen, verdict_mark
from .statements import case_number


def case_list(report: Report, texts: ExerciseTexts, screen: Screen) -> Iterator[str]:
    """Yield a blank line, then for each case a line and its problem, if any."""
    yield ""
    for verdict in report.verdicts:
        title = say("check", "case.public") if verdict.public else texts.case_title(verdict.title)
        sign = verdict_mark(verdict, screen.paint)
        line = f"{sign} {verdict.function}: {title}" + how_to_run(report, verdict, screen)
        if verdict.not_run:
            line += "   " + say("check", "case.not_run")
        yield line
        if verdict.passed or verdict.not_run:
            continue
        yield from indented(problem_lines(verdict, screen.width - 6), 4)


def how_to_run(report: Report, verdict: Verdict, screen: Screen) -> str:
    """Return the option that runs a case alone, or "" if a student cannot run it."""
    number = case_number(report, verdict)
    return screen.paint(f"   (--case {number})", "dim") if number else ""
