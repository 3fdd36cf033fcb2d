"""Store the options of `grade` in the gradebook, so that `--resume` needs no arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from .. import VERSION
from ..batch.tasks import GradingSettings, Sandbox, Wrap
from ..errors import UsageError
from .claims import this_process
from .connection import Gradebook, now
from .defaults import options
from .dialects import insert_new
from .seed import make_seed, seed_in
from .tables import courses, reports, runs

#: Options that may be given more than once.
_SEVERAL = ("paths", "exercises", "exams")


@dataclass(frozen=True)
class GradeRequest:
    """The options of a run; paths are absolute."""

    paths: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    roster: str | None = None
    private_seed: str | None = None
    #: Whether to use the practice cases, which students have too.
    practice: bool = False
    framework: str | None = None
    device: str = "cpu"
    timeout: float | None = None
    memory: int | None = None
    require_sandbox: Sandbox = "full"
    wrap: Wrap | None = None
    #: Exams whose sealed answers are marked, and the folder of their answer sheets.
    exams: tuple[str, ...] = ()
    answer_sheets: str | None = None
    #: Whether students may be written who do not look like the course's class.
    yes: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        several = {name: list(getattr(self, name)) for name in _SEVERAL}
        return asdict(self) | several

    def settings(self, seed: str | None) -> GradingSettings:
        """Return the settings with which submissions are graded."""
        return GradingSettings(
            device=self.device,
            seed=seed,
            private=seed is not None,
            timeout=self.timeout,
            memory_mb=self.memory,
            sandbox=self.require_sandbox,
            wrap=self.wrap,
        )


def from_json(document: Mapping[str, Any]) -> GradeRequest:
    """Return a stored request, without fields that a later version added.

    A request from before `practice` used the practice cases unless it named a seed.
    """
    document = {"practice": document.get("private_seed") is None, **document}
    known = {name: document[name] for name in GradeRequest.__dataclass_fields__ if name in document}
    return GradeRequest(**known | {name: tuple(known.get(name, ())) for name in _SEVERAL})


def begin_run(
    gradebook: Gradebook, request: GradeRequest, *, resume: bool = False
) -> tuple[str, int]:
    """Record the start of a run; return its id and its number in the course.

    A run that resumes an interrupted one gets its number.
    """
    id = uuid4().hex
    row: dict[str, Any] = {
        "id": id,
        "course": gradebook.course,
        "options": request.to_json(),
        "learncnn": VERSION,
        "started_at": now(),
        "process": this_process(),
    }
    with gradebook.writing() as connection:
        course = sa.select(courses.c.id).where(courses.c.id == gradebook.course)
        connection.execute(course.with_for_update())
        row["number"] = _number(connection, gradebook.course, request if resume else None)
        insert_new(connection, runs, [row])
    return id, row["number"]


def _number(connection: sa.Connection, course: str, resumed: GradeRequest | None) -> int:
    """Return the number of a new run, or that of the last unfinished one with the same options."""
    open_runs = _unfinished(connection, course) if resumed is not None else []
    same = [number for _, asked, number in open_runs if asked == resumed]
    if same:
        return same[-1]
    query = sa.select(sa.func.max(runs.c.number)).where(runs.c.course == course)
    return (connection.execute(query).scalar() or 0) + 1


def finish_run(gradebook: Gradebook, id: str) -> None:
    """Record that a run is done, together with all runs of the same request."""
    with gradebook.writing() as connection:
        open_runs = _unfinished(connection, gradebook.course)
        wanted = next((asked for run, asked, _ in open_runs if run == id), None)
        done = [run for run, asked, _ in open_runs if asked == wanted]
        connection.execute(sa.update(runs).where(runs.c.id.in_(done)).values(finished_at=now()))


def unfinished_requests(gradebook: Gradebook) -> list[GradeRequest]:
    """Return the distinct requests of unfinished runs, in the order of the runs.

    Raises UsageError if there is none.
    """
    with gradebook.reading() as connection:
        found = _unfinished(connection, gradebook.course)
    if not found:
        again = options(gradebook.place, gradebook.course)
        raise UsageError("grade", "nothing_to_resume", place=gradebook.place, options=again)
    return list(dict.fromkeys(request for _, request, _ in found))


def _unfinished(connection: sa.Connection, course: str) -> list[tuple[str, GradeRequest, int]]:
    query = (
        sa.select(runs.c.id, runs.c.options, runs.c.number)
        .where(runs.c.course == course, runs.c.finished_at.is_(None))
        .order_by(runs.c.number, runs.c.started_at, runs.c.id)
    )
    return [(id, from_json(options), number) for id, options, number in connection.execute(query)]


def read_seed(path: Path, gradebook: Gradebook) -> tuple[str, bool]:
    """Return the private seed in a file, and whether the file was just created.

    A missing file is created only if nothing was graded with a private seed before, because the new
    seed would differ. Raises UsageError.
    """
    if (seed := seed_in(path)) is not None:
        return seed, False
    with gradebook.reading() as connection:
        query = sa.select(reports.c.id).where(reports.c.seed.like("private-%")).limit(1)
        if connection.execute(query).first():
            raise UsageError("grade", "seed_missing", path=path)
    return make_seed(path), True
