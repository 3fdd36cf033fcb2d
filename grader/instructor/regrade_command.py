"""Run the `regrade` command: grade again, show changed grades, ask, write."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..batch.progress_bar import ProgressBar
from ..course.catalog import load_catalog
from ..errors import Message
from ..gradebook.connection import open_gradebook
from ..gradebook.defaults import options
from ..gradebook.grade_request import GradeRequest
from ..gradebook.grades import Grade
from ..gradebook.regrade import Move, Regrade
from ..i18n.texts import say, worded
from ..terminal.layout import clean, padded
from .authors import login
from .grade_command import check_here
from .graders import ClusterOptions, graders
from .seed_choice import seed_for_regrade

if TYPE_CHECKING:
    from ..terminal.app import App

#: Maximum number of moves shown; --json shows all.
SHOWN = 40


def run_regrade(
    app: App,
    request: GradeRequest,
    *,
    place: str | None,
    course: str,
    author: str | None,
    reason: str,
    jobs: int | None,
    cluster: ClusterOptions | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Regrade one exercise; return 1 if submissions could not be graded, otherwise 0."""
    info = load_catalog().resolve(request.exercises[0])
    if cluster is None:
        check_here(request)
    gradebook = open_gradebook(place, course=course)
    try:
        seed = seed_for_regrade(request, gradebook, info.id)
        settings = request.settings(seed)
        with Regrade(gradebook, info, settings) as regrade:
            progress = ProgressBar(regrade.count())

            def note(message: Message) -> None:
                progress.finish()
                app.note(worded(message))

            try:
                with graders(
                    settings, jobs=jobs, cluster=cluster, progress=progress, note=note
                ) as machines:
                    regrade.grade(machines, progress)
            finally:
                progress.finish()
            moves = regrade.moves()
            write = yes or (not as_json and regrade.regraded > 0 and _ask(app, info.id, moves))
            if yes and not as_json:
                app.out(_lines(app, info.id, moves))
            if write and regrade.regraded:
                regrade.write(reason=reason or say("regrade", "reason"), author=login(author))
            again = options(gradebook.place, course)
            _report(app, regrade, moves, info.id, again, written=write, as_json=as_json)
            return 1 if regrade.faults else 0
    finally:
        gradebook.close()


def _ask(app: App, exercise: str, moves: Sequence[Move]) -> bool:
    app.out(_lines(app, exercise, moves))
    if not sys.stdin.isatty():
        return False
    import click

    return click.confirm(say("regrade", "confirm"), err=True)


def _lines(app: App, exercise: str, moves: Sequence[Move]) -> Iterator[str]:
    up = sum(move.by > 0 for move in moves)
    down = sum(move.by < 0 for move in moves)
    heading = say("regrade", "moves", id=exercise, count=len(moves), up=up, down=down)
    yield app.paint(heading, "bold")
    width = max((len(clean(move.student)) for move in moves[:SHOWN]), default=0)
    for move in moves[:SHOWN]:
        sign = app.paint(f"{move.by:+g}", "green" if move.by > 0 else "red")
        change = f"{_shown(move.before)} → {_shown(move.after)}"
        yield f"  {padded(clean(move.student), width)}  {padded(change, 18)} {sign}"
    if len(moves) > SHOWN:
        yield f"  {say('grade', 'more', count=len(moves) - SHOWN)}"


def _shown(grade: Grade) -> str:
    return say("show", f"status.{grade.status}") if grade.points is None else f"{grade.points:g}"


def _report(
    app: App,
    regrade: Regrade,
    moves: Sequence[Move],
    exercise: str,
    again: str,
    *,
    written: bool,
    as_json: bool,
) -> None:
    if as_json:
        document = {
            "exercise": exercise,
            "regraded": regrade.regraded,
            "written": written,
            "moves": [
                {
                    "student": move.student,
                    "name": move.name,
                    "before": move.before.points,
                    "after": move.after.points,
                    "before_status": move.before.status,
                    "after_status": move.after.status,
                }
                for move in moves
            ],
            "faults": [worded(why) for _, why in regrade.faults],
        }
        app.out([json.dumps(document, ensure_ascii=False, indent=1)])
        return
    for _, why in regrade.faults[:SHOWN]:
        app.note(worded(why))
    key = "nothing" if not regrade.regraded else "written" if written else "not_written"
    app.out([say("regrade", key, count=regrade.regraded, id=exercise, options=again)])
