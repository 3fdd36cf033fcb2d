"""Write the results of checking all exercises as tables into the Markdown documents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import UsageError
from ..files.writing import write_aside
from .effortless import LIMITS
from .exercise_checks import Tally

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
#: Start marker of the table of points that submissions earn without computing anything.
BEGIN_EFFORTLESS = "<!-- effortless table: begin -->"
_HEAD = ("exercise", "functions", "cases", "misconceptions", "pairs", "named", "one", "silent", "s")


def write_table(path: Path, begin: str, end: str, content: str) -> None:
    """Write a table between two markers in `path`. Raises UsageError if a marker is missing."""
    try:
        before, found, rest = path.read_text("utf-8").partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise UsageError("author", "no_markers", path=path, begin=begin, end=end)
        write_aside(path, f"{before}{begin}\n{content}\n{end}{after}")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("workspace", "unwritable", path=path, reason=error) from error


def table(tallies: Iterable[Tally]) -> str:
    """Return a Markdown table with a row for each exercise and a row of totals."""
    catalog, rows = load_catalog(), []
    totals = [0.0] * 7
    for tally in tallies:
        numbers = _numbers(tally)
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        info = catalog.exercises[tally.exercise]
        rows.append([f"{info.id} {info.title['en']}", _functions(info), *_shown(numbers)])
    rows.append(["all", "", *_shown(totals)])
    ruler = ["---", "---", *["--:"] * 7]
    return _lines([[*_HEAD], ruler, *rows])


def effortless_table(tallies: Iterable[Tally]) -> str:
    """Return a Markdown table with a row for each function; questions and constants show dashes."""
    rows = []
    for tally in tallies:
        info = load_catalog().exercises[tally.exercise]
        for function, shares in tally.effortless.items():
            earned = [f"{shares[kind]:.0%}" for kind in LIMITS] if shares else ["–"] * len(LIMITS)
            rows.append([info.id, f"`{function}`", str(info.functions[function]), *earned])
    head = ["exercise", "function", "points", "by heart", "raising", "zeros", "first argument"]
    most = ["at most", "", "", *(f"{limit:.0%}" for limit in LIMITS.values())]
    return _lines([head, ["---", "---", *["--:"] * 5], *rows, most])


def _lines(rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _functions(info: ExerciseInfo) -> str:
    return ", ".join(f"`{name}`" for name in info.functions)


def _numbers(tally: Tally) -> list[float]:
    return [
        tally.cases,
        tally.mutants,
        tally.pairs,
        tally.pairs_named + tally.pairs_alike,
        tally.pairs_single,
        tally.pairs_silent,
        tally.seconds,
    ]


def _shown(numbers: list[float]) -> list[str]:
    return [*(str(round(number)) for number in numbers[:-1]), f"{numbers[-1]:.1f}"]
