"""Render a report for a notebook: plain text, and HTML that affects nothing around it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import NamedTuple

from ..course.catalog import ExerciseInfo, load_catalog
from ..grading.report import Report, draw_with
from ..i18n.texts import say
from ..terminal.layout import WIDTH, Paint, indented, wrapped


class ShownReport(NamedTuple):
    """A report in both forms; `html` is empty without the packages of the extra."""

    text: str
    html: str


class Beside(NamedTuple):
    """Messages beside a report: what may cost points later, and how the check was made."""

    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    attempt: int = 0
    seconds: float = 0.0


def shown(report: Report, info: ExerciseInfo, beside: Beside) -> ShownReport:
    """Return a report as a notebook shows it, in the language in use."""
    html = _html(report, info, beside) if find_spec("jinja2") is not None else ""
    return ShownReport("\n".join(_lines(report, info, beside, bool(html))), html)


def _html(report: Report, info: ExerciseInfo, beside: Beside) -> str:
    from markupsafe import Markup

    from ..render.pages.document import fragment
    from ..render.pages.inline_styles import SCOPE, scoped_style
    from ..render.pages.report_view import report_view

    attempt = say("check", "attempt", number=beside.attempt) if beside.attempt else ""
    return fragment(
        "notebook.html.j2",
        scope=SCOPE,
        style=Markup(scoped_style()),
        view=report_view(report, info),
        attempt=attempt,
        warnings=beside.warnings,
        notes=beside.notes,
    )


def _lines(report: Report, info: ExerciseInfo, beside: Beside, pages: bool) -> list[str]:
    from ..render.check_lines import check_lines
    from ..render.report_screen import Screen

    screen = Screen(WIDTH, Paint(False))
    lines = check_lines(report, info, screen, attempt=beside.attempt, seconds=beside.seconds)
    notes = [*beside.warnings, *beside.notes]
    if not pages:
        notes.append(say("notebook", "no_pages"))
    if notes:
        lines.append("")
    for note in notes:
        lines += indented(wrapped(note, WIDTH - 2), 2)
    return lines


def _drawn(report: Report) -> tuple[str, str]:
    return shown(report, load_catalog().exercises[report.exercise], Beside())


draw_with(_drawn)
