"""What a check looks like on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..course.catalog import ExerciseInfo, title_of
from ..course.exercise_texts import ExerciseTexts, exercise_texts
from ..grading.report import Failure, Report, Verdict
from ..i18n.texts import say
from ..sandbox.protocol.settings import PLAIN
from ..terminal.layout import Paint, clean, clipped, indented, padded, width_of, wrapped
from .failing_case import case_lines, error_text, problem_lines
from .load_notes import load_note_lines
from .place import line_place
from .statements import (
    case_number,
    diagnosis_statements,
    finding_statements,
    lost_counts,
    promise_sentences,
    unexplained,
    unfinished_statements,
)

#: Lines of a student's prints that a failing check shows, and that -v shows.
PRINTED_LINES, PRINTED_VERBOSE = 8, 200
#: Columns at which counts begin: of the axes, of functions; and the seconds of a check.
AXIS_AT, COUNTS_AT, SECONDS_AT = 14, 25, 58


class Screen(NamedTuple):
    """How a report is drawn."""

    width: int
    paint: Paint
    verbose: bool = False


def check_lines(
    report: Report, info: ExerciseInfo, screen: Screen, *, attempt: int = 0, seconds: float = 0.0
) -> list[str]:
    """The whole screen of one report."""
    texts = exercise_texts(info)
    said = say("check", "attempt", number=attempt) if attempt else ""
    lines = [header(info, screen, said), *report_warnings(report, screen)]
    body: Iterator[str]
    if report.load_error is not None:
        body = load_error_lines(report, screen)
    elif report.state == "not_started":
        body = _not_started(report, info, screen)
    else:
        body = _judged(report, info, texts, screen, seconds)
    lines += indented(list(body), 2)
    if notes := report_notes(report, screen):
        apart = [""] if report.failure is not None else []
        lines += indented([*apart, *notes], 2)
    lines += indented(_printed(report, screen), 2)
    lines += indented(_next(report, info, screen), 2)
    return lines


def mark(passed: bool, paint: Paint) -> str:
    """✓ or ✗, which say it without their colour too."""
    return paint("✓", "green") if passed else paint("✗", "red")


def verdict_mark(verdict: Verdict, paint: Paint) -> str:
    """✓, ✗, or · for a case that came to no end."""
    return "·" if verdict.status == "timeout" else mark(verdict.passed, paint)


def header(info: ExerciseInfo, screen: Screen, right: str) -> str:
    """The exercise's id and title, and a word at the right margin."""
    left = f"{info.id}  {title_of(info)}"
    room = screen.width - width_of(right)
    left = clipped(left, room - 1)
    return (
        padded(screen.paint(left, "bold"), room) + screen.paint(right, "dim")
        if right
        else (screen.paint(left, "bold"))
    )


def isolation_warning(report: Report) -> str:
    """Return that there was no sandbox, or which layers it lacked; nothing where it was whole."""
    if PLAIN in report.provenance.layers:
        return say("check", "plain")
    layers = ", ".join(name for name, _ in report.provenance.missing_layers)
    return say("check", "layers_missing", layers=layers) if layers else ""


def report_warnings(report: Report, screen: Screen) -> list[str]:
    """Return the warning about a missing sandbox as lines; with the reasons where verbose."""
    warning = isolation_warning(report)
    if not warning:
        return []
    lines = wrapped(warning, screen.width - 2)
    if screen.verbose:
        lines += [f"  {layer}: {reason}" for layer, reason in report.provenance.missing_layers]
    return indented([screen.paint(line, "bold", "yellow") for line in lines], 2)


def load_error_lines(report: Report, screen: Screen) -> Iterator[str]:
    """Why the source did not load, and where."""
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


def _not_started(report: Report, info: ExerciseInfo, screen: Screen) -> Iterator[str]:
    names = ", ".join(info.functions)
    said = say("check", "not_started", functions=names, file=clean(report.filename))
    yield from wrapped(f"· {said}", screen.width - 4)


def _judged(
    report: Report, info: ExerciseInfo, texts: ExerciseTexts, screen: Screen, seconds: float
) -> Iterator[str]:
    paint = screen.paint
    yield from _values(report, info, texts, screen, seconds)
    if report.forbidden:
        for use in report.forbidden:
            place = line_place(use.line, use.cell)
            said = say("check", "forbidden_line", name=clean(use.name), place=place)
            lines = wrapped(said, screen.width - 6)
            yield f"{mark(False, paint)} {lines[0]}"
            yield from indented(lines[1:], 2)
    yield from _promises(report, texts, screen)
    if report.state == "passed":
        if screen.verbose:
            yield from _each_case(report, texts, screen)
        return
    failure = report.failure
    if failure is not None and failure.verdict.status != "not_started":
        yield ""
        yield from _case_shown(report, failure, texts, screen)
    if screen.verbose:
        yield from _each_case(report, texts, screen)


def _case_shown(
    report: Report, failure: Failure, texts: ExerciseTexts, screen: Screen
) -> Iterator[str]:
    problem = problem_lines(failure.verdict, screen.width - 4)
    status = failure.verdict.status
    if status == "missing":
        yield from problem
        return
    heading = say("check", "unfinished" if status == "timeout" else "smallest")
    yield screen.paint(heading, "bold") + _how_to_run(report, failure.verdict, screen)
    drawn = case_lines(failure, texts, screen.width - 4, screen.paint)
    if status == "timeout":  # a statement above says so
        problem = []
    yield from indented([*drawn, *([""] if problem else []), *problem], 2)


def _how_to_run(report: Report, verdict: Verdict, screen: Screen) -> str:
    """The option that runs a case alone; empty where a student cannot run it."""
    number = case_number(report, verdict)
    return screen.paint(f"   (--case {number})", "dim") if number else ""


def _values(
    report: Report, info: ExerciseInfo, texts: ExerciseTexts, screen: Screen, seconds: float
) -> Iterator[str]:
    """What is right and wrong with the numbers, then why."""
    paint = screen.paint
    tested = [verdict for verdict in report.verdicts if verdict.axis == "values"]
    line = padded(f"{_sign(tested, paint)} {say('diagnosis', 'values')}", AXIS_AT)
    line += "   ".join([*_groups(tested), *lost_counts(tested)])
    if report.state == "passed" and seconds:
        line = padded(line, SECONDS_AT) + paint(f"{seconds:.2f} s", "dim")
    yield line
    if len(info.functions) > 1:
        column = max(COUNTS_AT, *(len(name) + 3 for name in info.functions))
        for name in info.functions:
            yield "  " + _function_line(name, column, report, paint)
    statements = [
        *unfinished_statements(report, info),
        *diagnosis_statements(report, texts),
        *finding_statements(report, texts),
    ]
    for statement in statements:
        style = ("bold", "yellow") if statement.codes else ("bold",)
        heading = [paint(part, *style) for part in wrapped(statement.heading, screen.width - 4)]
        yield from indented(heading, 2)
        for text in statement.lines:
            yield from indented(wrapped(text, screen.width - 6), 4)
    if unexplained(report):
        yield from indented(wrapped(say("diagnosis", "unknown"), screen.width - 4), 2)


def _promises(report: Report, texts: ExerciseTexts, screen: Screen) -> Iterator[str]:
    """Which promises are broken, in a sentence each."""
    count = len(report.promises)
    if not count and report.state != "passed":
        return
    key = "kept" if not count else "one_broken" if count == 1 else "broken"
    label = _axis(say("diagnosis", "promises"), not count, screen.paint)
    yield label + say("diagnosis", key, count=count)
    for sentence in promise_sentences(report, texts):
        yield from indented(wrapped(sentence, screen.width - 6), 4)


def _axis(label: str, passed: bool, paint: Paint) -> str:
    return padded(f"{mark(passed, paint)} {label}", AXIS_AT)


def _sign(verdicts: Sequence[Verdict], paint: Paint) -> str:
    """✗ where a value is wrong; a case that came to no end is neither right nor wrong."""
    wrong = [verdict for verdict in verdicts if not verdict.right]
    if wrong and all(verdict.status == "timeout" for verdict in wrong):
        return "·"
    return mark(not wrong, paint)


def _groups(verdicts: Sequence[Verdict]) -> list[str]:
    """How many of each group of value cases are right."""
    counts = []
    for key, group in (("public", "public"), ("hidden", "values"), ("edges", "edges")):
        found = [verdict.right for verdict in verdicts if verdict.group == group]
        if found:
            counts.append(say("diagnosis", key, passed=sum(found), of=len(found)))
    return counts


def _function_line(name: str, column: int, report: Report, paint: Paint) -> str:
    """One function's share of the counts above, from `column` on."""
    verdicts = tuple(verdict for verdict in report.verdicts if verdict.function == name)
    statuses = {verdict.status for verdict in verdicts}
    values = [verdict for verdict in verdicts if verdict.axis == "values"]
    counts = f"{sum(verdict.right for verdict in values)}/{len(values)}"
    if statuses == {"not_started"}:
        return padded(f"· {name}", column) + f"  {say('check', 'untouched')} ({counts})"
    if statuses == {"missing"}:
        said = f"  {say('check', 'undefined')} ({counts})"
        return padded(f"{mark(False, paint)} {name}", column) + said
    start = padded(f"{_sign(values, paint)} {name}", column)
    return "   ".join([start + counts.rjust(5), *lost_counts(values)])


def _each_case(report: Report, texts: ExerciseTexts, screen: Screen) -> Iterator[str]:
    yield ""
    for verdict in report.verdicts:
        title = say("check", "case.public") if verdict.public else texts.case_title(verdict.title)
        sign = verdict_mark(verdict, screen.paint)
        line = f"{sign} {verdict.function}: {title}" + _how_to_run(report, verdict, screen)
        if verdict.not_run:
            line += "   " + say("check", "case.not_run")
        yield line
        if verdict.passed or verdict.not_run:
            continue
        yield from indented(problem_lines(verdict, screen.width - 6), 4)


def report_notes(report: Report, screen: Screen) -> list[str]:
    """Remarks on the submission and on how it was loaded."""
    lines: list[str] = []
    for name, count in report.notes.items():
        lines += wrapped(say("check", f"note.{name}", count=count), screen.width - 2)
    for sentence in load_note_lines(report):
        lines += wrapped(sentence, screen.width - 2)
    return [screen.paint(line, "dim") for line in lines]


def _printed(report: Report, screen: Screen) -> list[str]:
    """What the student's code printed, bounded: in the case shown, or with -v all of it."""
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
    """What to do next, after a blank line."""
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
    """A table of all exercises: id → (state, title, counts)."""
    lines = [screen.paint(heading, "bold")]
    for id, (state, title, counts) in rows.items():
        sign = "·" if state == "not_started" else mark(state == "passed", screen.paint)
        said = say("check", f"state.{state}")
        left = padded(f"{sign} {id}  {clipped(title, 40)}", 48)
        lines.append("  " + padded(left + counts.rjust(7), 58) + said)
    return lines
