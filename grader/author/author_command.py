"""`author check` and `author key` as a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..i18n.texts import say
from ..render.check_lines import mark
from ..terminal.app import App
from .exercise_checks import all_exercises, check_exercises, write_practice_keys


def check_lines(app: App, names: Iterable[str], table: Path | None) -> int:
    """Print a line for each exercise and its problems, write the table; the exit code."""
    refused = 0
    tallies = []
    for tally in check_exercises(_infos(names)):
        tallies.append(tally)
        refused += bool(tally.problems)
        counts = say(
            "author",
            "tally",
            cases=tally.cases,
            mutants=tally.mutants,
            pairs=tally.pairs,
            named=tally.pairs_named,
            single=tally.pairs_single,
            alike=tally.pairs_alike,
            silent=tally.pairs_silent,
        )
        sign = mark(not tally.problems, app.paint)
        app.out([f"{sign} {tally.exercise}  {counts}  {tally.seconds:.1f} s"])
        app.out(f"    {problem}" for problem in tally.problems)
    if table is not None:
        from .doc_tables import write_table

        write_table(table, tallies)
    return 1 if refused else 0


def key_lines(names: Iterable[str]) -> Iterator[str]:
    """A line for each practice key that changed."""
    changed = False
    for line in write_practice_keys(_infos(names)):
        changed = True
        yield line
    if not changed:
        yield say("author", "current")


def _infos(names: Iterable[str]) -> tuple[ExerciseInfo, ...]:
    catalog = load_catalog()
    return tuple(catalog.resolve(name) for name in names) or all_exercises()
