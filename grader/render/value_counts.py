"""Count right values: the line above a report, and one for each function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..course.catalog import ExerciseInfo
from ..grading.report import Report, Verdict
from ..i18n.texts import say
from ..terminal.layout import Paint, padded
from .report_screen import Screen, mark

#: Columns at which the counts of the axes, those of functions, and the seconds begin.
AXIS_AT, COUNTS_AT, SECONDS_AT = 14, 25, 58


def value_counts(
    report: Report, info: ExerciseInfo, screen: Screen, seconds: float = 0.0
) -> Iterator[str]:
    """Yield the line of the values, with `seconds` if all passed, and one for each function.

    The lines of functions are left out if the exercise has only one.
    """
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


def axis_label(label: str, passed: bool, paint: Paint) -> str:
    """Return the name of an axis with its mark, padded to the column of the counts."""
    return padded(f"{mark(passed, paint)} {label}", AXIS_AT)


def lost_counts(verdicts: Sequence[Verdict]) -> list[str]:
    """Return texts on the numbers of cases that timed out and that were not run, if any."""
    left_out = sum(verdict.not_run for verdict in verdicts)
    late = sum(verdict.status == "timeout" and not verdict.not_run for verdict in verdicts)
    counts = {"count_unfinished": late, "count_not_run": left_out}
    return [say("diagnosis", key, count=count) for key, count in counts.items() if count]


def _sign(verdicts: Sequence[Verdict], paint: Paint) -> str:
    """Return ✗ if a value is wrong, · if cases only timed out, else ✓."""
    wrong = [verdict for verdict in verdicts if not verdict.right]
    if wrong and all(verdict.status == "timeout" for verdict in wrong):
        return "·"
    return mark(not wrong, paint)


def _groups(verdicts: Sequence[Verdict]) -> list[str]:
    """Return a text for each group of value cases, with the number of right ones."""
    counts = []
    for key, group in (("public", "public"), ("hidden", "values"), ("edges", "edges")):
        found = [verdict.right for verdict in verdicts if verdict.group == group]
        if found:
            counts.append(say("diagnosis", key, passed=sum(found), of=len(found)))
    return counts


def _function_line(name: str, column: int, report: Report, paint: Paint) -> str:
    """Return the line of one function, with its counts from `column` on."""
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
