"""Record which run is making which report, so that graders can share the work of a gradebook.

A run claims a report before making it and releases it when it is written. While the run is
alive, no other run makes the report; the claims of a run that has ended are free.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..errors import GradebookError
from .connection import Gradebook
from .dialects import chunks, insert_new, seconds_now
from .tables import runs
from .term_tables import claims

#: Seconds between a run's heartbeats, and without a heartbeat until its claims are free.
BEAT_SECONDS = 10.0
LEASE_SECONDS = 60.0


def claim(connection: sa.Connection, run: str, reports: Sequence[str]) -> set[str]:
    """Claim reports for a run; return those that it may make. Other runs are making the rest."""
    _free_dead(connection)
    found: set[str] = set()
    for some in chunks(sorted(reports)):
        insert_new(connection, claims, [{"report": report, "run": run} for report in some])
        query = sa.select(claims.c.report).where(claims.c.report.in_(some), claims.c.run == run)
        found.update(connection.execute(query).scalars())
    return found


def let_go(connection: sa.Connection, run: str, reports: Sequence[str] | None = None) -> None:
    """Release reports, by default all that a run has claimed."""
    if reports is None:
        connection.execute(sa.delete(claims).where(claims.c.run == run))
        return
    for some in chunks(sorted(reports)):
        where = (claims.c.run == run, claims.c.report.in_(some))
        connection.execute(sa.delete(claims).where(*where))


def _free_dead(connection: sa.Connection) -> None:
    """Delete the claims of runs that have ended in any way."""
    query = (
        sa.select(runs.c.id, runs.c.process, runs.c.finished_at, runs.c.alive_at, seconds_now())
        .select_from(runs.join(claims, claims.c.run == runs.c.id))
        .distinct()
    )
    for id, process, finished_at, alive_at, now in list(connection.execute(query)):
        silent = now - alive_at > LEASE_SECONDS
        if finished_at is not None or silent or has_ended(process):
            connection.execute(sa.delete(claims).where(claims.c.run == id))


def this_process() -> str:
    """Return what identifies this process: machine, process id and start time."""
    return f"{socket.gethostname()} {os.getpid()} {_began(os.getpid())}"


def has_ended(process: str) -> bool:
    """Return whether a process of this machine is known to have ended."""
    host, number, began = (*process.rsplit(" ", 2), "", "", "")[:3]
    if host != socket.gethostname() or not (number.isdecimal() and began):
        return False
    return _began(int(number)) != began


def _began(process: int) -> str:
    """Return a local process's start time, in ticks since boot; empty if it does not exist."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


@contextmanager
def alive(gradebook: Gradebook, run: str) -> Iterator[None]:
    """Record a run's heartbeat every few seconds, and release its claims at the end."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            try:
                show_life(gradebook, run)
            except GradebookError:  # the run's next write meets the same error and reports it
                continue

    show_life(gradebook, run)
    thread = threading.Thread(target=beat, name="learncnn-alive", daemon=True)
    thread.start()
    try:
        yield
    except GradebookError:  # the database is gone: the claims are free once this run ends
        ended.set()
        raise
    except BaseException:
        _end(gradebook, run, ended, thread)
        raise
    _end(gradebook, run, ended, thread)


def _end(gradebook: Gradebook, run: str, ended: threading.Event, thread: threading.Thread) -> None:
    ended.set()
    thread.join()
    with gradebook.writing() as connection:
        let_go(connection, run)


def show_life(gradebook: Gradebook, run: str) -> None:
    """Record that a run is alive now. Raises GradebookError."""
    with gradebook.writing() as connection:
        connection.execute(sa.update(runs).where(runs.c.id == run).values(alive_at=seconds_now()))
