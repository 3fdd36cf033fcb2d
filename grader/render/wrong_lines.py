"""Render a failed report for a terminal: the reason, and the case that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import ExerciseTexts
from ..grading.report import Failure, Report
from ..i18n.texts import say
from ..terminal.layout import clean, clipped, indented, wrapped
from .case_list import how_to_run
from .failing_case import case_lines, error_text, problem_lines
from .place import line_place
from .report_screen import Screen, mark
from .statements import (
    diagnosis_statements,
    finding_statements,
    promise_sentences,
    unexplained,
    unfinished_statements,
)
from .value_counts import axis_label, value_counts


def load_error_lines(report: Report, screen: Screen) -> Iterator[str]:
    """Yield why the source did not load, and the line."""
    outcome = report.load_error
    assert outcome is not None
    said = say("check", f"load.{outcome.kind}", detail=outcome.detail)
    yield f"{mark(False, screen.paint)} {said}"
    error = outcome.error
    if error is None:
        return
    if error.line is not None:
        yield "  " + say(
            "check",
            "at_file_line",
            file=clean(report.filename),
            place=line_place(error.line, error.cell),
        )
        if error.text.strip():
            yield "    " + screen.paint(
                clipped(clean(error.text).rstrip(), screen.width - 8), "bold"
            )
    yield from indented(wrapped(error_text(error), screen.width - 6), 2)
    if error.type in ("ModuleNotFoundError", "ImportError"):
        yield from indented(wrapped(say("check", "imports"), screen.width - 6), 2)


def wrong_lines(
    report: Report, info: ExerciseInfo, texts: ExerciseTexts, screen: Screen
) -> Iterator[str]:
    """Yield the problems of the values, forbidden uses, broken promises, and the case shown."""
    yield from value_counts(report, info, screen)
    yield from _why(report, info, texts, screen)
    yield from _forbidden(report, screen)
    yield from _promises(report, texts, screen)
    failure = report.failure
    if failure is not None and failure.verdict.status != "not_started":
        yield ""
        yield from _case_shown(report, failure, texts, screen)


def _why(report: Report, info: ExerciseInfo, texts: ExerciseTexts, screen: Screen) -> Iterator[str]:
    statements = [
        *unfinished_statements(report, info),
        *diagnosis_statements(report, texts),
        *finding_statements(report, texts),
    ]
    for statement in statements:
        style = ("bold", "yellow") if statement.codes else ("bold",)
        heading = wrapped(statement.heading, screen.width - 4)
        yield from indented([screen.paint(part, *style) for part in heading], 2)
        for text in statement.lines:
            yield from indented(wrapped(text, screen.width - 6), 4)
    if unexplained(report):
        yield from indented(wrapped(say("diagnosis", "unknown"), screen.width - 4), 2)


def _forbidden(report: Report, screen: Screen) -> Iterator[str]:
    for use in report.forbidden:
        place = line_place(use.line, use.cell)
        said = say("check", "forbidden_line", name=clean(use.name), place=place)
        lines = wrapped(said, screen.width - 6)
        yield f"{mark(False, screen.paint)} {lines[0]}"
        yield from indented(lines[1:], 2)


def _promises(report: Report, texts: ExerciseTexts, screen: Screen) -> Iterator[str]:
    """Yield a heading and a sentence for each broken promise."""
    if not (count := len(report.promises)):
        return
    key = "one_broken" if count == 1 else "broken"
    label = axis_label(say("diagnosis", "promises"), False, screen.paint)
    yield label + say("diagnosis", key, count=count)
    for sentence in promise_sentences(report, texts):
        yield from indented(wrapped(sentence, screen.width - 6), 4)


def _case_shown(
    report: Report, failure: Failure, texts: ExerciseTexts, screen: Screen
) -> Iterator[str]:
    problem = problem_lines(failure.verdict, screen.width - 4)
    status = failure.verdict.status
    if status == "missing":
        yield from problem
        return
    heading = say("check", "unfinished" if status == "timeout" else "smallest")
    yield screen.paint(heading, "bold") + how_to_run(report, failure.verdict, screen)
    drawn = case_lines(failure, texts, screen.width - 4, screen.paint)
    if status == "timeout":  # a statement above already says so
        problem = []
    yield from indented([*drawn, *([""] if problem else []), *problem], 2)
