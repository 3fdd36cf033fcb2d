"""Open a gradebook: find the database, and check that it is one and of which version."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import GradebookError, Messages, NoGradebook
from ..files.writing import opened_aside
from .db_errors import place_of, translated
from .defaults import COURSE, DEFAULT, VARIABLE, options
from .dialects import insert_new
from .tables import HEAD, VERSION_TABLE, courses
from .term_tables import metadata

#: Maximum time to wait for another process's write, in seconds.
BUSY_SECONDS = 30.0
#: Settings with which PostgreSQL's client reports a broken network within half a minute, unless the
#: URL overrides them. In seconds, except `tcp_user_timeout` in milliseconds.
_CUT_NETWORK = {
    "connect_timeout": 15,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x6C636E6E  # advisory lock that serialises creations and upgrades in PostgreSQL
_WRITES = "learncnn_writes"
_PSYCOPG = "postgresql+psycopg"


@dataclass(frozen=True)
class Gradebook:
    """An open gradebook and its current course."""

    engine: sa.Engine
    course: str

    @property
    def place(self) -> str:
        """Return the address for display, without a password."""
        return place_of(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open one consistent view. Raises GradebookError."""
        with translated(self.engine.url, self.course), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open one transaction, which is written as a whole or not at all. Raises GradebookError.

        Takes the write lock at once, so that two writers wait for each other instead of failing
        because both had started to read.
        """
        engine = self.engine.execution_options(**{_WRITES: True})
        with translated(self.engine.url, self.course), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the database connections."""
        self.engine.dispose()


def open_gradebook(
    place: str | None = None,
    *,
    course: str = COURSE,
    create: bool = False,
    upgrade: bool = False,
) -> Gradebook:
    """Open the gradebook at `place`, a file path or a database URL.

    The default is the value of LEARNCNN_GRADEBOOK, else `gradebook.sqlite` in the current folder.
    Raises GradebookError if it is missing (unless `create`), foreign, newer, older (unless
    `upgrade`), locked or unreachable.
    """
    url = url_of(place or os.environ.get(VARIABLE) or DEFAULT)
    if url.get_backend_name() == "sqlite":
        _check_file(url, create)
    engine = _engine(url)
    gradebook = Gradebook(engine, course)
    try:
        with translated(url, course):
            state = _state(engine)
            if state == "empty":
                if not create:
                    raise NoGradebook("gradebook", "missing", place=place_of(url))
                _to_head(gradebook, only_if="empty")
            elif state == "older" and upgrade:
                _keep_copy(gradebook)
                _to_head(gradebook, only_if="older")
            elif state != "current":
                place = place_of(url)
                again = options(place, course)
                raise GradebookError("gradebook", state, place=place, options=again)
        _ensure_course(gradebook, create)
    except BaseException:
        engine.dispose()
        raise
    return gradebook


def url_of(place: str) -> sa.URL:
    """Return the URL of a place; a plain path is a SQLite file. Raises GradebookError."""
    if "://" not in place:
        return sa.URL.create("sqlite", database=str(Path(place).expanduser()))
    try:
        url = sa.make_url(place)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise GradebookError("gradebook", "url", place=place) from error
    drivers = {"sqlite": "sqlite", "postgres": _PSYCOPG, "postgresql": _PSYCOPG}
    if (driver := drivers.get(url.get_backend_name())) is None:
        raise GradebookError("gradebook", "url", place=place_of(url))
    return url.set(drivername=driver)


def now() -> str:
    """Return the current time in the stored format."""
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _check_file(url: sa.URL, create: bool) -> None:
    path = Path(url.database or ":memory:")
    if str(path) == ":memory:":
        return
    if path.is_dir():
        raise GradebookError("gradebook", "folder", place=path)
    if not path.exists() and not create:
        raise NoGradebook("gradebook", "missing", place=path)
    if not path.parent.is_dir():
        raise GradebookError("gradebook", "no_folder", place=path, folder=path.parent)


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        asked = {name: v for name, v in _CUT_NETWORK.items() if name not in url.query}
        return sa.create_engine(url, pool_pre_ping=True, connect_args=asked)
    except ModuleNotFoundError as error:
        raise GradebookError("gradebook", "extra") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun explicitly
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _state(engine: sa.Engine) -> str:
    """Return `empty`, `current`, `older`, `newer`, `foreign` or `encoding` (wrong one)."""
    with engine.connect() as connection:
        return _state_in(connection)


def _state_in(connection: sa.Connection) -> str:
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            return "encoding"
    tables = set(sa.inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        ours = set(metadata.tables) & tables
        sqlite = connection.dialect.name == "sqlite"
        return "foreign" if ours or (sqlite and tables) else "empty"
    statement = sa.text(f"SELECT version_num FROM {VERSION_TABLE}")
    revision = connection.execute(statement).scalar()
    if revision == HEAD:
        return "current"
    if revision is None:
        return "empty"
    return "older" if revision in _known_revisions() else "newer"


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def _to_head(gradebook: Gradebook, *, only_if: str) -> None:
    """Create or migrate the tables in one transaction, unless another process just did."""
    from alembic import command
    from alembic.config import Config

    with gradebook.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _state_in(connection) != only_if:
            return
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _keep_copy(gradebook: Gradebook) -> None:
    """Copy a SQLite file before it is migrated."""
    if gradebook.engine.dialect.name != "sqlite":
        return
    import sqlite3

    place = gradebook.engine.url.database or ""
    copy = f"{place}.{time.strftime('%Y%m%dT%H%M%S')}.bak"
    mode = stat.S_IMODE(os.stat(place).st_mode)
    with (
        opened_aside(Path(copy), mode=mode) as aside,
        closing(sqlite3.connect(place)) as source,
        closing(sqlite3.connect(aside.name)) as target,
    ):
        source.backup(target)


def _ensure_course(gradebook: Gradebook, create: bool) -> None:
    with gradebook.reading() as connection:
        known = list(connection.execute(sa.select(courses.c.id)).scalars())
    if gradebook.course in known:
        return
    if not create:
        names = Messages(sorted(known) or ["-"])
        raise NoGradebook(
            "gradebook", "no_course", place=gradebook.place, course=gradebook.course, known=names
        )
    with gradebook.writing() as connection:
        insert_new(connection, courses, [{"id": gradebook.course, "created_at": now()}])
