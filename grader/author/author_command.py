"""Run `author check` and `author key` on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.lesson_catalog import lesson_named, load_lessons
from ..errors import UsageError
from ..i18n.texts import say
from ..render.report_screen import mark
from ..terminal.app import App
from .exercise_checks import Tally, all_exercises, check_exercises, write_practice_keys
from .lesson_checks import alone_problems
from .statement_table import statement_problems


def check_lines(app: App, names: Iterable[str], tables: Iterable[Path] = ()) -> int:
    """Print each exercise or lesson with its problems, write the tables and return the exit code.

    Without names, everything is checked.
    """
    names = list(names)
    lessons = [info for name in names if (info := lesson_named(name))]
    rest = [name for name in names if lesson_named(name) is None]
    if not names:
        lessons = list(load_lessons().values())
    refused = 0
    tallies: list[Tally] = []
    for tally in check_exercises(_infos(rest)) if rest or not names else ():
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
    for lesson in lessons:
        problems = list(alone_problems(lesson))
        refused += bool(problems)
        app.out([f"{mark(not problems, app.paint)} {lesson.id}"])
        app.out(f"    {problem}" for problem in problems)
    if problems := list(statement_problems()):
        refused += 1
        app.out(problems)
    for path in tables:
        _write_tables(path, tallies)
    return 1 if refused else 0


def _write_tables(path: Path, tallies: list[Tally]) -> None:
    """Write the tables whose markers `path` contains. Raises UsageError if it contains none."""
    from .doc_tables import BEGIN, BEGIN_EFFORTLESS, END, effortless_table, table, write_table
    from .statement_table import BEGIN as BEGIN_STATEMENTS
    from .statement_table import END as END_STATEMENTS
    from .statement_table import statement_table

    text = path.read_text("utf-8") if path.is_file() else ""
    made = [(BEGIN_STATEMENTS, END_STATEMENTS, statement_table())]
    if tallies:
        made.append((BEGIN, END, table(tallies)))
        made.append((BEGIN_EFFORTLESS, END, effortless_table(tallies)))
    wanted = [row for row in made if row[0] in text]
    if not wanted:
        raise UsageError("author", "no_markers", path=path, begin=BEGIN, end=END)
    for begin, end, content in wanted:
        write_table(path, begin, end, content)


def key_lines(names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each practice key that changed, or one that says that none did."""
    changed = False
    for line in write_practice_keys(_infos(names)):
        changed = True
        yield line
    if not changed:
        yield say("author", "current")


def _infos(names: Iterable[str]) -> tuple[ExerciseInfo, ...]:
    catalog = load_catalog()
    return tuple(catalog.resolve(name) for name in names) or all_exercises()
