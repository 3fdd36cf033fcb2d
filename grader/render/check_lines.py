"""Render a check for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..course.catalog import ExerciseInfo, title_of
from ..course.exercise_texts import exercise_texts
from ..grading.report import Report
from ..i18n.texts import listed, say
from ..sandbox.protocol.settings import PLAIN
from ..terminal.layout import clean, clipped, indented, padded, width_of, wrapped
from .report_screen import Screen, mark
from .value_counts import axis_label, value_counts

#: Maximum number of printed lines shown by a failing check, and with -v.
PRINTED_LINES, PRINTED_VERBOSE = 8, 200


def check_lines(
    report: Report, info: ExerciseInfo, screen: Screen, *, attempt: int = 0, seconds: float = 0.0
) -> list[str]:
    """Return the whole screen of one report."""
    said = say("check", "attempt", number=attempt) if attempt else ""
    lines = [header(info, screen, said), *report_warnings(report, screen)]
    lines += indented(list(_body(report, info, screen, seconds)), 2)
    if notes := report_notes(report, screen):
        apart = [""] if report.failure is not None else []
        lines += indented([*apart, *notes], 2)
    lines += indented(_printed(report, screen), 2)
    lines += indented(_next(report, info, screen), 2)
    return lines


def _body(report: Report, info: ExerciseInfo, screen: Screen, seconds: float) -> Iterator[str]:
    """Yield the results; the modules that draw a failure are imported only if there is one."""
    if report.load_error is not None:
        from .wrong_lines import load_error_lines

        yield from load_error_lines(report, screen)
        return
    if report.state == "not_started":
        yield from _not_started(report, info, screen)
        return
    if report.state == "passed":
        yield from value_counts(report, info, screen, seconds)
        promises = axis_label(say("diagnosis", "promises"), True, screen.paint)
        yield promises + say("diagnosis", "kept")
    else:
        from .wrong_lines import wrong_lines

        yield from wrong_lines(report, info, exercise_texts(info), screen)
    if screen.verbose:
        from .case_list import case_list

        yield from case_list(report, exercise_texts(info), screen)


def header(info: ExerciseInfo, screen: Screen, right: str) -> str:
    """Return the exercise's id and title, with the text `right` at the right margin."""
    left = f"{info.id}  {title_of(info)}"
    room = screen.width - width_of(right)
    left = clipped(left, room - 1)
    return (
        padded(screen.paint(left, "bold"), room) + screen.paint(right, "dim")
        if right
        else (screen.paint(left, "bold"))
    )


def isolation_warning(report: Report) -> str:
    """Return a warning if there was no sandbox or layers of it were missing, else ""."""
    if PLAIN in report.provenance.layers:
        return say("check", "plain")
    layers = [name for name, _ in report.provenance.missing_layers]
    return say("check", "layers_missing", layers=listed(layers)) if layers else ""


def report_warnings(report: Report, screen: Screen) -> list[str]:
    """Return the warning about a missing sandbox as lines, with the reasons if verbose."""
    warning = isolation_warning(report)
    if not warning:
        return []
    lines = wrapped(warning, screen.width - 2)
    if screen.verbose:
        lines += [f"  {layer}: {reason}" for layer, reason in report.provenance.missing_layers]
    return indented([screen.paint(line, "bold", "yellow") for line in lines], 2)


def _not_started(report: Report, info: ExerciseInfo, screen: Screen) -> Iterator[str]:
    names = listed(info.functions)
    said = say("check", "not_started", functions=names, file=clean(report.filename))
    yield from wrapped(f"· {said}", screen.width - 4)


def report_notes(report: Report, screen: Screen) -> list[str]:
    """Return the notes on the submission and on how it was loaded, as lines."""
    lines: list[str] = []
    for name, count in report.notes.items():
        lines += wrapped(say("check", f"note.{name}", count=count), screen.width - 2)
    if report.loading:
        from .load_notes import load_note_lines

        for sentence in load_note_lines(report):
            lines += wrapped(sentence, screen.width - 2)
    return [screen.paint(line, "dim") for line in lines]


def _printed(report: Report, screen: Screen) -> list[str]:
    """Return what the code printed, cut to a limit: in the case shown, or with -v in all."""
    stdout, key = report.stdout, "printed"
    if report.state == "passed" and not screen.verbose:
        return []
    if not screen.verbose and report.failure is not None and report.failure.printed is not None:
        stdout, key = report.failure.printed, "printed_in_case"
    if not stdout.strip():
        return []
    limit = PRINTED_VERBOSE if screen.verbose else PRINTED_LINES
    text = [clean(line) for line in stdout.replace("\r", "\n").split("\n")]
    text = [line for line in text if line.strip()]
    shown = [clipped(line, screen.width - 6) for line in text[:limit]]
    lines = ["", screen.paint(say("check", key), "bold")]
    lines += [screen.paint(f"│ {line}", "dim") for line in shown]
    if report.stdout_truncated and key == "printed":
        lines += indented(wrapped(say("check", "printed_too_much"), screen.width - 6), 2)
    elif len(text) > limit:
        lines.append("  " + say("check", "printed_more", count=len(text) - limit))
    return lines


def _next(report: Report, info: ExerciseInfo, screen: Screen) -> list[str]:
    """Return a blank line and what to do next."""
    key = {"passed": "passed", "not_started": "not_started", "not_loaded": ""}.get(
        report.state, "failed"
    )
    if not key:
        return []
    if key == "passed" and info.picture:
        key = "passed_picture"
    return ["", *wrapped(say("check", f"next.{key}", id=info.id), screen.width - 2)]


def summary_lines(
    rows: Mapping[str, tuple[str, str, str]], screen: Screen, heading: str
) -> list[str]:
    """Return a table of all exercises; `rows` maps an id to (state, title, counts)."""
    lines = [screen.paint(heading, "bold")]
    for id, (state, title, counts) in rows.items():
        sign = "·" if state == "not_started" else mark(state == "passed", screen.paint)
        said = say("check", f"state.{state}")
        left = padded(f"{sign} {id}  {clipped(title, 40)}", 48)
        lines.append("  " + padded(left + counts.rjust(7), 58) + said)
    return lines
