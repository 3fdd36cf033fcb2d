"""What a check of all exercises counted, as a table in a Markdown file of the docs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import UsageError
from ..files.writing import write_aside
from .exercise_checks import Tally

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
_HEAD = ("exercise", "functions", "cases", "misconceptions", "pairs", "named", "one", "silent", "s")


def write_table(path: Path, tallies: Iterable[Tally]) -> None:
    """Put the table between the markers of `path`. Raises UsageError if it has none."""
    try:
        before, begin, rest = path.read_text("utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise UsageError("author", "no_markers", path=path, begin=BEGIN, end=END)
        write_aside(path, f"{before}{BEGIN}\n{table(tallies)}\n{END}{after}")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("workspace", "unwritable", path=path, reason=error) from error


def table(tallies: Iterable[Tally]) -> str:
    """A row for each exercise and one for all of them."""
    catalog, rows = load_catalog(), []
    totals = [0.0] * 7
    for tally in tallies:
        numbers = _numbers(tally)
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        info = catalog.exercises[tally.exercise]
        rows.append([f"{info.id} {info.title['en']}", _functions(info), *_shown(numbers)])
    rows.append(["all", "", *_shown(totals)])
    ruler = ["---", "---", *["--:"] * 7]
    return "\n".join(f"| {' | '.join(row)} |" for row in ([*_HEAD], ruler, *rows))


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
