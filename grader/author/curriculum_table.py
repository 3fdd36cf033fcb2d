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


def write_table(path: Path, begin: str, end: str, content: str) -> None:
    """Put a table between two markers of `path`. Raises UsageError if it does not have them."""
    try:
        before, found, rest = path.read_text("utf-8").partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise UsageError("author", "no_markers", path=path, begin=begin, end=end)
        write_aside(path, f"{before}{begin}\n{content}\n{end}{after}")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("workspace", "unwritable", path=path, reason=error) from error


def table(tallies: Iterable[Tally]) -> str:
    """Return a row for each exercise and one for all of them."""
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
